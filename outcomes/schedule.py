"""Which visit a day belongs to, and which of several assessments speaks for a visit."""

from collections.abc import Sequence

from outcomes.protocols import Protocol, Visit


def analysis_visit(
    protocol: Protocol, day: int, after: bool | None = None
) -> Visit | None:
    """Return the visit to which an assessment on `day` is counted, or None.

    `after` matters on day 0 alone, where the day cannot tell whether the procedure
    was over; not known, it is taken as before.
    """
    before = day < 0 or (day == 0 and not after)
    visits = protocol.visits[:1] if before else protocol.visits[1:]
    for visit in visits:
        if visit.analysis_opens <= day <= visit.analysis_closes:
            return visit
    return None


def protocol_visit(
    protocol: Protocol, day: int, after: bool | None = None
) -> Visit | None:
    """Return the visit in whose protocol window `day` is; None if unscheduled.

    A protocol window lies inside the analysis window of the same visit.
    """
    visit = analysis_visit(protocol, day, after)
    return visit if visit and in_window(visit, day) else None


def in_window(visit: Visit, day: int) -> bool:
    """Tell whether `day` is in the protocol window of `visit`."""
    return visit.opens <= day <= visit.closes


def choose(days: Sequence[int], visit: Visit) -> int:
    """Return the index of the day that speaks for `visit`: the closest to its target.

    Of two equally close the later day; of the same day twice the first entered. Never
    by value: that would let the best score speak. ValueError if there is no day.
    """
    if not days:
        raise ValueError("There is no day to choose from.")
    return min(range(len(days)), key=lambda n: (abs(days[n] - visit.target), -days[n]))
