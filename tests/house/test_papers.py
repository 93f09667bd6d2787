"""The papers made from the code are those in the tree."""

from pathlib import Path

import pytest

from copse.project.papers import papers

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("path", sorted(papers()))
def test_the_paper_is_up_to_date(path):
    committed = ROOT / path
    assert committed.exists(), "run `make papers`"
    assert committed.read_text() == papers()[path], "run `make papers` and review the change"


def test_every_role_of_a_room_has_a_row():
    text = papers()["docs/rooms/permissions.csv"]
    assert ",hotline-analyst,yes," in text
