"""What must be true before the registry does any work."""

import os
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from registry.access import Role
from registry.audit.context import command
from registry.audit.triggers import ready
from registry.errors import Refused
from registry.models import Membership, Site, User
from registry.secrets import MissingSecret, read_secret

Tell = Callable[[str], object]


def prepare(tell: Tell) -> None:
    """Bring the embedded database up to date; refuse when the audit is not whole.

    A server database is migrated by its administrator, never in passing.
    """
    reach()
    if pending():
        if settings.DATABASE_URL:
            raise Refused(
                "The database is older than this version of the registry: back it up, "
                "then run `python3 manage.py migrate`."
            )
        tell("Setting up the embedded database ...")
        call_command("migrate", verbosity=0)
    ready(connection)


def reach() -> None:
    """Refuse, in a sentence, where the database does not answer at all."""
    try:
        connection.ensure_connection()
    except OperationalError as error:
        raise Refused(
            f"The database does not answer; look at DATABASE_URL, or at the folder "
            f"{settings.HOME}. ({str(error).strip().splitlines()[0]})"
        ) from error


def pending() -> bool:
    """Tell whether a migration has not been applied yet."""
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def make_first_admin(ask: Callable[[], tuple[str, str]] | None) -> User | None:
    """Make the first admin where there is nobody yet; return it, or None.

    Name and password come from REGISTRY_ADMIN and REGISTRY_ADMIN_PASSWORD (or its
    _FILE), else from `ask`; with neither, a sentence says so.
    """
    if User.objects.exists():
        return None
    username = os.environ.get("REGISTRY_ADMIN", "")
    if username:
        try:
            password = read_secret("REGISTRY_ADMIN_PASSWORD", Path(settings.HOME))
        except MissingSecret as missing:
            raise Refused(
                "REGISTRY_ADMIN is set; REGISTRY_ADMIN_PASSWORD (or its _FILE) is not."
            ) from missing
    elif ask:
        username, password = ask()
    else:
        raise Refused(
            "Nobody can log in yet and there is no terminal to ask at: set "
            "REGISTRY_ADMIN and REGISTRY_ADMIN_PASSWORD (or its _FILE)."
        )
    with command("first admin"):
        user = User.objects.create_user(username, password)
        enrol(user, Role.ADMIN)
    return user


def enrol(user: User, role: Role, site: Site | None = None) -> Membership:
    """Give `user` a role from today, at one site or at all sites."""
    membership, _ = Membership.objects.get_or_create(
        user=user, site=site, role=role, defaults={"starts_on": timezone.localdate()}
    )
    return membership
