"""Stored cohorts: every row, no truth, and the date of day 0 under seal."""

from io import StringIO

import numpy as np
import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from outcomes.models import (
    Assessment,
    Complication,
    Contact,
    Disposition,
    Score,
    SensoryFinding,
    Therapy,
)
from outcomes.synthetic.demo import DEMO, demo_cohorts
from outcomes.synthetic.generate import generate
from outcomes.synthetic.store import store
from registry.access import Role
from registry.errors import Refused
from registry.models import (
    Cohort,
    Event,
    PainTarget,
    Participant,
    Procedure,
    SealedIndexDate,
    TreatedLevel,
)
from registry.sealed_dates import open_dates
from registry.study_ids import parse_study_id
from tests import factories

TABLES = {
    Participant: ("participants", "site"),
    PainTarget: ("targets", "side"),
    Procedure: ("procedures", "day"),
    TreatedLevel: ("levels", "level"),
    Assessment: ("assessments", "day"),
    Score: ("scores", "instrument"),
    SensoryFinding: ("findings", "area"),
    Complication: ("complications", "term"),
    Therapy: ("therapies", "kind"),
    Disposition: ("dispositions", "event"),
    Contact: ("contacts", "day"),
}
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def keys(settings, tmp_path):
    settings.INDEX_DATE_KEYS = tmp_path / "keys"


def told(_sentence):
    """Hear the progress, and do nothing about it."""


def test_every_generated_row_is_stored():
    generated = generate("trigeminal_rf", 40, 1)
    cohort = store(generated, "syn", told)
    assert cohort.is_synthetic
    assert cohort.name.startswith("Synthetic: ")
    assert cohort.sites.count() == 3
    for model, (table, column) in TABLES.items():
        assert model.objects.count() == len(getattr(generated, table)[column]), model
        assert model.objects.exists()


def test_what_is_read_back_is_what_was_generated():
    generated = generate("trigeminal_rf", 40, 1)
    store(generated, "syn", told)
    people = list(Participant.objects.order_by("pk"))
    columns = generated.participants
    assert [one.age_at_index for one in people] == columns["age_at_index"].tolist()
    arms = [arm.code for arm in generated.preset.arms]
    assert [one.arm.code for one in people] == [arms[n] for n in columns["arm"]]
    scores = Score.objects.order_by("pk").values_list("value", "grade", "missing")
    for stored, value, grade, missing in zip(
        scores,
        generated.scores["value"],
        generated.scores["grade"],
        generated.scores["missing"],
        strict=True,
    ):
        assert stored[1:] == (grade, missing)
        assert (stored[0] is None) == bool(np.isnan(value))
        if stored[0] is not None:
            assert float(stored[0]) == pytest.approx(value, abs=1e-6)
    person = [one.pk for one in people]
    assert [
        (one.participant_id, one.day) for one in Assessment.objects.order_by("pk")
    ] == [
        (person[n], day)
        for n, day in zip(
            generated.assessments["participant"].tolist(),
            generated.assessments["day"].tolist(),
            strict=True,
        )
    ]


def test_the_truth_is_not_stored():
    generated = generate("glycerol", 30, 2)
    store(generated, "syn", told)
    stored = {name for model in TABLES for name in model.__dict__}
    assert not stored & (set(generated.latent) - {"death_day"})
    months = generated.latent["relief_months"]
    finite = {f"{month:.3f}" for month in months[np.isfinite(months) & (months > 0)]}
    assert finite
    rows = " ".join(Event.objects.values_list("new", flat=True))
    assert not any(month in rows for month in finite)


def test_every_row_is_in_the_trail_and_every_date_is_sealed():
    generated = generate("cancer_thoracic_rhizotomy", 30, 3)
    cohort = store(generated, "syn", told)
    for model in TABLES:
        events = Event.objects.filter(table=model._meta.db_table)
        assert events.count() == model.objects.count()
    assert SealedIndexDate.objects.count() == 30
    site = cohort.sites.order_by("code")[0]
    cora = factories.member("cora", Role.COORDINATOR, site=site)
    people = list(Participant.objects.order_by("pk"))
    dates = open_dates([one.pk for one in people], by=cora)
    assert len(dates) == sum(one.site_id == site.pk for one in people)
    until = generated.participants["data_until"].tolist()
    for person, days in zip(people, until, strict=True):
        if person.pk in dates:
            assert (timezone.localdate() - dates[person.pk]).days == days


def test_study_codes_are_drawn_anew_though_the_seed_is_the_same():
    codes = []
    for slug in ("one", "two"):
        cohort = store(generate("glycerol", 20, 4), slug, told)
        codes.append(set(cohort.participants.values_list("study_id", flat=True)))
    assert not codes[0] & codes[1]
    assert all(parse_study_id(code) == code for code in codes[0] | codes[1])


def test_a_slug_that_is_taken_is_refused_and_nothing_is_written():
    store(generate("glycerol", 5, 5), "syn", told)
    with pytest.raises(Refused, match="already a cohort 'syn'"):
        store(generate("glycerol", 5, 6), "syn", told)
    assert Participant.objects.count() == 5


def test_the_demo_is_stored_once():
    first = demo_cohorts(told)
    assert [cohort.slug for cohort in first] == [slug for slug, *_ in DEMO]
    people = set(Participant.objects.values_list("study_id", flat=True))
    assert len(people) == sum(participants for _, _, participants, _ in DEMO)
    assert demo_cohorts(told) == first
    assert set(Participant.objects.values_list("study_id", flat=True)) == people
    assert all(cohort.is_synthetic for cohort in Cohort.objects.all())


def test_the_command_stores_what_it_says():
    output = StringIO()
    call_command(
        "synthesise", "glycerol", "--participants", "12", "--seed", "3", stdout=output
    )
    cohort = Cohort.objects.get()
    assert cohort.slug == "synthetic-glycerol-3"
    assert cohort.participants.count() == 12
    assert "Sahni 1990" in output.getvalue()
    assert "Stored 12 people" in output.getvalue()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--participants", "0"), "1 to 200,000 is allowed"),
        (("--participants", "200001"), "1 to 200,000 is allowed"),
        (("--seed", "-1"), "0 or more is allowed"),
    ],
)
def test_the_command_refuses_in_a_sentence(arguments, sentence):
    with pytest.raises(CommandError, match=sentence):
        call_command("synthesise", "glycerol", *arguments, stdout=StringIO())
    assert not Cohort.objects.exists()
