import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from registry.access import Permission, Role, allowed
from registry.audit import triggers
from registry.demo_logins import disable_demo_logins, renew_demo_logins
from registry.errors import Refused
from registry.models import Membership, User
from registry.startup import make_first_admin, pending, prepare
from tests import factories


@pytest.fixture
def admin_in_the_environment(monkeypatch):
    monkeypatch.setenv("REGISTRY_ADMIN", "ada")
    monkeypatch.setenv("REGISTRY_ADMIN_PASSWORD", factories.PASSWORD)


def test_the_first_admin_comes_from_the_environment(db, admin_in_the_environment):
    ada = make_first_admin(None)
    assert ada.check_password(factories.PASSWORD)
    assert allowed(ada, Permission.VIEW_ACCESS)
    assert not allowed(ada, Permission.VIEW_RECORDS)


def test_the_first_admin_is_asked_for(db, monkeypatch):
    monkeypatch.delenv("REGISTRY_ADMIN", raising=False)
    made = make_first_admin(lambda: ("ada", factories.PASSWORD))
    assert Membership.objects.get(user=made).role == Role.ADMIN


def test_nobody_is_made_admin_where_somebody_is_there(db, admin_in_the_environment):
    factories.user("cora")
    assert make_first_admin(None) is None
    assert not User.objects.filter(username="ada").exists()


def test_without_a_terminal_the_sentence_says_what_to_set(db, monkeypatch):
    monkeypatch.delenv("REGISTRY_ADMIN", raising=False)
    with pytest.raises(Refused, match="REGISTRY_ADMIN_PASSWORD"):
        make_first_admin(None)


def test_a_migrated_database_is_ready_and_a_tampered_one_is_not(db):
    assert not pending()
    prepare(pytest.fail)  # it has nothing to tell
    triggers.remove(connection)
    with pytest.raises(triggers.AuditNotReady, match="verify_audit"):
        prepare(pytest.fail)
    with pytest.raises(CommandError, match="Changes would not be recorded"):
        call_command("destroy_index_dates", "north", "--yes")


def test_demo_logins_change_at_each_start_and_end_with_real_work(db, client):
    site = factories.site()
    first = dict(login[1:] for login in renew_demo_logins(site))
    second = dict(login[1:] for login in renew_demo_logins(site))
    assert set(first) == set(second) == {"cora", "ivan", "ada"}
    assert not set(first.values()) & set(second.values())
    assert client.login(username="ivan", password=second["ivan"])
    assert disable_demo_logins() == ["ada", "cora", "ivan"]
    assert not client.login(username="ivan", password=second["ivan"])


def test_a_real_person_of_that_name_is_not_disabled(db):
    factories.user("cora")
    assert disable_demo_logins() == []


def test_an_unknown_site_is_refused_in_a_sentence(db):
    with pytest.raises(CommandError, match="no site with the code 'nowhere'"):
        call_command("destroy_index_dates", "nowhere", "--yes")
