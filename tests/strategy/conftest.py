import pytest
from django.test import Client

from tests.strategy.office import Office
from tests.strategy.register import Register


class Door:
    """Lets one actor in, as accounts does after log-in."""

    def __init__(self, actor):
        self.actor = actor

    def actor_for(self, _request, room):
        return self.actor if room == self.actor.desk.room else None

    def is_fresh(self, _request):
        return True


@pytest.fixture
def office(db):
    """The strategy office in one rolled-back transaction."""
    return Office()


@pytest.fixture
def enter(office, monkeypatch):
    """A browser of somebody at the desk."""

    def come(who):
        from copse.base.accounts.models import User

        monkeypatch.setattr("copse.base.access.views._door", lambda: Door(who))
        client = Client()
        client.force_login(User.objects.get(pk=who.user_id))
        return client

    return come


@pytest.fixture
def register(office):
    """A register of laws, kept by Karima."""
    return Register(office)
