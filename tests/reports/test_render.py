"""Every form of a result holds the same numbers, and none of them does anything."""

import csv
import json
import re
from io import StringIO

import pytest

from registry.models import Arm, Participant
from reports.catalogue import REPORTS
from reports.numerals import number, percent
from reports.render import FORMS, file_name
from reports.render.spreadsheet import inert
from reports.run import run
from tests import factories
from tests.reports.conftest import PAIN

pytestmark = pytest.mark.django_db
HOSTILE = '=HYPERLINK("x")<script>alert(1)</script>'


def answered(cohort, by="group"):
    people = Participant.objects.filter(cohort=cohort)
    return run(
        REPORTS["course"], cohort=cohort, participants=people, instrument=PAIN, by=by
    )


def rows_of_csv(content):
    return list(csv.DictReader(StringIO(content.decode())))


def numbers_of_html(content):
    return sorted(re.findall(rb'<data value="([^"]+)">', content))


def test_csv_json_and_html_hold_equal_numbers(study):
    result = answered(study)
    made = {extension: FORMS[extension].make(result) for extension in FORMS}
    table = json.loads(made["json"])["table"]
    assert table == result.answer.table.to_dict("records")
    for row, line in zip(table, rows_of_csv(made["csv"]), strict=True):
        for column, value in row.items():
            shown = "" if value is None else str(value)
            assert line[column] == shown, column
    shown = set(numbers_of_html(made["html"]))
    for row in table:
        for column in ("n", "mean", "sd", "lower", "change_mean", "share_50_upper"):
            if row[column] is not None:
                assert repr(row[column]).encode() in shown


def test_the_record_says_what_it_is_of(study):
    record = json.loads(FORMS["json"].make(answered(study)))
    assert (record["report"], record["cohort"], record["by"]) == (
        "course",
        "spinal",
        "group",
    )
    assert record["synthetic"] is False
    assert record["measure"]["slug"] == PAIN
    assert record["software"].startswith("Rhizotomy Registry ")
    needed = {"group", "visit", "day", "due", "n", "missing", "mean", "sd", "lower"}
    assert needed | {"upper", "responders_30", "responders_50"} <= set(
        record["table"][0]
    )


def test_the_same_report_has_the_same_bytes(study):
    for form in FORMS.values():
        assert form.make(answered(study)) == form.make(answered(study))


def test_a_changed_score_changes_every_form(study):
    before = {name: form.make(answered(study)) for name, form in FORMS.items()}
    person = Participant.objects.order_by("pk").first()
    person.assessments.get(day=91).scores.update(value=3)
    after = {name: form.make(answered(study)) for name, form in FORMS.items()}
    assert [name for name in FORMS if before[name] == after[name]] == []


def test_a_hostile_label_does_nothing_in_any_form(study):
    Arm.objects.filter(code="early").update(label=HOSTILE)
    result = answered(study)
    html = FORMS["html"].make(result)
    assert b"<script>alert" not in html
    assert b"&lt;script&gt;alert" in html
    rows = rows_of_csv(FORMS["csv"].make(result))
    assert rows[0]["group"] == f"'{HOSTILE}"
    assert json.loads(FORMS["json"].make(result))["table"][0]["group"] == HOSTILE


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@x", " =1", "\t=1", "\r@x"])
def test_text_that_starts_a_formula_is_made_inert(text):
    assert inert(text) == f"'{text}"


@pytest.mark.parametrize("cell", [-5, -0.5, 3, "plain", "a=b"])
def test_negative_numbers_and_plain_text_stay(cell):
    assert inert(cell) == cell


def test_synthetic_data_say_so_in_every_form(study):
    study.is_synthetic = True
    study.save()
    result = answered(study)
    assert json.loads(FORMS["json"].make(result))["synthetic"] is True
    assert {row["synthetic"] for row in rows_of_csv(FORMS["csv"].make(result))} == {
        "yes"
    }
    assert b"Synthetic data: nobody here is real." in FORMS["html"].make(result)
    assert "Synthetic" in result.words.caption
    assert "SYNTHETIC DATA" in [text.get_text() for text in result.figure().texts]


def test_the_document_needs_nothing_from_elsewhere(study):
    html = FORMS["html"].make(answered(study)).decode()
    assert re.findall(r'(?:src|href)="(?!data:|#)', html) == []
    assert result_alt(html) == result_finding(html)
    assert "None" not in html
    assert ">nan<" not in html.lower()


def result_alt(html):
    return re.search(r'<img [^>]*alt="([^"]*)"', html)[1]


def result_finding(html):
    return re.search(r'<p class="finding">([^<]*)</p>', html)[1]


@pytest.mark.parametrize("people", [0, 1])
@pytest.mark.parametrize("extension", FORMS)
def test_every_form_renders_with_hardly_anybody(db, extension, people):
    cohort = factories.cohort("small")
    for _ in range(people):
        factories.pain_scores(factories.participant(cohort=cohort), {0: 8, 91: 4})
    content = FORMS[extension].make(answered(cohort, by=None))
    assert content
    assert b"NaN" not in content or extension in {"png", "svg"}


def test_a_file_is_named_for_what_is_in_it(study):
    assert file_name(answered(study), "csv") == f"spinal-course-{PAIN}-by-group.csv"
    assert file_name(answered(study, by=None), "svg") == f"spinal-course-{PAIN}.svg"


def test_numbers_are_written_for_readers():
    assert (number(None), number(-0.04), number(-3.25, 2)) == ("–", "0.0", "−3.25")
    shares = (None, 0, 0.001, 0.385, 0.999, 1)
    expected = ["–", "0 %", "under 1 %", "38 %", "over 99 %", "100 %"]
    assert [percent(share) for share in shares] == expected
