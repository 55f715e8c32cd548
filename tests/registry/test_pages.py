import pytest
from django.core.management import call_command

from registry.access import Role
from registry.models import Event
from tests import factories
from tests.registry.page_text import text_of


@pytest.fixture
def cora(db, client):
    cora = factories.member("cora", site=factories.site("north"))
    client.force_login(cora)
    return cora


def test_every_answer_carries_the_policy_and_stays_out_of_caches(client, cora):
    for address in ("/", "/login/", "/nowhere/", "/participants/BCDF-GHJK/"):
        response = client.get(address)
        policy = response.headers["Content-Security-Policy"]
        assert "default-src 'self'" in policy
        assert "unsafe" not in policy
        assert "no-store" in response.headers["Cache-Control"]
        assert response.headers["X-Frame-Options"] == "DENY"
        assert response.headers["X-Content-Type-Options"] == "nosniff"


def test_wrong_name_and_wrong_password_get_the_same_answer(client, db):
    factories.user("cora")
    answers = [
        text_of(client.post("/login/", {"username": name, "password": "wrong"}))
        for name in ("cora", "nora")
    ]
    assert answers[0].replace(b"cora", b"nora") == answers[1]


def test_the_session_changes_at_login(client, db):
    factories.user("cora")
    client.get("/login/")
    before = client.session.session_key
    client.post("/login/", {"username": "cora", "password": factories.PASSWORD})
    assert client.session.session_key != before
    assert client.get("/").status_code == 200


def test_login_goes_nowhere_but_home(client, db):
    factories.user("cora")
    response = client.post(
        "/login/?next=https://elsewhere.example/",
        {"username": "cora", "password": factories.PASSWORD},
    )
    assert response.headers["Location"] == "/"


def test_who_has_no_cohort_yet_is_told_so(client, db):
    client.force_login(factories.user("nora"))
    assert b"no cohort at your sites yet" in client.get("/").content


def test_an_admin_without_records_starts_at_people(client, db):
    client.force_login(factories.member("ada", Role.ADMIN))
    assert client.get("/").headers["Location"] == "/access/"


def test_looking_changes_nothing(client, cora):
    person = factories.participant(site=factories.site("north"))
    factories.pain_scores(person, {0: 8, 91: None, 183: 4})
    before = Event.objects.count()
    for address in (
        "/",
        f"/cohorts/{person.cohort.slug}/",
        f"/participants/{person.study_id}/",
        f"/participants/{person.study_id}/history/",
    ):
        assert client.get(address).status_code == 200
    assert Event.objects.count() == before


def test_a_participants_page_shows_scores_and_why_one_is_missing(client, cora):
    person = factories.participant(site=factories.site("north"), age_at_index=88)
    factories.procedure(person)
    factories.pain_scores(person, {0: 8, 91: None, 1500: 4})
    page = client.get(f"/participants/{person.study_id}/").content.decode()
    assert "lost to follow-up" in page
    assert "84 or older" in page
    assert "open dorsal rhizotomy, extradural" in page
    assert "88" not in page


def test_small_letters_find_the_participant_too(client, cora):
    person = factories.participant(site=factories.site("north"))
    address = f"/participants/{person.study_id.lower()}/"
    assert client.get(address).status_code == 200


def test_the_history_tells_who_changed_what(client, cora):
    person = factories.participant(site=factories.site("north"), sex="F")
    person.sex = "M"
    person.save()
    page = client.get(f"/participants/{person.study_id}/history/").content.decode()
    assert "cli:tests" in page
    assert "F → M" in page


def test_the_next_visits_show_dates_to_coordinators_alone(client, cora, settings):
    from datetime import timedelta

    from django.utils import timezone

    from registry.sealed_dates import seal

    person = factories.participant(site=factories.site("north"))
    target = timezone.localdate() + timedelta(days=11)
    seal(person, target - timedelta(days=91))
    address = f"/participants/{person.study_id}/"
    assert target.isoformat() in client.get(address).content.decode()
    client.force_login(factories.member("mona", Role.MONITOR, site=person.site))
    page = client.get(address).content.decode()
    assert target.isoformat() not in page
    assert "Next visits" not in page


def test_the_check_command_finds_nothing_to_say(db):
    call_command("check", fail_level="WARNING")
