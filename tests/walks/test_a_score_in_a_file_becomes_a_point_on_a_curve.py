"""The first walk: file, mapping, rules, rows, trail, report, page, and back again."""

import csv
import json
import re

import pytest
from django.core.management import CommandError, call_command

from outcomes.models import Score
from registry.access import Role
from registry.audit.verify import verify
from registry.models import Event, Participant, Site
from tests import factories

MAPPING = """
shape = "wide"
[cohort]
slug = "walk"
name = "The walk"
protocol = "spinal_root_ganglion"
create = true
[site]
code = "north"
name = "North hospital"
create = true
[participant]
id = "id"
age_at_index = { column = "age" }
[target]
indication = { value = "radicular" }
side = { value = "left" }
[procedure]
family = { value = "spinal_root" }
technique = { value = "ODR_EXTRA" }
role = { value = "index" }
[[visits]]
visit = "baseline"
scores = { before = "nrs_average" }
[[visits]]
visit = "month-6"
scores = { after = "nrs_average" }
"""
# Five people; the last was not seen at six months.
ROWS = [(1, 50, 8, 4), (2, 61, 8, 7), (3, 72, 10, 7), (4, 45, 6, 1), (5, 88, 9, "")]


@pytest.fixture
def files(tmp_path, settings):
    settings.LINK_KEYS = tmp_path / "link-keys"
    (tmp_path / "mapping.toml").write_text(MAPPING)
    write(tmp_path, ROWS)
    return tmp_path


def write(folder, rows):
    with (folder / "scores.csv").open("w", newline="") as file:
        csv.writer(file).writerows([("id", "age", "before", "after"), *rows])


def load(folder, *options):
    mapping = str(folder / "mapping.toml")
    file = str(folder / "scores.csv")
    call_command("load_table", file, "--mapping", mapping, *options)


def report(folder):
    out = folder / "course.json"
    asked = ["--cohort", "walk", "--measure", "nrs_average", "--out", str(out)]
    call_command("report", "course", *asked)
    return {row["visit"]: row for row in json.loads(out.read_text())["table"]}


def test_scores_in_a_file_become_points_on_a_curve(db, files, client, capsys):
    load(files, "--apply")
    table = report(files)
    assert (table["baseline"]["n"], table["baseline"]["mean"]) == (5, 8.2)
    half = table["month-6"]
    assert (half["due"], half["n"], half["missing"]) == (5, 4, 1)
    assert half["mean"] == pytest.approx((4 + 7 + 7 + 1) / 4)
    # 8 to 4 and 6 to 1 are 50 % relief; 10 to 7 is exactly 30 %; 8 to 7 is neither.
    assert (half["responders_30"], half["responders_50"]) == (3, 2)

    client.force_login(factories.member("ivan", Role.INVESTIGATOR))
    page = client.get("/cohorts/walk/reports/course/?measure=nrs_average")
    assert b"4.8" in page.content
    answer = client.get("/api/cohorts/walk/reports/course/?measure=nrs_average").json()
    assert {row["visit"]: row for row in answer["table"]} == table

    assert [stage.fault for stage in verify() if stage.fault] == []
    batch = re.search(r"undo_load (\S+)", capsys.readouterr().out)[1]
    call_command("undo_load", batch)
    assert not Participant.objects.exists()
    assert not Score.objects.exists()
    assert not Site.objects.exists()
    assert Event.objects.filter(action="delete").exists()
    assert [stage.fault for stage in verify() if stage.fault] == []


def test_an_eleven_on_a_scale_to_ten_stops_the_whole_file(db, files, capsys):
    write(files, [*ROWS, (6, 40, 7, 11)])
    before = Event.objects.count()
    with pytest.raises(CommandError, match="refused"):
        load(files, "--apply")
    said = capsys.readouterr().out
    assert "row 7" in said
    assert "after" in said
    assert "11 is above 10" in said
    assert Event.objects.count() == before
    assert not Participant.objects.exists()
