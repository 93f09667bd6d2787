"""Checkpoints and the check of the whole log, with an owner who cheats."""

import uuid
from types import SimpleNamespace

import psycopg
import pytest
from django.db import connections

from copse.base import audit, database
from copse.base.audit import checkpoints, verify
from copse.base.database import DeskKey

HOTLINE = DeskKey(uuid.UUID(int=11), "hotline")
OFFICE = DeskKey(uuid.UUID(int=13), "administration")
AMARA = SimpleNamespace(user_id=uuid.uuid4(), is_system=False)


def act(times=1):
    for _ in range(times):
        with database.as_desk(HOTLINE):
            audit.record(AMARA, "hotline.reading.assess", uuid.uuid4(), label="A1")


def take():
    with database.as_desk(OFFICE):
        return checkpoints.take()


@pytest.fixture
def log(committed_db):
    """Thirteen acts, with a checkpoint that the witness has after the tenth."""
    act(10)
    note = take()
    act(3)
    return SimpleNamespace(note=note, settings=committed_db)


@pytest.fixture
def as_owner(log):
    """Go on as the owner of the tables."""
    from tests.conftest import _connect_as

    def switch(login="copse_owner"):
        connections["default"].close()
        _connect_as(login, log.settings["NAME"])

    yield switch
    switch("copse_all")


@pytest.fixture
def cheat(log, server):
    """Change the tables with the triggers off, as somebody who owns the server can."""

    def run(*statements):
        with psycopg.connect(server[1], dbname=log.settings["NAME"]) as own:
            own.execute("SET session_replication_role = replica")
            for statement in statements:
                own.execute(statement)

    return run


def test_an_honest_log_passes(log, as_owner, tmp_path):
    as_owner()
    assert verify.verify_database(log.note).ok
    assert verify.export(tmp_path / "log", details=True) == 13
    report = verify.verify_export(tmp_path / "log", against=log.note)
    assert report.ok
    assert report.size == 13


CHEATS = {
    "altered": ["UPDATE audit_leaf SET digest = sha256('x') WHERE place = 4"],
    "swapped": [
        "UPDATE audit_leaf SET place = -1 WHERE place = 4",
        "UPDATE audit_leaf SET place = 4 WHERE place = 5",
        "UPDATE audit_leaf SET place = 5 WHERE place = -1",
    ],
    "cut off": ["DELETE FROM audit_leaf WHERE place > 7"],
    "emptied": ["TRUNCATE audit_leaf", "TRUNCATE audit_node"],
}


@pytest.mark.parametrize("how", CHEATS)
def test_a_bent_log_fails_and_is_not_signed_again(log, as_owner, cheat, how, tmp_path):
    cheat(*CHEATS[how])
    as_owner()
    assert not verify.verify_database(log.note).ok
    verify.export(tmp_path / "log")
    assert not verify.verify_export(tmp_path / "log", against=log.note).ok


def test_a_log_that_was_set_back_is_not_signed_again(log, cheat):
    cheat("DELETE FROM audit_leaf WHERE place > 7", "DELETE FROM audit_node WHERE place > 1")
    with pytest.raises(checkpoints.LogRewritten, match="10 entries"):
        take()


def test_set_back_with_its_checkpoints_and_signed_anew_fails(log, as_owner, cheat, tmp_path):
    cheat(
        "DELETE FROM audit_checkpoint",
        "DELETE FROM audit_leaf WHERE place > 7",
        "DELETE FROM audit_node WHERE (place + 1) << level > 8",
        "DELETE FROM audit_entry",
    )
    take()
    act(4)
    as_owner()
    assert verify.verify_database().ok, "alone, the liar's log looks whole"
    assert "not those that were signed for" in verify.verify_database(log.note).problems[0]
    verify.export(tmp_path / "log")
    assert not verify.verify_export(tmp_path / "log", against=log.note).ok


def test_a_changed_detail_is_found_and_an_erased_one_is_no_fault(log, as_owner, cheat):
    cheat("DELETE FROM audit_entry WHERE number <= 2")
    as_owner()
    assert verify.verify_database(log.note).ok
    as_owner("copse_all")
    cheat('UPDATE audit_entry SET codes = \'{"label": "A2"}\' WHERE number = 5')
    as_owner()
    assert "not what was logged" in verify.verify_database(log.note).problems[0]


def test_a_stored_subtree_that_lies_is_found(log, as_owner, cheat):
    cheat("UPDATE audit_node SET hash = sha256('x') WHERE level = 3")
    as_owner()
    assert "stored subtrees" in verify.verify_database(log.note).problems[0]


def test_each_checkpoint_is_handed_on(committed_db, monkeypatch):
    seen = []
    monkeypatch.setattr(checkpoints, "_deliveries", [seen.append])
    act()
    note = take()
    assert seen == [note]
    assert note.startswith("localhost:8000/audit\n1\n")
