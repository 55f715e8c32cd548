"""`manage.py report course --cohort C --measure M [--by group] --out FILE`."""

import os
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from django.core.management.base import CommandParser

from outcomes.instruments import InstrumentError, add_folder
from registry.commanding import RegistryCommand
from registry.errors import Refused


class Command(RegistryCommand):
    """Answers a report over a whole cohort and writes it to a file."""

    help = (
        "Answer a report and write it: html, csv, json, svg or png, by the file's name."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take what a report is asked for, and where it goes."""
        parser.add_argument("name", help="the report, such as: course")
        parser.add_argument("--cohort", required=True, help="the cohort's short name")
        parser.add_argument("--measure", required=True, help="such as: nrs_average")
        parser.add_argument("--by", help="group, family, technique, indication or site")
        parser.add_argument("--out", required=True, type=Path, help="the file to write")
        parser.add_argument("--instruments", type=Path, help="a folder of own measures")

    def work(self, **options: Any) -> None:
        """Answer the report and write the file; an existing one is replaced whole."""
        from registry.models import Participant
        from reports.render import find_form
        from reports.run import find_cohort, find_report, run

        if options["instruments"]:
            add_measures(options["instruments"])
        out: Path = options["out"]
        form = find_form(out.suffix.removeprefix(".").lower())
        report = find_report(options["name"])
        cohort = find_cohort(options["cohort"])
        result = run(
            report,
            cohort=cohort,
            participants=Participant.objects.filter(cohort=cohort),
            instrument=options["measure"],
            by=options["by"],
        )
        write(out, form.make(result))
        self.tell(f"Wrote {out}: {result.words.finding}")


def add_measures(folder: Path) -> None:
    """Add a folder of measures; Refused, in a sentence, if one of them is wrong."""
    try:
        add_folder(folder)
    except InstrumentError as wrong:
        raise Refused(str(wrong)) from wrong


def write(path: Path, content: bytes) -> None:
    """Write a file whole or not at all; Refused if that place cannot be written."""
    temporary: Path | None = None
    try:
        with NamedTemporaryFile(
            dir=path.parent, prefix=f".{path.name}.", delete=False
        ) as target:
            temporary = Path(target.name)
            target.write(content)
            target.flush()
            os.fsync(target.fileno())
        temporary.chmod(0o640)
        temporary.replace(path)
    except OSError as trouble:
        if temporary:
            temporary.unlink(missing_ok=True)
        reason = trouble.strerror or trouble
        raise Refused(f"{path} cannot be written: {reason}.") from trouble
