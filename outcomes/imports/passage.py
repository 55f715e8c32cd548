"""One passage through the file: read, judge, compare, and write if that is asked."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from outcomes.imports.case_reader import CaseReader
from outcomes.imports.cases import Case
from outcomes.imports.comparison import Comparison, Plan
from outcomes.imports.csv_table import Row
from outcomes.imports.grouping import (
    Group,
    ScatteredRows,
    one_a_row,
    sorted_together,
    together,
)
from outcomes.imports.link_keys import LinkKeys
from outcomes.imports.mapping import Mapping
from outcomes.imports.places import Place
from outcomes.imports.records import judge, record_of
from outcomes.imports.refusals import Refusal
from outcomes.imports.registered import Standing, find_standings, registered_records
from outcomes.imports.tables import open_table, read_rows
from outcomes.imports.tally import Progress, Tally
from outcomes.imports.writing import Writer

CHUNK = 500  # people at a time: few queries, little memory, SQLite's limits kept
Grouping = Callable[[Iterable[Row], Callable[[list[str]], str]], Iterator[Group]]


@dataclass
class Passage:
    """A way through the file; it `writes` only inside a transaction with the lock."""

    path: Path
    mapping: Mapping
    place: Place
    keys: LinkKeys
    tally: Tally
    writes: bool = False
    grouping: Grouping = one_a_row

    def go(self, progress: Progress) -> str:
        """Go through the whole file; return its digest."""
        comparison = Comparison(
            self.place, self.tally, self.mapping.mode, self.mapping.informant
        )
        writer = Writer(self.place, self.keys, comparison)
        table = open_table(self.path, self.mapping)
        header, rows = read_rows(table, self.mapping)
        reader = CaseReader(self.mapping, header)
        cases = self._cases(reader, rows)
        while chunk := list(islice(cases, CHUNK)):
            self._chunk(chunk, comparison, writer)
            progress.add(sum(case.rows for case in chunk))
        return table.digest

    def _cases(self, reader: CaseReader, rows: Iterator[Row]) -> Iterator[Case]:
        for group in self.grouping(rows, reader.source_id):
            case = reader.case(group.rows)
            if group.earlier and case.source_id:
                rule = f"the same participant is in row {group.earlier}"
                case.refusals.append(Refusal(case.row, reader.id_column, "", rule))
            self.tally.rows += case.rows
            yield case

    def _chunk(self, cases: list[Case], comparison: Comparison, writer: Writer) -> None:
        """Judge, compare and perhaps write one chunk of people."""
        codes = {self.keys.find(case.source_id) or "" for case in cases} - {""}
        standings = find_standings(codes, lock=self.writes) if codes else {}
        new, plans = [], []
        for case in cases:
            standing = standings.get(self.keys.find(case.source_id) or "")
            if case.refusals:
                self.tally.refuse(case.refusals)
            elif standing is None:
                new += [case] if self._judged_new(case) else []
            elif self._belongs_here(case, standing):
                plans.append(comparison.compare(case, standing))
        plans = [plan for plan in plans if plan.has_work]
        self._judge_plans(plans)
        self._count_new(new)
        if self.writes and not self.tally.refused:
            writer.write_new(new)
            writer.write_plans(plans)

    def _judged_new(self, case: Case) -> bool:
        """Judge a new participant; a second passage through the same bytes need not."""
        if self.writes:
            return True
        record = record_of(case, self.place.cohort.protocol)
        verdict = judge(case, record, case.occasions)
        self.tally.doubt(verdict.doubts)
        self.tally.refuse(verdict.refusals)
        return not verdict.refusals

    def _judge_plans(self, plans: list[Plan]) -> None:
        """Judge what is registered together with what the file would change."""
        found = registered_records(plan.standing for plan in plans)
        for plan, record in zip(plans, found, strict=True):
            occasions = [plan.touched.get(n) for n in range(len(record["assessments"]))]
            verdict = judge(plan.case, record, occasions)
            self.tally.doubt(verdict.doubts)
            self.tally.refuse(verdict.refusals)

    def _belongs_here(self, case: Case, standing: Standing) -> bool:
        """Refuse a key file that leads to a person of another cohort or site."""
        person, place = standing.participant, self.place
        rule = "the key file leads to a participant of another "
        if person.cohort_id != place.cohort.pk:
            self.tally.refuse([Refusal(case.row, "", "", rule + "cohort")])
        elif person.site_id != place.sites[case.site].pk:
            self.tally.refuse([Refusal(case.row, "", "", rule + "site")])
        else:
            return True
        return False

    def _count_new(self, cases: list[Case]) -> None:
        for case in cases:
            self.tally.count("participants", "new")
            self.tally.count("targets", "new", bool(case.target))
            self.tally.count("procedures", "new", bool(case.procedure))
            self.tally.count("assessments", "new", len(case.occasions))
            scores = sum(len(one.kept_scores()) for one in case.occasions)
            self.tally.count("scores", "new", scores)


def go_through(passage: Passage, verb: str) -> str:
    """Go through the file for the first time; return its digest.

    The passage remembers the grouping that the file turned out to need.
    """
    if passage.mapping.shape == "long":
        passage.grouping = together
    try:
        return passage.go(Progress(verb))
    except ScatteredRows:
        passage.tally.reset()
        passage.grouping = sorted_together
        return passage.go(Progress(verb))
