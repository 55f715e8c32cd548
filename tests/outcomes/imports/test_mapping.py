"""A mapping is read strictly: one sentence names the file and the key."""

import pytest

from outcomes.imports import mapping
from outcomes.imports.local_measures import borrowed
from outcomes.imports.mapping_faults import check_mapping
from outcomes.imports.refusals import FileRefused
from outcomes.models import Score
from registry.errors import Refused
from registry.models import Cohort, PainTarget, Participant, Procedure
from tests import factories
from tests.outcomes.imports.tables import (
    HEADACHE,
    HEADER,
    LONG,
    WIDE,
    applied,
    row_counts,
)

BASELINE = 'scores = { worst0 = "nrs_worst", vas0 = "vas" }'
FAULTS = {
    "no TOML": (WIDE + "[[[", "line"),
    "an unknown key": ("colour = 1\n" + WIDE, "'colour' is unknown"),
    "an unknown key inside": (WIDE.replace("[cohort]", "[cohort]\nsize = 3"), "size"),
    "a missing key": (WIDE.replace('id = "id"', ""), "'participant.id' is missing"),
    "the wrong kind": (WIDE.replace('id = "id"', "id = 1"), "should be text"),
    "an unknown shape": (WIDE.replace('"wide"', '"broad"'), "wide, long"),
    "an unknown protocol": (WIDE.replace("spinal_root_ganglion", "no"), "protocol"),
    "an unknown measure": (WIDE.replace('"vas"', '"vass"'), "'vass'"),
    "an unknown visit": (WIDE.replace('"month-3"', '"month-4"'), "'month-4'"),
    "no baseline value": (WIDE.replace('vas0 = "vas"', 'vas0 = "pgic"'), "pgic"),
    "a measure twice": (WIDE.replace('vas0 = "vas"', 'vas0 = "nrs_worst"'), "twice"),
    "a visit twice": (WIDE.replace('"month-3"', '"baseline"'), "visits[2]"),
    "a visit nowhere": (WIDE.replace('visit = "month-3"', ""), "'visit', a 'day'"),
    "a visit of nothing": (WIDE.replace(BASELINE, "scores = {}"), "no column"),
    "a column twice": (WIDE.replace("worst3", "worst0"), "'worst0' is mapped 2 times"),
    "mapped and ignored": ('ignore = ["age"]\n' + WIDE, "'age' is mapped and in"),
    "keys of the other shape": (WIDE + '[scores]\nx = "vas"', "belong to the shape"),
    "a long one without a visit": (LONG.split("[visit]")[0], "'visit' is missing"),
    "an unknown reason": (WIDE + '[missing]\n"-9" = "lazy"', "'lazy' is not one of"),
    "column and value": (
        WIDE.replace('{ column = "age" }', '{ column = "age", value = "5" }'),
        "and not both",
    ),
    "a field nobody knows": (WIDE + '[target]\nmood = { value = "x" }', "target.mood"),
    "a choice nobody knows": (
        WIDE + '[target]\nside = { value = "up" }\nindication = { value = "other" }',
        "'up' is not one of",
    ),
    "a target without a side": (
        WIDE + '[target]\nindication = { value = "other" }',
        "'target.side' is missing",
    ),
    "a procedure without a target": (
        WIDE + '[procedure]\nfamily = { value = "ganglion" }\n'
        'technique = { value = "DRGX" }\nrole = { value = "index" }',
        "needs a 'target'",
    ),
    "a unit out of place": (WIDE.replace('"age" }', '"age", unit = "years" }'), "unit"),
    "a site nowhere": (WIDE.replace('code = "site_1"', ""), "'code' or a 'column'"),
    "a site without a name": (WIDE.replace('name = "Site 1"', ""), "no name"),
    "a slug with spaces": (WIDE.replace('"north"', '"the north"'), "cohort.slug"),
    "a value set left out": (WIDE.replace('"vas"', '"eq5d_index"'), "value_set"),
    "a rule of no measure": (
        WIDE + '[[also_missing]]\nmeasure = "odi"\nvalue = "0"\nbeside = "vas"\n'
        'reason = "unknown"',
        "'odi', which no column holds",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", FAULTS)
def test_a_fault_is_one_sentence_with_the_file_and_the_key(tmp_path, what):
    text, told = FAULTS[what]
    path = tmp_path / "mapping.toml"
    path.write_text(text)
    with pytest.raises(FileRefused) as refusal:
        check_mapping(mapping.read_mapping(path))
    assert str(refusal.value).startswith("mapping.toml: ")
    assert told in str(refusal.value)


def test_the_example_in_the_documentation_is_a_mapping(tmp_path):
    lines = [line for line in mapping.__doc__.splitlines() if line.startswith("    ")]
    path = tmp_path / "mapping.toml"
    path.write_text("\n".join(lines).split("[visit]")[0])
    with borrowed(HEADACHE / "instruments"):
        check_mapping(mapping.read_mapping(path))


def test_what_is_not_there_and_not_to_be_made_is_refused(db, tmp_path):
    before = row_counts()
    with pytest.raises(Refused, match=r"cohort\.create = true"):
        applied(tmp_path, mapping=WIDE.replace("create = true", "", 1))
    with pytest.raises(Refused, match=r"site\.create = true"):
        applied(tmp_path, mapping=WIDE.replace('name = "Site 1"\ncreate = true', ""))
    assert row_counts() == before


def test_a_cohort_of_another_protocol_is_refused(db, tmp_path):
    factories.cohort("north", protocol="trigeminal")
    with pytest.raises(Refused, match="runs the protocol trigeminal"):
        applied(tmp_path)


def test_a_cohort_and_a_site_that_are_there_are_used(db, tmp_path):
    study, here = factories.cohort("north"), factories.site("site_1")
    study.sites.add(here)
    applied(tmp_path, mapping=WIDE.replace("create = true", ""))
    assert Participant.objects.filter(cohort=study, site=here).count() == 2
    assert Cohort.objects.count() == 1


SURGERY = """
[target]
indication = { column = "why", codes = { r = "radicular", p = "phantom" } }
side = { value = "left" }

[procedure]
family = { value = "ganglion" }
technique = { value = "DRG_RF" }
role = { value = "index" }
day = { column = "opday" }
temperature_c = { column = "heat" }
"""


def test_targets_and_procedures_come_from_columns_codes_and_constants(db, tmp_path):
    table = f"{HEADER},why,opday,heat\na1,50,8,80,3,2,r,0,67.5\na2,50,8,80,3,2,p,,\n"
    applied(tmp_path, table, WIDE + SURGERY)
    found = PainTarget.objects.values_list("indication", flat=True)
    assert set(found) == {"radicular", "phantom"}
    procedure = Procedure.objects.get()  # whoever has no day had no procedure
    assert (procedure.day, float(procedure.temperature_c)) == (0, 67.5)
    assert procedure.target.indication == "radicular"


def test_a_rule_of_the_pack_names_the_column_of_the_procedure(db, tmp_path):
    table = f"{HEADER},why,opday,heat\na1,50,8,80,3,2,r,0,99\n"
    loaded = applied(tmp_path, table, WIDE + SURGERY)
    (refusal,) = loaded.tally.refusals
    assert (refusal.row, refusal.column) == (2, "heat")


def test_sites_and_arms_come_from_columns_of_codes(db, tmp_path):
    text = WIDE.replace(
        'code = "site_1"\nname = "Site 1"',
        'column = "centre"\ncodes = { "1" = "a", "2" = "b" }\n'
        'names = { a = "A", b = "B" }',
    )
    text += '[arm]\ncolumn = "group"\ncodes = { x = "n" }\nlabels = { n = "N" }\n'
    table = f"{HEADER},centre,group\na1,50,8,80,3,2,1,x\na2,5,8,80,3,2,2,\n"
    applied(tmp_path, table, text)
    found = Participant.objects.values_list("site__code", "arm__label")
    assert set(found) == {("a", "N"), ("b", None)}
    refused = applied(tmp_path, table.replace(",2,\n", ",3,\n"), text)
    assert refused.tally.refusals[0].column == "centre"


def test_factors_rounding_and_codes_turn_cells_into_scores(db, tmp_path):
    text = WIDE.replace(
        BASELINE,
        'scores = { worst0 = { measure = "nrs_worst", factor = 0.1, decimals = 0 },'
        ' vas0 = { measure = "vas", codes = { low = "10", high = "90" } } }',
    )
    applied(tmp_path, f"{HEADER}\na1,50,75,high,3,\n", text)
    values = Score.objects.filter(assessment__day=0).values_list("instrument", "value")
    assert dict(values) == {"nrs_worst": 8, "vas": 90}


def test_grades_are_stored_as_codes(db, tmp_path):
    text = WIDE.replace(
        'worst3 = "nrs_worst"',
        'worst3 = { measure = "pgic", codes = { "1" = "much_improved" } }',
    )
    applied(tmp_path, f"{HEADER}\na1,50,7,70,1,\n", text)
    assert Score.objects.get(instrument="pgic").grade == "much_improved"
