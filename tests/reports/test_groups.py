"""Who is compared with whom; families are never pooled."""

import pandas as pd
import pytest

from reports.groups import grouped

LABELS = {
    "arm": {"b": "Surgery", "a": "Usual care"},
    "family": {"spinal_root": "spinal", "ganglion": "ganglion"},
}


def participants(*rows):
    frame = pd.DataFrame(rows, columns=["family", "arm"])
    return frame.assign(technique="", indication="", site="")


def test_everybody_is_one_group_unless_asked_otherwise():
    found = grouped(participants(("", "a"), ("", "b")), None, LABELS)
    assert found.groups == ("all",)
    assert list(found.of) == ["all", "all"]
    assert not found.is_split_by_family


def test_nobody_is_no_group():
    assert grouped(participants(), "group", LABELS).groups == ()
    assert grouped(participants(), None, LABELS).groups == ()


def test_groups_come_in_the_order_of_their_labels_and_the_unassigned_last():
    people = participants(("", ""), ("", "a"), ("", "b"))
    found = grouped(people, "group", LABELS)
    assert found.groups == ("Surgery", "Usual care", "not assigned")
    assert list(found.of) == ["not assigned", "Usual care", "Surgery"]


@pytest.mark.parametrize("by", [None, "group"])
def test_families_are_never_pooled(by):
    people = participants(("ganglion", "a"), ("spinal_root", "a"))
    found = grouped(people, by, LABELS)
    assert found.is_split_by_family
    assert len(found.groups) == 2
    assert found.groups[0].startswith("spinal")


def test_by_family_each_is_named_once():
    people = participants(("ganglion", "a"), ("spinal_root", "b"), ("", "b"))
    found = grouped(people, "family", LABELS)
    assert found.groups == ("spinal", "ganglion", "no procedure recorded")


def test_a_label_that_is_there_twice_makes_no_one_group_of_two():
    labels = {**LABELS, "arm": {"a": "Surgery", "b": "Surgery", "c": "not assigned"}}
    people = participants(("", "a"), ("", "b"), ("", "c"), ("", ""))
    found = grouped(people, "group", labels)
    assert len(set(found.groups)) == 4
    assert found.of.nunique() == 4


def test_people_keep_their_own_group_whatever_their_index():
    people = participants(("", "b"), ("", "a"))
    people.index = [7, 3]
    assert grouped(people, "group", LABELS).of.to_dict() == {
        7: "Surgery",
        3: "Usual care",
    }
