"""Load a CSV or XLSX file through a mapping file; a preview unless --apply is given."""

from contextlib import ExitStack
from pathlib import Path
from typing import Any, TextIO

from django.core.management.base import CommandParser

from outcomes.imports.load import Job, load
from outcomes.imports.preview import describe
from outcomes.imports.refusals import FileRefused
from registry.commanding import RegistryCommand
from registry.errors import Refused


class Command(RegistryCommand):
    """Read, validate, preview; with --apply also write, in one transaction."""

    help = "Load a CSV or XLSX file through a mapping; a preview unless --apply."

    def add_arguments(self, parser: CommandParser) -> None:
        """Name the file, its mapping, and what else a load may need."""
        parser.add_argument("file", type=Path, help="the CSV or XLSX file")
        parser.add_argument("--mapping", type=Path, required=True, help="a TOML file")
        parser.add_argument("--apply", action="store_true", help="write it")
        parser.add_argument(
            "--instruments", type=Path, help="a folder of measures that it needs"
        )
        parser.add_argument(
            "--keys",
            type=Path,
            help="the key file, if not the cohort's usual one",
        )
        parser.add_argument(
            "--refusals", type=Path, help="a CSV file for all that is refused"
        )

    def work(self, *_: Any, **options: Any) -> None:
        """Print the preview, or what was done; refuse if anything is refused."""
        with ExitStack() as files:
            job = Job(
                path=options["file"],
                mapping_path=options["mapping"],
                keys_path=options["keys"],
                instruments=options["instruments"],
                refusals_to=_opened(options["refusals"], files),
            )
            try:
                loaded = load(job, apply=options["apply"])
            except FileRefused as refusal:
                raise Refused(str(refusal)) from refusal
            for line in describe(job, loaded, applied=bool(loaded.batch)):
                self.tell(line)
            if loaded.tally.refused:
                raise Refused(f"{job.path.name} is refused.")


def _opened(path: Path | None, files: ExitStack) -> TextIO | None:
    """Open the file for refusals, and close it with the command."""
    if path is None:
        return None
    try:
        return files.enter_context(path.open("w", encoding="utf-8", newline=""))
    except OSError as trouble:
        raise Refused(f"{path} cannot be written: {trouble.strerror}.") from trouble
