"""The figure: what is drawn, and that no words touch, however long they are."""

import itertools
import re
from xml.etree import ElementTree

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import LineCollection
from matplotlib.text import Text

from outcomes.protocols import PROTOCOLS
from outcomes.vocabulary import Missing
from reports.analysis.courses import individual_courses, leavers
from reports.analysis.standing import standings
from reports.analysis.trajectory import mean_course, shown_visits
from reports.figures.course import Lettering, course_figure
from reports.figures.course_panel import Scale, axis_ends, month_text
from reports.figures.look import legible, png_of, svg_of
from reports.figures.visit_table import GAP, kept_columns, spread
from tests.reports.tiny import VISITS, person, study

GREEK = "Εκλεκτική ραχιαία ριζοτομή μετά από αποτυχημένη χειρουργική επέμβαση στη ΣΣ"
CYRILLIC = (
    "Задняя селективная ризотомия у пациентов с хронической невропатической болью"
)
UNBROKEN = "W" * 80
HOSTILE = "<script>alert(1)</script> $\\frac{1}{0}$ & ]]> --> \x00\n\u202e 漢字"


def draw(persons, *, groups=("all",), visits=VISITS, title="Pain", **lettering):
    frames = study(*persons)
    everything = standings(*frames, visits)
    shown = shown_visits(everything, [visit.slug for visit in visits])
    group = frames[0]["group"].to_numpy()
    table = mean_course(group, shown, baseline=everything[0], groups=groups)
    courses = individual_courses(frames[0], frames[2], everything[0])
    return course_figure(
        table,
        courses,
        leavers(frames[0], courses, everything),
        scale=Scale("NRS (points)", 0, 10, "lower"),
        lettering=Lettering(title, "Months since day 0", ["A note."], **lettering),
    )


def people(count, groups=("all",), visits=VISITS, seed=7):
    """People who come, stay away for every reason or none, and die."""
    rng = np.random.default_rng(seed)
    for number in range(count):
        dies = int(rng.integers(30, 3000)) if rng.random() < 0.2 else None
        scores = {
            visit.target: (
                str(rng.choice(Missing.codes()))
                if rng.random() < 0.2
                else int(rng.integers(0, 11))
            )
            for visit in visits
            if (not dies or visit.target < dies) and rng.random() > 0.02
        }
        group = groups[number % len(groups)]
        yield person(scores, group=group, death_day=dies)


def lines_of(axes, label=None):
    return [line for line in axes.get_lines() if line.get_label() == label or not label]


def overlaps(figure):
    """Return the texts that touch each other or leave the paper."""
    renderer = FigureCanvasAgg(figure).get_renderer()
    figure.draw(renderer)
    boxes = [
        (text.get_text(), text.get_window_extent(renderer))
        for text in figure.findobj(Text)
        if text.get_visible() and text.get_text().strip()
    ]
    paper = figure.bbox
    outside = [
        text
        for text, box in boxes
        if box.x0 < 0 or box.y0 < 0 or box.x1 > paper.x1 or box.y1 > paper.y1
    ]
    touching = [
        (one, other)
        for (one, a), (other, b) in itertools.combinations(boxes, 2)
        if min(a.x1, b.x1) - max(a.x0, b.x0) > 0.5
        and min(a.y1, b.y1) - max(a.y0, b.y0) > 0.5
    ]
    return outside + touching


LAYOUTS = {
    "one group": ("spinal_root_ganglion", ("all",), 40),
    "one person": ("spinal_root_ganglion", ("all",), 1),
    "two groups": ("spinal_root_ganglion", ("acupuncture", "usual care"), 400),
    "three groups": ("medial_branch", (GREEK, CYRILLIC, UNBROKEN), 60),
    "four groups": ("trigeminal", ("a", GREEK, CYRILLIC, UNBROKEN), 80),
    "many visits": ("cancer_pain", ("all",), 1200),
    "ten groups": ("cancer_pain", tuple(f"site {n}" for n in range(10)), 100),
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_no_words_touch_or_leave_the_paper(layout):
    protocol, groups, count = LAYOUTS[layout]
    visits = PROTOCOLS[protocol].visits
    crowd = people(count, groups, visits)
    figure = draw(crowd, groups=groups, visits=visits, title=GREEK, stamp="SYNTHETIC")
    assert overlaps(figure) == []


def test_the_overlap_test_sees_an_overlap():
    figure = draw(people(5))
    figure.text(0.5, 0.5, "A note.")
    figure.text(0.505, 0.5, "A note.")
    assert overlaps(figure)


def test_means_are_drawn_where_they_are():
    figure = draw([person({0: 8, 91: 3}), person({0: 6, 91: 5})])
    drawn = [line.get_xydata() for line in figure.axes[0].get_lines()]
    expected = [[0, 7], [91 / 30.4375, 4]]
    assert any(one.shape == (2, 2) and np.allclose(one, expected) for one in drawn)


def test_every_person_has_a_line_and_the_dead_a_mark():
    one = [person({0: 8, 91: 3}), person({0: 6, 91: 5}, death_day=100)]
    axes = draw(one).axes[0]
    (courses,) = axes.findobj(LineCollection, include_self=False)[:1]
    assert len(courses.get_segments()) == 2
    crosses = [line for line in axes.get_lines() if line.get_marker() == "x"]
    assert [list(line.get_ydata()) for line in crosses] == [[5]]


def test_the_numbers_under_the_axis_are_those_of_the_table():
    figure = draw([person({0: 8, 91: 3}), person({0: 6}, missed={91: "lost"})])
    texts = [text.get_text() for text in figure.texts]
    for expected in ("2 enrolled".replace(" ", "\u00a0"), "due", "seen", "missing"):
        assert expected in texts
    assert texts.count("3.0") == 1


def test_groups_share_one_axis_and_show_each_others_means():
    figure = draw(people(20, ("a", "b")), groups=("a", "b"))
    first, second = figure.axes
    assert first.get_ylim() == second.get_ylim()
    assert first.get_xlim() == second.get_xlim()
    assert all(
        any(line.get_linestyle() == "--" for line in axes.get_lines())
        for axes in figure.axes
    )


def test_nobody_to_show_is_said_in_words():
    figure = draw([], groups=())
    assert "There is nobody to show." in [text.get_text() for text in figure.texts]
    assert overlaps(figure) == []
    assert svg_of(figure)


def test_synthetic_data_are_stamped():
    figure = draw(people(3), stamp="SYNTHETIC DATA")
    assert "SYNTHETIC DATA" in [text.get_text() for text in figure.texts]


def test_the_same_figure_has_the_same_bytes():
    first, second = (draw(people(30)) for _ in range(2))
    assert svg_of(first) == svg_of(second) == svg_of(first)
    assert png_of(first, dots_an_inch=60) == png_of(second, dots_an_inch=60)


def test_a_hostile_label_stays_a_label():
    """No markup, no formula, no control character; what the font lacks is a square."""
    persons = [person({0: 8, 91: 3}, group=HOSTILE)]
    svg = svg_of(draw(persons, groups=(HOSTILE,), title=HOSTILE))
    tree = ElementTree.fromstring(svg)  # noqa: S314 - our own
    assert not [one for one in tree.iter() if str(one.tag).endswith("script")]
    assert legible(HOSTILE).startswith("<script>alert(1)</script> $\\frac{1}{0}$ &")
    assert legible(HOSTILE).endswith("□□")
    assert not re.search(r"[\x00-\x1f\u202e]", legible(HOSTILE))


def test_a_single_figure_stays_small():
    assert len(svg_of(draw(people(4000)))) < 400_000


@pytest.mark.parametrize(
    ("minimum", "maximum", "values", "expected"),
    [
        (0, 10, [2, 3], (0, 10)),
        (0, 100, [], (0, 100)),
        (0, 5000, [10, 180], (0, 200)),
        (-1, 1, [0.2], (-1, 1)),
        (0, None, [7], (0, 8)),
        (None, None, [], (0, 1)),
        (None, None, [-3, 2], (-3, 2)),
    ],
)
def test_the_axis_spans_the_measure(minimum, maximum, values, expected):
    import pandas as pd

    assert axis_ends(minimum, maximum, pd.Series(values, dtype=float)) == expected


@pytest.mark.parametrize(
    ("day", "expected"),
    [(0, "0"), (14, "0.5"), (42, "1.4"), (91, "3"), (365, "12"), (1826, "60")],
)
def test_days_are_read_as_months(day, expected):
    assert month_text(day) == expected


def test_columns_are_moved_apart_no_further_than_they_must():
    places = spread([0, 0.1, 3], [0.3, 0.3, 0.3], -1, 4)
    assert places[2] == pytest.approx(3)
    assert places[1] - places[0] == pytest.approx(0.3 + GAP)
    assert sum(places[:2]) == pytest.approx(0.1)


def test_columns_that_do_not_fit_are_left_out_but_not_first_and_last():
    kept = kept_columns([0, 1, 2, 12, 24], [0.4] * 5, room=1.5)
    assert (kept[0], kept[-1], len(kept)) == (0, 4, 3)
