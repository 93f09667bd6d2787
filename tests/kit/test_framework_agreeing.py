"""Crosswalks that contradict each other are named with the lines that do."""

import pytest

from copse.kit.framework.comparing import diff_links
from copse.kit.framework.library import read_library, read_links
from copse.kit.framework.lines import BadFramework
from tests.kit.frameworks import put, put_crosswalk


def line(start, end, relation, more=""):
    return f"- {{from: {start}, to: {end}, relation: {relation}{more}}}\n"


@pytest.fixture
def folder(tmp_path):
    """Three frameworks with the same ids: tiny, other and third."""
    for name in ("tiny", "other", "third"):
        put(tmp_path, name=name)
    return tmp_path


def problems(folder, **pairs):
    for pair, text in pairs.items():
        put_crosswalk(folder, text, pair.replace("__", "--"))
    try:
        read_library(folder)
    except BadFramework as bad:
        return [str(one) for one in bad.problems]
    return []


def test_a_circle_of_equals_that_comes_back_to_itself_is_whole(folder):
    same = line("A-1", "A-1", "equal")
    assert problems(folder, tiny__other=same, other__third=same, third__tiny=same) == []


def test_a_circle_of_equals_that_comes_back_to_another_node_is_named(folder):
    same = line("A-1", "A-1", "equal")
    found = problems(
        folder, tiny__other=same, other__third=same, third__tiny=line("A-1", "A-2", "equal")
    )
    assert found == [
        (
            "tiny--other.yaml:1: With other--third.yaml:1, third--tiny.yaml:1, A-1 and A-2 of tiny "
            "would both ask the same. Make one of these lines subset, superset or intersects."
        )
    ]


def test_what_is_equal_by_others_is_no_part(folder):
    same = line("A-1", "A-1", "equal")
    found = problems(
        folder, other__third=same, tiny__other=same, tiny__third=line("A-1", "A-1", "subset")
    )
    assert found == [
        (
            "tiny--third.yaml:1: A-1 and A-1 ask the same by tiny--other.yaml:1, "
            "other--third.yaml:1, and here one is subset of the other. Correct one of them."
        )
    ]


def test_what_retired_contradicts_nothing(folder):
    both = line("A-1", "A-1", "equal", ", retired: yes") + line("A-1", "A-2", "equal")
    assert problems(folder, tiny__other=both) == []
    library = read_library(folder)
    steps = library.steps()
    assert [one.end.rpartition(":")[2] for one in steps["urn:copse:framework:tiny:A-1"]] == ["A-2"]
    again = line("A-1", "A-1", "equal, retired: yes")
    assert "Line 1 links these two already" in problems(folder, tiny__other=again + again)[0]
    assert (
        "must have the form yes"
        in problems(folder, tiny__other=line("A-1", "A-1", "equal, retired: no"))[0]
    )


def test_a_pair_of_frameworks_has_one_file(folder):
    found = problems(
        folder, other__tiny=line("A-1", "A-1", "equal"), tiny__other=line("A-2", "A-2", "equal")
    )
    assert found == [
        (
            "tiny--other.yaml: other--tiny.yaml links these two frameworks already. "
            "Write the links there: one file says all of a pair."
        )
    ]


def test_texts_are_compared_by_pair_and_relation(folder):
    old = put_crosswalk(folder, line("A-1", "A-1", "equal") + line("A-1", "A-2", "subset"))
    before = read_links(old)
    scales = "- {from_scale: legal, to_scale: legal, values: {no: no}}\n"
    put_crosswalk(
        folder,
        line("A-1", "A-1", "superset") + line("A-2", "A-2", "equal", ', note: "x"') + scales,
    )
    found = diff_links(before, read_links(old))
    assert found.added == ("A-1 → A-1", "A-2 → A-2")
    assert found.changed == ("A-1 → A-1",)
    assert found.vanished == ("A-1 → A-2",)
    assert found.reread == ("legal → legal",)
    assert found.breaking == ("A-1 → A-1", "A-1 → A-2")
    assert not diff_links(before, before)
