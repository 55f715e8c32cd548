from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from registry.access import Permission, Role, allowed, check
from registry.models import Cohort, Participant
from tests import factories
from tests.registry.page_text import text_of

TODAY = timezone.localdate()


@pytest.fixture
def two_sites(db):
    """One participant at each of two sites, in one cohort."""
    return [
        factories.participant(site=factories.site(code)) for code in ("north", "south")
    ]


def seen(user):
    return set(Participant.objects.visible_to(user, Permission.VIEW_RECORDS))


def test_a_member_of_one_site_sees_that_site(two_sites):
    cora = factories.member("cora", site=two_sites[0].site)
    assert seen(cora) == {two_sites[0]}


def test_a_member_of_all_sites_sees_both(two_sites):
    assert seen(factories.member("ivan", Role.INVESTIGATOR)) == set(two_sites)


def test_a_stranger_sees_nobody(two_sites):
    assert seen(factories.user("sam")) == set()


@pytest.mark.parametrize(
    ("starts", "expires", "sees"),
    [(0, 0, True), (-9, -1, False), (1, None, False), (-9, None, True)],
)
def test_a_membership_holds_from_its_first_day_to_its_last(
    two_sites, starts, expires, sees
):
    cora = factories.member(
        "cora",
        site=two_sites[0].site,
        starts_on=TODAY + timedelta(days=starts),
        expires_on=None if expires is None else TODAY + timedelta(days=expires),
    )
    assert bool(seen(cora)) is sees


def test_a_right_ends_with_the_membership(two_sites, client):
    cora = factories.member("cora", site=two_sites[0].site)
    client.force_login(cora)
    address = f"/participants/{two_sites[0].study_id}/"
    assert client.get(address).status_code == 200
    cora.memberships.all().delete()
    assert client.get(address).status_code == 404


def test_a_disabled_login_ends_at_once(two_sites, client):
    cora = factories.member("cora", site=two_sites[0].site)
    client.force_login(cora)
    cora.is_active = False
    cora.save()
    response = client.get(f"/participants/{two_sites[0].study_id}/")
    assert response.status_code == 302
    assert seen(cora) == set()


def test_admins_hold_no_clinical_permission(two_sites):
    ada = factories.member("ada", Role.ADMIN)
    assert not allowed(ada, Permission.VIEW_RECORDS)
    assert seen(ada) == set()
    with pytest.raises(PermissionDenied, match="run reports"):
        check(ada, Permission.RUN_REPORTS)


def test_a_cohort_is_seen_through_its_sites(two_sites):
    cohorts = Cohort.objects.all()
    cora = factories.member("cora", site=two_sites[0].site)
    sam = factories.member("sam", site=factories.site("elsewhere"))
    assert list(cohorts.visible_to(cora, Permission.VIEW_RECORDS)) == [
        two_sites[0].cohort
    ]
    assert list(cohorts.visible_to(sam, Permission.VIEW_RECORDS)) == []


def test_the_home_page_counts_only_what_is_visible(two_sites, client):
    client.force_login(factories.member("cora", site=two_sites[0].site))
    before = text_of(client.get("/"))
    factories.participant(site=two_sites[1].site)
    assert text_of(client.get("/")) == before


def test_admins_see_people_and_coordinators_do_not(two_sites, client):
    client.force_login(factories.member("ada", Role.ADMIN))
    assert b"Memberships" in client.get("/access/").content
    client.force_login(factories.member("cora", site=two_sites[0].site))
    assert client.get("/access/").status_code == 403
