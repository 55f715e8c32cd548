"""From columns to rows: one synthetic cohort, in one transaction."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from itertools import islice
from time import monotonic
from typing import Any

import numpy as np
from django.db import models, transaction
from django.utils import timezone

from outcomes.models import (
    Assessment,
    Complication,
    Contact,
    Disposition,
    Score,
    SensoryFinding,
    Therapy,
)
from outcomes.synthetic.draws import Column, Table
from outcomes.synthetic.generate import SyntheticCohort
from registry.errors import Refused
from registry.models import (
    Arm,
    Cohort,
    PainTarget,
    Participant,
    Procedure,
    Site,
    TreatedLevel,
)
from registry.sealed_dates import seal_many

Tell = Callable[[str], object]
Keys = list[Any]
BATCH = 2000
PATIENCE = 2.0  # seconds between two lines of progress
NAME = "Synthetic: {title}"
SITE_NAME = "Synthetic hospital {letter}"


def store(generated: SyntheticCohort, slug: str, tell: Tell) -> Cohort:
    """Write a generated cohort, with its sites, arms and sealed dates; return it.

    The latent truth is not written. Refused where the slug is taken.
    """
    if Cohort.objects.filter(slug=slug).exists():
        raise Refused(f"There is already a cohort '{slug}'; choose another --cohort.")
    with transaction.atomic():
        return _Writing(generated, slug, tell).write()


class _Writing:
    """One cohort on its way into the tables."""

    def __init__(self, generated: SyntheticCohort, slug: str, tell: Tell) -> None:
        self.columns = generated
        self.tell = tell
        self.slug = slug
        self.last_told = monotonic()

    def write(self) -> Cohort:
        """Write table by table; each refers to the keys of those before it."""
        columns = self.columns
        cohort = self._cohort()
        people = self._people(cohort)
        targets = self._bulk(PainTarget, columns.targets, participant=people)
        procedures = self._bulk(
            Procedure, columns.procedures, participant=people, target=targets
        )
        self._bulk(TreatedLevel, columns.levels, procedure=procedures)
        visits = self._bulk(Assessment, columns.assessments, participant=people)
        self._bulk(Score, columns.scores, assessment=visits)
        self._bulk(SensoryFinding, columns.findings, assessment=visits)
        self._bulk(
            Complication,
            columns.complications,
            participant=people,
            procedure=procedures,
        )
        self._bulk(Therapy, columns.therapies, participant=people)
        self._bulk(Disposition, columns.dispositions, participant=people)
        self._bulk(Contact, columns.contacts, participant=people)
        return cohort

    def _cohort(self) -> Cohort:
        preset = self.columns.preset
        cohort = Cohort.objects.create(
            slug=self.slug,
            name=NAME.format(title=preset.title),
            protocol=preset.protocol,
            is_synthetic=True,
        )
        self.sites = [synthetic_site(code) for code in preset.sites]
        cohort.sites.set(self.sites)
        self.arms: list[Arm | None] = [
            Arm.objects.create(cohort=cohort, code=arm.code, label=arm.label)
            if arm.code
            else None
            for arm in preset.arms
        ]
        return cohort

    def _people(self, cohort: Cohort) -> Keys:
        """Write the participants, and seal the day on which each was treated."""
        table = dict(self.columns.participants)
        days = table.pop("data_until").tolist()
        table["cohort"] = np.zeros(len(days), dtype=int)
        sites = [site.pk for site in self.sites]
        arms = [arm.pk if arm else None for arm in self.arms]
        keys = self._bulk(Participant, table, cohort=[cohort.pk], site=sites, arm=arms)
        today = timezone.localdate()
        treated = dict(zip(keys, days, strict=True))
        people = cohort.participants.select_related("site").iterator(BATCH)
        seal_many((one, today - timedelta(days=treated[one.pk])) for one in people)
        return keys

    def _bulk(self, model: type[models.Model], table: Table, **links: Keys) -> Keys:
        """Write the rows of one table, chunk by chunk; return their keys.

        `links` are the keys of the rows that a column of positions refers to.
        """
        keys: Keys = []
        rows = _instances(model, table, links)
        total = len(next(iter(table.values())))
        while chunk := list(islice(rows, BATCH)):
            written = model._default_manager.bulk_create(chunk)
            keys += [row.pk for row in written]
            self._say(model, len(keys), total)
        return keys

    def _say(self, model: type[models.Model], done: int, total: int) -> None:
        if monotonic() - self.last_told > PATIENCE:
            self.last_told = monotonic()
            self.tell(f"  {done:,} of {total:,} {model._meta.verbose_name_plural} ...")


def synthetic_site(code: str) -> Site:
    """Return the invented hospital with this code, made on its first use."""
    letter = code.rpartition("-")[2].upper()
    name = SITE_NAME.format(letter=letter)
    return Site.objects.get_or_create(code=code, defaults={"name": name})[0]


def _instances(
    model: type[models.Model], table: Table, links: dict[str, Keys]
) -> Iterator[models.Model]:
    """Yield the unsaved rows of `model`; columns that are no field are left out."""
    fields = {field.name: field for field in model._meta.fields}
    names = [name for name in table if name in fields]
    columns = [
        _linked(table[name], links[name])
        if name in links
        else _values(table[name], fields[name])
        for name in names
    ]
    arguments = [fields[name].attname for name in names]
    for row in zip(*columns, strict=True):
        yield model(**dict(zip(arguments, row, strict=True)))


def _linked(positions: Column, keys: Keys) -> Keys:
    return [keys[position] for position in positions.tolist()]


def _values(column: Column, field: models.Field) -> list[Any]:
    """Return plain Python values, as the field stores them; NaN is None."""
    if column.dtype.kind != "f":
        return column.tolist()
    write: Callable[[float], Any] = int
    if isinstance(field, models.DecimalField):
        write = _decimal(field.decimal_places)
    known = {value: write(value) for value in np.unique(column[~np.isnan(column)])}
    return [known.get(value) for value in column.tolist()]


def _decimal(places: int) -> Callable[[float], Decimal]:
    def write(value: float) -> Decimal:
        return Decimal(f"{value:.{places}f}")

    return write
