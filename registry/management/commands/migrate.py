"""`migrate`: Django's own, in the operator's name, with the trail kept whole."""

from contextlib import suppress
from typing import Any

from django.core.management.base import CommandError
from django.core.management.commands import migrate
from django.db import DatabaseError

from registry.audit import migrating
from registry.audit.context import acting, operator
from registry.audit.triggers import AuditNotReady


class Command(migrate.Command):
    """Migrate; what was applied before a failure is recorded as well."""

    def handle(self, *arguments: Any, **options: Any) -> None:
        """Refuse in one sentence; see `registry.audit.migrating`."""
        try:
            with acting(operator(), through="migrate"):
                super().handle(*arguments, **options)
        except AuditNotReady as refusal:
            raise CommandError(str(refusal)) from refusal
        except BaseException:
            with suppress(DatabaseError):
                migrating.interrupted(options["database"])
            raise
