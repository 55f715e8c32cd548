"""What is wrong with a mapping beyond its keys: references to what does not exist."""

import re
from collections.abc import Iterator
from collections.abc import Mapping as Table

from outcomes.imports import terms
from outcomes.imports.mapping import Cell, Mapping, Measured, VisitColumns
from outcomes.imports.refusals import FileRefused
from outcomes.instruments import INSTRUMENTS
from outcomes.protocols import PROTOCOLS
from outcomes.vocabulary import Informant, Missing, Mode

SLUG = re.compile(r"[A-Za-z0-9_-]{1,40}")


def check_mapping(mapping: Mapping) -> None:
    """Raise FileRefused, with the file and the key, for the first fault."""
    for fault in _faults(mapping):
        raise FileRefused(f"{mapping.name}: {fault}")


def _faults(mapping: Mapping) -> Iterator[str]:
    yield from _place_faults(mapping)
    yield from _column_faults(mapping)
    yield from _part_faults("participant", mapping.participant.cells(), terms.PERSON)
    yield from _part_faults("target", mapping.target, terms.TARGET)
    yield from _part_faults("procedure", mapping.procedure, terms.PROCEDURE)
    if mapping.target:
        yield from _needed("target", mapping.target, terms.TARGET_NEEDS)
    if mapping.procedure:
        yield from _needed("procedure", mapping.procedure, terms.PROCEDURE_NEEDS)
        if not mapping.target:
            yield "the key 'procedure' needs a 'target': the pain that was treated."
    yield from _shape_faults(mapping)
    yield from _visit_faults(mapping)
    for column, one in mapping.measures().items():
        yield from _measure_faults(column, one)
    yield from _missing_faults(mapping)


def _place_faults(mapping: Mapping) -> Iterator[str]:
    """Check cohort, site, arm, and how the file is written."""
    cohort, site, arm = mapping.cohort, mapping.site, mapping.arm
    yield from _unlisted("cohort.protocol", cohort.protocol, PROTOCOLS)
    slugs = {"cohort.slug": cohort.slug}
    if bool(site.code) == bool(site.column):
        yield "the key 'site' needs a 'code' or a 'column', and not both."
    if site.column and not site.codes:
        yield "the key 'site.codes' is missing: it tells the site of each cell."
    slugs |= {f"site ({code})": code for code in site.named() if code}
    for code, name in site.named().items():
        if site.create and not name:
            yield f"the key 'site' gives no name to '{code}', which it may create."
    if arm:
        slugs |= {f"arm.codes ({code})": code for code in arm.codes.values()}
        for code in set(arm.codes.values()) ^ set(arm.labels):
            yield f"the key 'arm.labels' and 'arm.codes' do not both have '{code}'."
    for key, slug in slugs.items():
        if not SLUG.fullmatch(slug):
            yield f"the key '{key}' is not 1-40 letters, digits, - and _."
    if mapping.delimiter not in {",", ";", "\t"}:
        yield 'the key \'delimiter\' is not ",", ";" or "\\t".'
    yield from _unlisted("mode", mapping.mode, Mode.codes())
    yield from _unlisted("informant", mapping.informant, Informant.codes())


def _column_faults(mapping: Mapping) -> Iterator[str]:
    """Check that each column has one meaning."""
    for column, times in mapping.columns().items():
        if not column:
            yield "a column without a name is mapped."
        if times > 1:
            yield f"the column '{column}' is mapped {times} times."
        if column in mapping.ignore:
            yield f"the column '{column}' is mapped and in 'ignore' as well."


def _part_faults(
    part: str, cells: Table[str, Cell], known: Table[str, terms.Kind]
) -> Iterator[str]:
    """Check the fields of one part of the record, and that each code can be read."""
    for name, cell in cells.items():
        key = f"{part}.{name}"
        if name not in known:
            yield f"the key '{key}' is unknown; allowed are {', '.join(known)}."
            continue
        if bool(cell.column) == bool(cell.value):
            yield f"the key '{key}' needs a 'column' or a 'value', and not both."
        if cell.unit and known[name] != terms.MONTHS:
            yield f"the key '{key}.unit' belongs to 'pain_duration' alone."
            continue
        if cell.unit and cell.unit not in terms.MONTHS_A_UNIT:
            yield from _unlisted(f"{key}.unit", cell.unit, terms.MONTHS_A_UNIT)
            continue
        read = terms.reader(known[name], unit=cell.unit)
        for text in (*cell.codes.values(), *([cell.value] if cell.value else [])):
            try:
                read(text)
            except ValueError as trouble:
                yield f"the key '{key}': '{text}' {trouble}."


def _needed(part: str, cells: Table[str, Cell], needs: frozenset[str]) -> Iterator[str]:
    for name in sorted(needs - set(cells)):
        yield f"the key '{part}.{name}' is missing."


def _shape_faults(mapping: Mapping) -> Iterator[str]:
    if mapping.shape == "wide":
        if mapping.visit or mapping.scores:
            yield "the keys 'visit' and 'scores' belong to the shape 'long'."
        return
    if mapping.visits:
        yield "the key 'visits' belongs to the shape 'wide'."
    if not mapping.visit or not (mapping.visit.column or mapping.visit.day_column):
        yield "the key 'visit' is missing, or names no column."
    elif mapping.visit.column and not mapping.visit.codes:
        yield "the key 'visit.codes' is missing: it tells the visit of each cell."


def _visit_faults(mapping: Mapping) -> Iterator[str]:
    """Check that each visit is one of the protocol's, or has a day of its own."""
    visits = [one.slug for one in PROTOCOLS[mapping.cohort.protocol].visits]
    if mapping.visit:
        for slug in mapping.visit.codes.values():
            yield from _unlisted("visit.codes", slug, visits)
    seen = set()
    for number, group in enumerate(mapping.visits, start=1):
        key = f"visits[{number}]"
        if group.visit:
            yield from _unlisted(f"{key}.visit", group.visit, visits)
        if not (group.visit or group.day_column or group.day is not None):
            yield f"the key '{key}' needs a 'visit', a 'day' or a 'day_column'."
        place = (group.visit, group.day, group.day_column)
        if place in seen:
            yield f"the key '{key}' is the same visit as one before it."
        seen.add(place)
        yield from _group_faults(key, group)


def _group_faults(key: str, group: VisitColumns) -> Iterator[str]:
    """Check that a visit takes each measure once, and only where it has a value."""
    slugs = [one.measure for one in group.measured().values()]
    if not slugs:
        yield f"the key '{key}.scores' names no column."
    for slug in sorted(set(slugs)):
        if slugs.count(slug) > 1:
            yield f"the key '{key}.scores' has the measure '{slug}' twice."
        known = INSTRUMENTS.get(slug)
        if group.visit == "baseline" and known and not known.baseline:
            yield f"the key '{key}.scores': '{slug}' has no value at baseline."


def _measure_faults(column: str, one: Measured) -> Iterator[str]:
    key = f"scores.{column}"
    yield from _unlisted(f"{key} (measure)", one.measure, INSTRUMENTS)
    if one.measure not in INSTRUMENTS:
        return
    instrument = INSTRUMENTS[one.measure]
    if instrument.needs_value_set and not one.value_set:
        yield f"the key '{key}.value_set' is missing: '{one.measure}' needs one."
    if instrument.kind == "grade" and (one.factor != 1 or one.decimals is not None):
        yield f"the key '{key}': a grade has no factor and no decimals."
    if not one.factor or (one.decimals is not None and not 0 <= one.decimals <= 6):
        yield f"the key '{key}': a factor is not 0, and decimals are 0 to 6."
    for text in one.codes.values():
        try:
            instrument.parse(text)
        except ValueError as trouble:
            yield f"the key '{key}.codes': {trouble}."


def _missing_faults(mapping: Mapping) -> Iterator[str]:
    for cell, reason in mapping.missing.items():
        yield from _unlisted(f"missing.'{cell}'", reason, Missing.codes())
        if cell != cell.strip():
            yield f"the key 'missing': '{cell}' begins or ends with a space."
    measures = {one.measure for one in mapping.measures().values()}
    for number, rule in enumerate(mapping.also_missing, start=1):
        key = f"also_missing[{number}]"
        yield from _unlisted(f"{key}.reason", rule.reason, Missing.codes())
        for slug in (rule.measure, rule.beside):
            if slug not in measures:
                yield f"the key '{key}' names '{slug}', which no column holds."


def _unlisted(key: str, value: str, allowed: object) -> Iterator[str]:
    """Say that a value is not among those allowed."""
    listed = list(allowed)  # type: ignore[call-overload]
    if value not in listed:
        shown = ", ".join(listed[:20]) + (", …" if len(listed) > 20 else "")
        yield f"the key '{key}': '{value}' is not one of {shown}."
