"""Sites: what shows only in many records, handed over as {"site": [record, ...]}."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from outcomes.checks.reading import Entry, Reading, is_after
from outcomes.checks.rules import Finding, Severity, found, rule
from outcomes.checks.visits import planned, seen
from outcomes.instruments import INSTRUMENTS
from outcomes.schedule import in_window
from registry.coded import _

SOFT = Severity.SOFT
OFF_WINDOW_PERCENT = 20
FEWEST_VISITS = 20  # fewer say little of a site: 5 of 20 is 9 to 49 % (Wilson)
FEWEST_DIGITS = 50  # five of each expected, as the chi-square test needs (Cochran 1954)
# 99.9 % point of chi-square, 9 degrees of freedom: NIST e-Handbook 1.3.6.7.4
CHI_SQUARE_9 = 27.877
FINE_SCALE = 100


def site() -> Entry:
    """Return the place of what is found at a site as a whole."""
    return Entry("site", {}, 0, None)


@rule(
    "site.off_window",
    SOFT,
    _("{where}: {share} % of {number} visits are off-window; {limit} % is allowed."),
    part="record",
    needs="site",
    source="the protocol's file; registry limit",
    passing={"site": [seen(44, 95, 185, 370) for _n in range(5)]},
    failing={"site": [seen(42, 91, 250, 500) for _n in range(5)]},
)
def off_window(reading: Reading) -> Iterator[Finding]:
    """Late visits measure another day than the one reported."""
    pairs = [pair for one in reading.site for pair in planned(one) if is_after(pair[0])]
    off = sum(not in_window(visit, one["day"]) for one, visit in pairs)
    if len(pairs) >= FEWEST_VISITS and 100 * off > OFF_WINDOW_PERCENT * len(pairs):
        share = round(100 * off / len(pairs))
        limit = OFF_WINDOW_PERCENT
        yield found(site(), "", share=share, number=len(pairs), limit=limit)


def marks(values: range) -> dict[str, Any]:
    """Return a site at which these lengths were measured, for the examples."""
    return {
        "site": [
            {
                "assessments": [
                    {"day": 42, "scores": [{"instrument": "vas", "value": value}]}
                ]
            }
            for value in values
        ]
    }


def last_digits(reading: Reading, slug: str) -> Counter[int]:
    """Count the last digits of whole values, the true ends of the scale left out."""
    instrument = INSTRUMENTS[slug]
    ends = (instrument.minimum, instrument.maximum)
    return Counter(
        int(score["value"] % 10)
        for score in reading["scores"]
        if score.get("instrument") == slug and score.get("value", ends[0]) not in ends
    )


def fine_scales() -> list[str]:
    """Return the measures that are read off in millimetres."""
    return [
        slug
        for slug, one in INSTRUMENTS.items()
        if one.unit == "mm" and one.maximum == FINE_SCALE
    ]


@rule(
    "site.digit_preference",
    SOFT,
    _("{where}: {share} % of {number} {measure} scores end in {digit}, not {limit} %."),
    part="record",
    needs="site",
    source="chi-square test of the last digit against ten equal shares",
    passing=marks(range(20, 80)),
    failing=marks(range(10, 90, 5)) | {"site": marks(range(10, 90, 5))["site"] * 4},
)
def digit_preference(reading: Reading) -> Iterator[Finding]:
    """Lengths that end in 0 and 5 were guessed, not measured."""
    for slug in fine_scales():
        digits = sum((last_digits(one, slug) for one in reading.site), Counter())
        number = digits.total()
        if number < FEWEST_DIGITS:
            continue
        expected = number / 10
        distance = sum((digits[n] - expected) ** 2 / expected for n in range(10))
        if distance > CHI_SQUARE_9:
            digit, most = digits.most_common(1)[0]
            values = {"share": round(100 * most / number), "number": number}
            measure = INSTRUMENTS[slug].short
            yield found(site(), "", **values, measure=measure, digit=digit, limit=10)
