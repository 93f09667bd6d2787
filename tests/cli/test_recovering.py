"""`copse recover`: a desk's first member, or its last, comes in by the printed key."""

from contextlib import contextmanager

import pytest
from rich.console import Console
from rich.prompt import Prompt

from copse.base import access, audit, database, vault
from copse.base.accounts import people
from copse.base.organisations.models import Desk, Organisation
from copse.base.vault import granting
from copse.cli import recovering

pytestmark = pytest.mark.django_db


class Founded:
    """A new hotline with its recovery key, and Amara, whom nobody could grant the key to."""

    def __init__(self):
        with database.as_room("administration"):
            body = Organisation(name="Arbora Hotline", kind="agency")
            body.save(force_insert=True)
            self.desk = Desk(organisation=body, room="hotline", name="Hotline")
            self.desk.save(force_insert=True)
            self.recovery = vault.new_desk_key(self.desk.pk)
        self.amara = people.add_person(
            email="amara@example.org", name="Amara", password="a long password"
        )
        people.join(self.amara, self.desk.pk, ["hotline-analyst"])
        with database.as_room("portal"):
            self.envelope = vault.seal({"story": "x"}, desks=[self.desk.pk])

    def open(self):
        keyring = vault.unlock(self.amara.pk, "a long password")
        actor = access.Actor(self.amara.pk, "Amara", self.desk.key, frozenset(), keyring)
        with database.as_desk(self.desk, self.amara.pk):
            return vault.open(actor, self.envelope)


@pytest.fixture
def founded(db, monkeypatch):
    @contextmanager
    def the_tests_server(configuration):
        yield ""

    monkeypatch.setattr(recovering, "database_server", the_tests_server)
    return Founded()


def typing(monkeypatch, text):
    def ask(question, *, password):
        assert password, "the key is never shown"
        return text

    monkeypatch.setattr(Prompt, "ask", ask)


def test_a_first_member_opens_the_desk_with_the_printed_key(founded, monkeypatch):
    with pytest.raises(vault.Locked):
        founded.open()
    typing(monkeypatch, founded.recovery)
    recovering.recover(Console(quiet=True), "hotline", "Amara@example.org")
    assert founded.open() == {"story": "x"}
    with database.as_desk(founded.desk):
        assert audit.actions_on(founded.amara.pk) == ["hotline.key.recover"]


def test_a_wrong_key_opens_nothing(founded, monkeypatch):
    typing(monkeypatch, "0000-0000")
    with pytest.raises(vault.WrongKey):
        recovering.recover(Console(quiet=True), "hotline", "amara@example.org")
    with pytest.raises(vault.Locked):
        founded.open()


def test_a_stranger_gets_no_key_even_with_the_printed_one(founded, monkeypatch):
    typing(monkeypatch, founded.recovery)
    with pytest.raises(recovering.NotAMember, match="no member"):
        recovering.recover(Console(quiet=True), "hotline", "chidi@example.org")


def test_after_a_replacement_only_the_new_printed_key_opens(founded, monkeypatch):
    typing(monkeypatch, founded.recovery)
    recovering.recover(Console(quiet=True), "hotline", "amara@example.org")
    keyring = vault.unlock(founded.amara.pk, "a long password")
    actor = access.Actor(founded.amara.pk, "Amara", founded.desk.key, frozenset(), keyring)
    replaced = granting.replace_recovery(actor)
    vault.new_member_key(founded.amara.pk, "a long password")
    with pytest.raises(vault.WrongKey):
        recovering.recover(Console(quiet=True), "hotline", "amara@example.org")
    typing(monkeypatch, replaced)
    recovering.recover(Console(quiet=True), "hotline", "amara@example.org")
    assert founded.open() == {"story": "x"}
