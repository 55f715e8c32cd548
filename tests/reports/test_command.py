"""The command: what it writes, and what it says when it does not."""

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from tests.reports.conftest import PAIN


@pytest.mark.parametrize(
    ("extension", "start"),
    [
        ("html", b"<!doctype html>"),
        ("csv", b"cohort,synthetic,measure"),
        ("svg", b"<?xml"),
        ("png", b"\x89PNG"),
    ],
)
def test_it_writes_the_file_that_its_name_asks_for(study, command, extension, start):
    assert command(extension, by="group").lstrip().startswith(start)


def test_it_says_in_one_line_what_it_wrote(study, tmp_path, capsys):
    out = tmp_path / "x.JSON"
    call_command("report", "course", cohort="spinal", measure=PAIN, out=out)
    (line,) = capsys.readouterr().out.splitlines()
    assert line.startswith(f"Wrote {out}: At 12 months the mean of NRS average was")


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"cohort": "unknown"}, "There is no cohort 'unknown'"),
        ({"measure": "unknown"}, "There is no measure 'unknown'"),
        ({"measure": "pgic"}, "never averaged"),
        ({"by": "colour"}, "There is no grouping 'colour'"),
    ],
)
def test_it_refuses_in_one_sentence_and_writes_nothing(
    study, command, tmp_path, asked, sentence
):
    with pytest.raises(CommandError, match=sentence) as refusal:
        command(**asked)
    assert refusal.value.returncode == 1
    assert list(tmp_path.glob("out*")) == []


@pytest.mark.parametrize("name", ["x.exe", "x", "x.pdf"])
def test_it_refuses_a_kind_of_file_that_it_does_not_make(study, tmp_path, name):
    with pytest.raises(CommandError, match="there are: html, csv, json, svg, png"):
        call_command(
            "report", "course", cohort="spinal", measure=PAIN, out=tmp_path / name
        )


def test_an_unknown_report_is_refused(study, tmp_path):
    with pytest.raises(CommandError, match="There is no report 'curve'"):
        call_command(
            "report", "curve", cohort="spinal", measure=PAIN, out=tmp_path / "x.csv"
        )


def test_a_place_that_cannot_be_written_is_named(study, tmp_path):
    out = tmp_path / "nowhere" / "x.csv"
    with pytest.raises(CommandError, match="cannot be written"):
        call_command("report", "course", cohort="spinal", measure=PAIN, out=out)


def test_an_existing_file_is_replaced_whole_and_nothing_is_left_beside_it(
    study, command, tmp_path
):
    (tmp_path / "out.csv").write_text("old " * 100_000)
    assert b"old" not in command("csv")
    assert [one.name for one in tmp_path.glob("*out*")] == ["out.csv"]


def test_own_measures_come_from_a_folder(study, command, tmp_path):
    folder = tmp_path / "own"
    folder.mkdir()
    (folder / "broken.toml").write_text("name = 1")
    with pytest.raises(CommandError, match=r"broken\.toml"):
        command(instruments=folder)
