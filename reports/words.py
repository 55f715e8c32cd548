"""What the numbers of a course say: a finding, a caption, and what to mind.

A finding gives numbers with their denominators and uncertainty. It never speaks of an
effect: a course without a comparison shows how people fared, not why.
"""

from typing import Any

import pandas as pd

from registry.coded import _
from reports.analysis.responders import refuse_percentages
from reports.answers import Answer, Topic, Words
from reports.numerals import decimals_for, number, percent

MOST_NAMED = 4
Row = dict[str, Any]


def course_words(answer: Answer, topic: Topic) -> Words:
    """Put the course of a measure into words."""
    rows = headline_rows(answer.table)
    return Words(
        finding=_finding(rows, topic),
        caption=_caption(rows, topic),
        notes=tuple(_notes(answer.table, topic)),
    )


def headline_rows(table: pd.DataFrame) -> list[Row]:
    """Return the rows of the visit that the finding is about, one for each group.

    It is the last visit at which anybody was seen and at least half of those enrolled
    were due: what few have reached, or live to reach, is no finding about them all.
    """
    best: list[Row] = []
    for visit in dict.fromkeys(table["visit"]):
        rows = table[table["visit"] == visit].to_dict("records")
        is_of_most = 2 * _total(rows, "due") >= _total(rows, "enrolled")
        if not best or (is_of_most and _total(rows, "n")):
            best = rows
    return best


def _finding(rows: list[Row], topic: Topic) -> str:
    short = topic.measure.short
    if not rows:
        return _("There is nobody to report on yet.")
    seen, due = _total(rows, "n"), _total(rows, "due")
    if not seen:
        return _(
            "No value of {short} has been recorded yet; {due} people are due."
        ).format(short=short, due=due)
    return _course_finding(rows, topic) + _deaths(rows)


def _deaths(rows: list[Row]) -> str:
    """Say how many cannot be seen any more: their pain is in no mean."""
    dead = _total(rows, "dead")
    said = _("Of {enrolled} enrolled {dead} had died before they were seen there.")
    said = said.format(enrolled=_total(rows, "enrolled"), dead=dead)
    return f" {said}" if dead else ""


def _course_finding(rows: list[Row], topic: Topic) -> str:
    visit, short = _visit(rows[0]), topic.measure.short
    decimals = decimals_for(topic.measure.minimum, topic.measure.maximum)
    if len(rows) > MOST_NAMED:
        return _range_finding(rows, topic, decimals)
    said = [_group_finding(row, topic, decimals) for row in rows]
    if len(rows) == 1:
        opening = _("At {visit} the mean of {short} was")
        return f"{opening.format(visit=visit, short=short)} {said[0]}."
    opening = _("Mean {short} at {visit}:").format(short=short, visit=visit)
    named = [f"{row['group']}, {one}" for row, one in zip(rows, said, strict=True)]
    return f"{opening} {'; '.join(named)}."


def _visit(row: Row) -> str:
    label: str = row["visit_label"]
    return label[:1].lower() + label[1:]


def _group_finding(row: Row, topic: Topic, decimals: int) -> str:
    """Say the mean of one group, its interval and its people, and who is better."""
    if not row["n"]:
        return _("not known (nobody seen of {due} due)").format(due=row["due"])
    said = _mean(row, topic, decimals)
    if row["evaluable"]:
        said += ", " + _(
            "and {events} of {of} ({share}, 95 % interval {lower} to {upper}; {worst} "
            "of {due} if all the missing are failures) were at least 50 % better"
        ).format(
            events=row["responders_50"],
            of=row["evaluable"],
            share=percent(row["share_50"]),
            lower=percent(row["share_50_lower"]),
            upper=percent(row["share_50_upper"]),
            worst=percent(row["share_50_worst"]),
            due=row["evaluable_due"],
        )
    return said


def _mean(row: Row, topic: Topic, decimals: int) -> str:
    interval = _("one person, no interval")
    if row["lower"] is not None:
        interval = _("95 % interval {lower} to {upper}").format(
            lower=number(row["lower"], decimals), upper=number(row["upper"], decimals)
        )
    return _("{mean} {unit} ({interval}) in {n} seen of {due} due").format(
        mean=number(row["mean"], decimals),
        unit=topic.measure.unit,
        interval=interval,
        n=row["n"],
        due=row["due"],
    )


def _range_finding(rows: list[Row], topic: Topic, decimals: int) -> str:
    known = sorted((r for r in rows if r["n"]), key=lambda row: row["mean"])
    return _(
        "At {visit} the mean of {short} in {count} groups lay between {low} in "
        "{lowest} and {high} in {highest}; {n} of {due} people due were seen."
    ).format(
        visit=_visit(rows[0]),
        short=topic.measure.short,
        count=len(known),
        low=_mean(known[0], topic, decimals),
        lowest=known[0]["group"],
        high=_mean(known[-1], topic, decimals),
        highest=known[-1]["group"],
        n=_total(rows, "n"),
        due=_total(rows, "due"),
    )


def _total(rows: list[Row], column: str) -> int:
    return sum(row[column] for row in rows)


def foot(topic: Topic) -> str:
    """Say in a line under the figure whose data these are and what made it."""
    said = _("{cohort}: {enrolled} people enrolled at {sites}.").format(
        cohort=topic.cohort_name, enrolled=topic.enrolled, sites=_sites(topic.sites)
    )
    if topic.is_synthetic:
        said += " " + _("Synthetic data: nobody here is real.")
    return f"{said} {topic.software}."


def _sites(count: int) -> str:
    return _("1 site") if count == 1 else _("{count} sites").format(count=count)


def _caption(rows: list[Row], topic: Topic) -> str:
    measure = topic.measure
    said = [measure.name.rstrip(".") + "."]
    if rows:
        said.append(
            _("At {visit} {due} were due, {n} seen and {missing} missing.").format(
                visit=_visit(rows[0]),
                due=_total(rows, "due"),
                n=_total(rows, "n"),
                missing=_total(rows, "missing"),
            )
        )
    said.append(
        _(
            "Unit: {unit}. Means are those of people seen, with 95 % t intervals; "
            "shares have 95 % Wilson intervals. Measure file {digest}."
        ).format(unit=measure.unit, digest=measure.digest[:12])
    )
    return " ".join([*said, foot(topic)])


def _notes(table: pd.DataFrame, topic: Topic) -> list[str]:
    """Say what a reader must mind, each in a sentence or two."""
    measure = topic.measure
    notes = [
        _(
            "Due are those seen, and those alive and taking part when the visit's "
            "window opened whose follow-up has come that far. People who are lost "
            "stay due; those missing are shown by reason."
        ),
        _(
            "A course shows how people fared, not why. Whoever is enrolled when pain "
            "is at its worst tends to have less later, treated or not."
        ),
    ]
    if topic.is_split_by_family:
        notes.append(
            _("Procedure families are never pooled: every group is shown by family.")
        )
    if topic.spasticity:
        notes.append(
            _(
                "{count} treated for spasticity are left out: they are stored only to "
                "be excluded from pain reports."
            ).format(count=topic.spasticity)
        )
    if topic.data_withdrawn:
        notes.append(
            _(
                "{count} withdrew consent and let no data be used: they count as "
                "enrolled and withdrawn, and nothing of theirs is shown."
            ).format(count=topic.data_withdrawn)
        )
    refusal = refuse_percentages(
        measure.better, measure.minimum, measures_change=measure.measures_change
    )
    return notes + [note for note in (refusal, _baseline_note(table, topic)) if note]


def _baseline_note(table: pd.DataFrame, topic: Topic) -> str | None:
    """Say how many have no value before the procedure, and so no change."""
    rows = table[table["visit"] == topic.protocol.baseline.slug]
    without = int(rows["missing"].sum())
    if not without or not topic.measure.baseline:
        return None
    return _(
        "{count} have no value before the procedure: they are in the means, and have "
        "no change and no percentage."
    ).format(count=without)
