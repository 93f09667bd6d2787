import pytest

from tests.hotline.people import Hotline


@pytest.fixture
def hotline(db):
    """A hotline in one rolled-back transaction."""
    return Hotline()


@pytest.fixture
def committed_hotline(committed_db):
    """The same, really committed: for threads."""
    return Hotline()
