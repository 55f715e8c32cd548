"""The page and its files: who sees which numbers, and what is said otherwise."""

import json
import re

import pytest

from registry.access import Role
from registry.models import Arm
from tests import factories
from tests.reports.conftest import PAIN

PAGE = "/cohorts/spinal/reports/course/"
FILE = "/cohorts/spinal/reports/course.{}?measure=nrs_average&by=group"


@pytest.fixture
def asked(client, ivan):
    """Ask as the investigator of all sites."""
    client.force_login(ivan)
    return client.get


def test_the_page_shows_finding_figure_and_numbers(asked):
    page = asked(PAGE).content.decode()
    finding = re.search(r'<p class="finding[^"]*">([^<]*)</p>', page)[1]
    assert "in 8 seen of 9 due" in finding
    assert f'alt="{finding}"' in page
    assert 'src="/cohorts/spinal/reports/course.svg?measure=nrs_average"' in page
    assert "missing: lost to follow-up" in page
    for extension in ("html", "csv", "json", "svg", "png"):
        assert f"course.{extension}?measure=nrs_average" in page


def test_the_page_has_nothing_inline(asked):
    page = asked(PAGE).content.decode()
    assert "<style" not in page
    assert " style=" not in page
    assert "<script" not in page


def test_only_measures_with_scores_are_offered(asked, study):
    person = study.participants.first()
    factories.score(person.assessments.first(), "pgic", grade="1")
    page = asked(PAGE).content.decode()
    offered = re.search(r'name="measure".*?</select>', page, re.DOTALL)[0]
    assert re.findall(r'value="([^"]+)"', offered) == [PAIN]


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("?measure=nonsense", "There is no measure"),
        ("?measure=bni_pain", "never averaged"),
        ("?by=colour", "There is no grouping"),
        ("?measure=%00&by=%0a", "There is no measure"),
    ],
)
def test_what_cannot_be_asked_is_said_and_the_form_shown_again(asked, query, sentence):
    response = asked(PAGE + query)
    assert response.status_code == 400
    assert sentence in response.content.decode()
    assert 'name="measure"' in response.content.decode()


def test_a_cohort_without_scores_says_so(client, ivan):
    factories.participant(cohort=factories.cohort("empty"))
    client.force_login(ivan)
    response = client.get("/cohorts/empty/reports/course/")
    assert response.status_code == 200
    assert "No measure with a number has been recorded" in response.content.decode()


@pytest.mark.parametrize(
    ("extension", "kind", "place"),
    [
        ("svg", "image/svg+xml", "inline"),
        ("png", "image/png", "inline"),
        ("csv", "text/csv; charset=utf-8", "attachment"),
        ("json", "application/json", "attachment"),
        ("html", "text/html; charset=utf-8", "attachment"),
    ],
)
def test_files_come_with_their_type_and_name(asked, extension, kind, place):
    response = asked(FILE.format(extension))
    assert response.headers["Content-Type"] == kind
    name = f"spinal-course-nrs_average-by-group.{extension}"
    assert response.headers["Content-Disposition"] == f'{place}; filename="{name}"'
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "address",
    [
        "/cohorts/spinal/reports/course.exe",
        "/cohorts/spinal/reports/curve/",
        "/cohorts/spinal/reports/curve.csv",
        "/api/cohorts/spinal/reports/curve/",
    ],
)
def test_what_there_is_not_is_not_found(asked, address):
    assert asked(f"{address}?measure={PAIN}").status_code == 404


def test_a_file_of_an_unknown_measure_is_refused_in_a_sentence(asked):
    response = asked("/cohorts/spinal/reports/course.csv?measure=nonsense")
    assert response.status_code == 400
    assert response.content.decode().startswith("There is no measure 'nonsense'")


def test_page_api_and_command_give_the_same_numbers(asked, command):
    api = asked(f"/api{PAGE}?measure={PAIN}&by=group").json()
    assert api == json.loads(asked(FILE.format("json")).content)
    assert api == command(by="group")


def test_the_api_refuses_in_the_words_of_the_page(asked):
    response = asked(f"/api{PAGE}?measure=bni_pain")
    assert response.status_code == 400
    assert "never averaged" in response.json()["detail"]


def test_another_sites_people_change_no_number(client, nora, north):
    """The south has three people; nora of the north must not notice."""
    client.force_login(nora)
    address = f"/api{PAGE}?measure={PAIN}"
    before = client.get(address).json()
    assert before["enrolled"] == 6
    assert before["sites"] == 1
    hidden = factories.participant(site=factories.site("south"), arm="third")
    factories.pain_scores(hidden, {0: 10, 91: 0, 730: 0})
    assert client.get(address).json() == before
    by_site = client.get(f"{address}&by=site").json()
    assert {row["group"] for row in by_site["table"]} == {"north"}
    by_arm = client.get(f"{address}&by=group").json()
    assert {row["group"] for row in by_arm["table"]} == {"early", "late"}


def test_a_measure_of_another_site_is_not_offered(client, nora):
    hidden = factories.participant(site=factories.site("south"))
    factories.pain_scores(hidden, {0: 50}, "vas")
    client.force_login(nora)
    assert 'value="vas"' not in client.get(PAGE).content.decode()


def body(response):
    """Return the page without the token of its log-out form, new on every page."""
    return re.sub(rb'name="csrfmiddlewaretoken" value="\w+"', b"", response.content)


@pytest.mark.parametrize("address", [PAGE, FILE.format("json"), f"/api{PAGE}"])
def test_another_cohort_answers_like_an_unknown_one(client, study, address):
    sam = factories.member("sam", Role.INVESTIGATOR, site=factories.site("elsewhere"))
    client.force_login(sam)
    theirs = client.get(address)
    unknown = client.get(address.replace("spinal", "unknown"))
    assert theirs.status_code == unknown.status_code == 404
    assert body(theirs) == body(unknown)


def test_a_hostile_label_stays_text_on_the_page(asked):
    Arm.objects.filter(code="early").update(label="<script>alert(1)</script>$x$")
    page = asked(f"{PAGE}?by=group").content.decode()
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;$x$" in page
