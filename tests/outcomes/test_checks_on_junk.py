"""Whatever a file or a form hands over, the rule pack answers in sentences."""

from hypothesis import given, settings
from hypothesis import strategies as st

from outcomes.checks import examine
from outcomes.checks.shape import INNER, NESTED, SHAPE, SINGLE
from outcomes.instruments import INSTRUMENTS

JUNK = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(min_value=10**400)
    | st.decimals()
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from(["index", "died", "nrs_worst", "pgic", "a", "C1", "stopped"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=3) | st.integers(), inner, max_size=3)
    ),
    max_leaves=5,
)


@st.composite
def entries(draw, part):
    """Draw a part of the right names, whose values are likely or junk."""
    entry = {}
    for field, kind in SHAPE[part].items():
        if draw(st.booleans()):
            continue
        likely = st.sampled_from(kind.wanted.split(", ")) if kind.is_listed else JUNK
        small = st.integers(-40, 800) | st.booleans() | st.sampled_from("ab")
        slugs = st.sampled_from(sorted(INSTRUMENTS))
        entry[field] = draw(slugs if field == "instrument" else likely | small)
    for inner in NESTED.get(part, ()):
        entry[inner] = draw(st.lists(entries(inner), max_size=3) | JUNK)
    return entry


RECORDS = st.fixed_dictionaries(
    {},
    optional={
        part: entries(part) | JUNK
        if part in SINGLE
        else st.lists(entries(part), max_size=4) | JUNK
        for part in SHAPE
        if part not in INNER
    },
)


@settings(max_examples=150, deadline=None)
@given(JUNK | RECORDS | st.fixed_dictionaries({"site": st.lists(RECORDS, max_size=2)}))
def test_no_record_however_broken_stumbles_a_rule(record):
    for violation in examine(record):
        assert violation.sentence.endswith(".")
        assert len(violation.sentence) < 500
