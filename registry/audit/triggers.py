"""The triggers: installed after every migrate, compared at every start."""

from types import ModuleType
from typing import Any

from django.apps import apps as installed_apps
from django.db import transaction

from registry.audit import postgres, sqlite
from registry.audit.columns import audited
from registry.audit.models import Event


class AuditNotReady(Exception):
    """Changes would not be recorded as they should: the registry does not start."""


def engine(connection: Any) -> ModuleType:
    """Return the module that speaks the database's language."""
    return postgres if connection.vendor == "postgresql" else sqlite


def install(connection: Any, apps: Any = installed_apps) -> None:
    """Put the triggers in place of those that are there."""
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        engine(connection).remove(cursor)
        engine(connection).make(cursor, audited(apps))


def remove(connection: Any) -> None:
    """Take the triggers away: only migrations may, and they put them back."""
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        engine(connection).remove(cursor)


def differences(connection: Any, apps: Any = installed_apps) -> list[str]:
    """Say, a sentence each, where the triggers are not what they should be."""
    speaks, tables = engine(connection), audited(apps)
    wanted = speaks.expected(tables)
    with connection.cursor() as cursor:
        there = speaks.installed(cursor, tables)
    return [
        *(f"The trigger {name} is missing." for name in sorted(wanted.keys() - there)),
        *(f"The trigger {name} is not ours." for name in sorted(there.keys() - wanted)),
        *(
            f"The trigger {name} was changed or disabled."
            for name in sorted(wanted.keys() & there)
            if wanted[name] != there[name]
        ),
    ]


def trail_exists(connection: Any) -> bool:
    """Tell whether the trail's table is there: not before the first migrate."""
    return Event._meta.db_table in connection.introspection.table_names()


def ready(connection: Any) -> None:
    """Raise AuditNotReady, in a sentence, unless every change will be recorded."""
    if not trail_exists(connection):
        raise AuditNotReady(
            "The database is not set up yet: run `python3 manage.py migrate`."
        )
    found = differences(connection)
    if found:
        more = f" ({len(found)} differences in all.)" if len(found) > 1 else ""
        raise AuditNotReady(
            f"Changes would not be recorded: {found[0]}{more} Find out who changed "
            f"them; `python3 manage.py verify_audit` tells what is still sound, and "
            f"`python3 manage.py migrate` puts the triggers back."
        )
