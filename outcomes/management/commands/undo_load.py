"""Take a load back by the code that it told."""

from typing import Any

from django.core.management.base import CommandParser

from outcomes.imports.undo import undo
from registry.commanding import RegistryCommand


class Command(RegistryCommand):
    """Take back everything that one load wrote, or nothing."""

    help = "Take back everything that a load wrote, by its batch code."

    def add_arguments(self, parser: CommandParser) -> None:
        """Name the batch."""
        parser.add_argument("batch", help="the code that the load told")

    def work(self, *_: Any, **options: Any) -> None:
        """Undo, and say what is gone and what stays."""
        batch = options["batch"].strip().upper()
        done, stays = undo(batch)
        self.tell(f"Batch {batch} is taken back:")
        for (rows, what), number in sorted(done.items()):
            self.tell(f"  {number:,} {rows} {what}")
        if stays:
            self.tell("Its cohort, site and arms stay: other records use them.")
        self.tell(
            "The audit trail keeps what was done. The key file and the measures that "
            "came with the load stay: a new load uses them again."
        )
