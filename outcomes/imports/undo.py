"""A load taken back: from the audit trail, all of it or nothing."""

from collections import Counter

from django.apps import apps
from django.db import transaction

from outcomes.imports.load import place_batch
from outcomes.models import LoadBatch
from registry.audit.context import command
from registry.audit.models import Event
from registry.audit.undo import take_back
from registry.errors import Refused

Done = Counter[tuple[str, str]]


def undo(code: str) -> tuple[Done, bool]:
    """Take a batch back; return counts by (rows, what was done), and what stays.

    The second tells whether cohort, site or arms stay because others use them. Refused,
    in a sentence, when its rows were changed since, or the batch is not there.
    """
    _refuse_unknown(code)
    with command("undo_load", reason=f"undo of batch {code}"), transaction.atomic():
        done = take_back(code)
        place_done, stays = _take_back_place(place_batch(code))
    return _in_words(done + place_done), stays


def _refuse_unknown(code: str) -> None:
    if LoadBatch.objects.filter(code=code).exists():
        return
    if Event.objects.filter(batch=code).exists():
        raise Refused(f"The batch {code} was taken back already.")
    raise Refused(f"There is no batch {code}: a load tells its own when it is done.")


def _take_back_place(batch: str) -> tuple[Done, bool]:
    """Take back cohort, site and arms too, unless somebody else uses them by now."""
    if not Event.objects.filter(batch=batch).exists():
        return Counter(), False
    try:
        with transaction.atomic():
            return take_back(batch), False
    except Refused:
        return Counter(), True


def _in_words(done: Done) -> Done:
    """Return the counts with the models' own names in place of the tables'."""
    names = {
        model._meta.db_table: str(model._meta.verbose_name_plural)
        for model in apps.get_models(include_auto_created=True)
    }
    names[LoadBatch._meta.db_table] = "load"
    words: Done = Counter()
    for (table, what), number in done.items():
        words[names.get(table, table), what] += number
    return words
