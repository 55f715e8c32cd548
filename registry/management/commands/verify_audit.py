"""`verify_audit`: prove that every change is in the trail, and nothing else."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, connection

from registry.audit.accepting import accept
from registry.audit.migrating import applied
from registry.audit.seals import seal_and_sign
from registry.audit.triggers import AuditNotReady, trail_exists
from registry.audit.verify import verify
from registry.errors import Refused
from registry.startup import reach


class Command(BaseCommand):
    """Verify the audit trail; exit 1 and name the first place that is wrong."""

    help = "Verify the audit trail and the data against it."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Add what is for after an incident alone."""
        parser.add_argument(
            "--accept",
            metavar="REASON",
            help="after an incident: take the data as they are, record each row that "
            "differs, and renew triggers and checkpoint",
        )

    def handle(self, *, accept: str | None = None, **_: Any) -> None:
        """Tell each stage as it ends; seal what is not sealed when all is well."""
        try:
            reach()
            if not trail_exists(connection):
                raise Refused("There is no registry in this database yet.")
            if accept is not None:
                self.accept(accept)
            self.verify()
        except (Refused, AuditNotReady) as refusal:
            raise CommandError(str(refusal)) from refusal
        except (DatabaseError, UnicodeError) as error:  # what damage makes of reading
            raise CommandError(f"The database cannot be read: {error}") from error

    def verify(self) -> None:
        """Tell each stage as it ends; exit 1 at the first fault."""
        for stage in verify(connection, applied(connection), tell=self.tell):
            mark = "FAIL" if stage.fault else "ok"
            self.tell(f"{mark:<5} {stage.name:<11} {stage.looked_at}")
            if stage.fault:
                self.stderr.write(stage.fault)
                sys.exit(1)
        seal_and_sign()
        self.stdout.write("The audit trail holds.")

    def accept(self, reason: str) -> None:
        """Take the registry as it is, and say how many rows were not as recorded."""
        count = accept(connection, reason)
        self.tell(f"Accepted: {count:,} rows were not what the trail said.")

    def tell(self, sentence: str) -> None:
        """Say one line at once."""
        self.stdout.write(sentence)
        self.stdout.flush()
