"""Every address is guarded, and there is something behind it to hide."""

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from registry.access import GRANTS, Permission, Role
from tests import factories
from tests.registry.page_text import text_of

PUBLIC = {"login", "logout"}
METHODS = ("get", "post", "put", "patch", "delete", "head", "options")
# What a stranger may reach: pages about nobody.
ABOUT_NOBODY = {"home"}


def patterns(resolver=None, prefix=""):
    """Yield (name, path with placeholders) of every address."""
    for part in (resolver or get_resolver()).url_patterns:
        if isinstance(part, URLResolver):
            yield from patterns(part, prefix + str(part.pattern))
        elif isinstance(part, URLPattern):
            yield part.name, prefix + str(part.pattern)


ADDRESSES = sorted(set(patterns()))


@pytest.fixture
def hidden(db):
    """A cohort with a scored participant at a site of their own."""
    person = factories.participant(site=factories.site("hidden"))
    factories.score(factories.assessment(person, day=0), "nrs_average", 8)
    factories.score(factories.assessment(person, day=91), "nrs_average", 3)
    return person


def address(pattern, person):
    filled = (
        pattern.replace("<slug:cohort>", person.cohort.slug)
        .replace("<slug:study_id>", person.study_id)
        .replace("<slug:report>", "course")
        .replace("<str:extension>", "csv")
        .replace("<slug:extension>", "csv")
    )
    assert "<" not in filled, f"the test does not know how to fill {pattern}"
    return f"/{filled}?measure=nrs_average"


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(("name", "pattern"), ADDRESSES)
def test_nobody_gets_in_without_logging_in(client, hidden, name, pattern, method):
    response = getattr(client, method)(address(pattern, hidden))
    if name in PUBLIC:
        assert response.status_code < 500
        return
    assert response.status_code in {302, 401, 403, 404, 405}
    if response.status_code == 302:
        assert response["Location"].startswith("/login/")
    assert hidden.study_id.encode() not in response.content


@pytest.mark.parametrize("role", [*Role, None])
@pytest.mark.parametrize(("name", "pattern"), ADDRESSES)
def test_a_stranger_finds_nothing(client, hidden, name, pattern, role):
    """Sam has every role in turn, at another site."""
    sam = factories.member("sam", role, site=factories.site("elsewhere"))
    client.force_login(sam)
    response = client.get(address(pattern, hidden))
    assert response.status_code < 500
    assert hidden.study_id.encode() not in response.content
    assert hidden.cohort.name.encode() not in response.content
    if name not in ABOUT_NOBODY | PUBLIC | {"access"}:
        assert response.status_code in {403, 404}


@pytest.mark.parametrize(("name", "pattern"), ADDRESSES)
def test_another_sites_record_answers_like_an_unknown_one(
    client, hidden, name, pattern
):
    if "<" not in pattern:
        return
    sam = factories.member("sam", Role.COORDINATOR, site=factories.site("elsewhere"))
    client.force_login(sam)
    theirs = client.get(address(pattern, hidden))
    hidden.study_id = "ZZZZ-ZZZZ"
    hidden.cohort.slug = "unknown"
    nobodys = client.get(address(pattern, hidden))
    assert theirs.status_code == nobodys.status_code == 404
    assert text_of(theirs) == text_of(nobodys)
    assert sorted(theirs.headers) == sorted(nobodys.headers)


@pytest.mark.parametrize(("name", "pattern"), ADDRESSES)
def test_an_admin_sees_no_clinical_data(client, hidden, name, pattern):
    client.force_login(factories.member("ada", Role.ADMIN, site=hidden.site))
    response = client.get(address(pattern, hidden))
    assert hidden.study_id.encode() not in response.content
    if "<" in pattern:
        assert response.status_code in {403, 404}


@pytest.mark.parametrize(("name", "pattern"), ADDRESSES)
def test_whoever_belongs_there_gets_in(client, hidden, name, pattern):
    """So that the refusals above are not refusals of everybody."""
    role = Role.ADMIN if name == "access" else Role.COORDINATOR
    client.force_login(factories.member("cora", role, site=hidden.site))
    response = client.get(address(pattern, hidden))
    assert response.status_code == (
        405 if name == "logout" else 302 if name == "login" else 200
    )


def test_every_role_and_permission_appears_in_the_one_table():
    assert set(GRANTS) == set(Role)
    assert set().union(*GRANTS.values()) == set(Permission)
