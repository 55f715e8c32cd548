"""A result as a page or a file: the same numbers in every form."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from registry.coded import _
from registry.errors import Refused

if TYPE_CHECKING:
    from reports.run import Result


@dataclass(frozen=True)
class Form:
    """A kind of file: its type on the web, what it is called, how it is made."""

    content_type: str
    name: str
    make: Callable[[Result], bytes]


def _html(result: Result) -> bytes:
    from reports.render.document import document

    return document(result)


def _csv(result: Result) -> bytes:
    from reports.render.spreadsheet import csv_table

    return csv_table(result)


def _json(result: Result) -> bytes:
    from reports.render.record import json_record

    return json_record(result)


def _svg(result: Result) -> bytes:
    from reports.figures.look import svg_of

    return svg_of(result.figure())


def _png(result: Result) -> bytes:
    from reports.figures.look import png_of

    return png_of(result.figure())


FORMS = {
    "html": Form("text/html; charset=utf-8", _("report, one file"), _html),
    "csv": Form("text/csv; charset=utf-8", _("numbers for a spreadsheet"), _csv),
    "json": Form("application/json", _("numbers for a program"), _json),
    "svg": Form("image/svg+xml", _("figure, scalable"), _svg),
    "png": Form("image/png", _("figure, 300 dots an inch"), _png),
}


def find_form(extension: str) -> Form:
    """Return a kind of file by its extension; Refused, in a sentence, if unknown."""
    if extension not in FORMS:
        raise Refused(
            _("There are no {extension!r} files; there are: {known}.").format(
                extension=extension[:20], known=", ".join(FORMS)
            )
        )
    return FORMS[extension]


def file_name(result: Result, extension: str) -> str:
    """Return a name for the file that says what is in it."""
    topic = result.topic
    parts = [result.cohort.slug, result.report.slug, topic.measure.slug]
    parts += [f"by-{topic.by}"] if topic.by else []
    return f"{'-'.join(parts)}.{extension}"
