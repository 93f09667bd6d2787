import pytest

from tests.portal.browser import Reporter, arbora


@pytest.fixture
def country(db):
    return arbora()


@pytest.fixture
def committed_country(committed_db):
    return arbora()


@pytest.fixture
def reporter(country):
    return Reporter()


@pytest.fixture(autouse=True)
def fresh_shares(monkeypatch):
    """Every test comes from the same address; none waits behind another."""
    from copse.portal.services import tickets

    monkeypatch.setattr(tickets, "shares", tickets.Shares())


@pytest.fixture
def no_wait(monkeypatch):
    """Tickets are good at once; their own tests look at the waits."""
    from copse.portal.services import tickets

    monkeypatch.setattr(tickets, "WAIT", 0.0)
    monkeypatch.setattr(tickets, "GAP", 0.0)
