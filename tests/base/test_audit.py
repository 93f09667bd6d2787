"""What is written down about an act, when, and who may bend it (nobody)."""

import contextlib
import threading
import uuid
from datetime import timedelta
from types import SimpleNamespace

import psycopg
import pytest
from django.db import connection, connections, transaction
from django.db.utils import Error
from django.utils import timezone

from copse.base import audit, database
from copse.base.audit import checkpoints
from copse.base.audit.models import Entry
from copse.base.database import DeskKey
from copse.kit import auditlog, merkle

HOTLINE = DeskKey(uuid.UUID(int=11), "hotline")
HELPLINE = DeskKey(uuid.UUID(int=12), "helpline")
OFFICE = DeskKey(uuid.UUID(int=13), "administration")
AMARA = SimpleNamespace(user_id=uuid.uuid4(), is_system=False)
SYSTEM = SimpleNamespace(user_id=uuid.uuid4(), is_system=True)


def _log_size():
    with database.as_desk(OFFICE):
        return checkpoints.size()


def test_an_act_is_read_back_in_order(db):
    subject = uuid.uuid4()
    with database.as_desk(HOTLINE):
        audit.record(AMARA, "hotline.reading.assess", subject, label="A1")
        audit.record(AMARA, "hotline.reading.confirm", subject)
        assert audit.actions_on(subject) == ["hotline.reading.assess", "hotline.reading.confirm"]
        entry = Entry.objects.get(action="hotline.reading.assess")
    assert (entry.member, entry.desk_id, entry.codes) == (
        AMARA.user_id,
        HOTLINE.id,
        {"label": "A1"},
    )
    fields = {name: getattr(entry, name) for name in auditlog.FIELDS}
    assert auditlog.digest(fields) == bytes(entry.digest)


def test_one_act_on_many_records_has_an_entry_and_a_leaf_for_each(committed_db):
    subjects = [uuid.uuid4() for _ in range(3)]
    before = _log_size()
    with database.as_desk(HOTLINE):
        audit.record_each(AMARA, "hotline.material.remove", subjects)
    with database.as_desk(HOTLINE):
        assert [audit.actions_on(one) for one in subjects] == [["hotline.material.remove"]] * 3
    assert _log_size() == before + 3


def test_another_desk_sees_nothing_of_it(db):
    subject = uuid.uuid4()
    with database.as_desk(HOTLINE):
        audit.record(AMARA, "hotline.reading.assess", subject)
    with database.as_desk(HELPLINE):
        assert Entry.objects.count() == 0
        assert audit.actions_on(subject) == []


def test_text_is_no_code(db):
    with database.as_desk(HOTLINE), pytest.raises(ValueError, match="short code"):
        audit.record(AMARA, "hotline.reading.assess", None, note="what the child wrote")


def test_outside_a_desk_nothing_is_recorded(db):
    with pytest.raises(RuntimeError, match="Not inside a desk"):
        audit.record(AMARA, "hotline.reading.assess", None)


def test_the_portal_writes_to_the_hour_and_reads_nothing(db):
    with database.as_room("portal"):
        audit.record(None, "portal.concern.send", uuid.uuid4())
    with (
        database.as_room("portal"),
        pytest.raises(Error, match="permission denied"),
        transaction.atomic(),
    ):
        Entry.objects.count()
    with database.as_desk(OFFICE):
        entry = Entry.objects.get(action="portal.concern.send")
    assert (entry.at.minute, entry.at.second, entry.at.microsecond) == (0, 0, 0)
    assert entry.member is None


def test_what_the_system_does_is_rounded_and_what_a_person_does_is_not(db):
    with database.as_desk(HOTLINE):
        audit.record(SYSTEM, "hotline.concern.receive", None)
        audit.record(AMARA, "hotline.concern.claim", None)
        rounded = Entry.objects.get(action="hotline.concern.receive").at
        exact = Entry.objects.get(action="hotline.concern.claim").at
    assert (rounded.minute, rounded.second) == (0, 0)
    assert timezone.now() - exact < timedelta(minutes=1)


def test_an_act_undone_in_a_savepoint_leaves_no_leaf(committed_db):
    with database.as_desk(HOTLINE):
        audit.record(AMARA, "hotline.reading.assess", None)
        with contextlib.suppress(LookupError), transaction.atomic():
            audit.record(AMARA, "hotline.reading.confirm", None)
            raise LookupError
    assert _log_size() == 1


def test_a_refusal_outlives_the_rollback(committed_db):
    subject = uuid.uuid4()
    with contextlib.suppress(PermissionError), database.as_desk(HOTLINE):
        audit.record(AMARA, "hotline.reading.assess", subject)
        audit.refused(AMARA, "hotline.reading.confirm", subject)
        raise PermissionError
    with database.as_desk(HOTLINE):
        assert list(Entry.objects.values_list("action", "outcome")) == [
            ("hotline.reading.confirm", "refused")
        ]
        assert audit.actions_on(subject) == []
    assert _log_size() == 1


def test_a_refusal_that_was_caught_is_there_once(committed_db):
    with database.as_desk(HOTLINE):
        audit.refused(AMARA, "hotline.reading.confirm", None)
    assert _log_size() == 1


def test_the_lock_is_taken_at_the_commit_and_not_before(committed_db):
    """Two acts are open at once; were the log appended to first, the second would wait."""
    opened, finished = threading.Event(), threading.Event()

    def other():
        try:
            with database.as_desk(HOTLINE):
                audit.record(AMARA, "hotline.reading.assess", None)
            finished.set()
        finally:
            connections.close_all()

    with database.as_desk(HOTLINE):
        audit.record(AMARA, "hotline.reading.confirm", None)
        thread = threading.Thread(target=other)
        thread.start()
        opened.set()
        assert finished.wait(10)
    thread.join()
    assert _log_size() == 2


def test_many_writers_make_one_tree(committed_db):
    def write():
        try:
            for _ in range(10):
                with database.as_desk(HOTLINE):
                    audit.record(AMARA, "hotline.reading.assess", None)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=write) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.as_desk(OFFICE):
        size = checkpoints.size()
        root = merkle.root(size, checkpoints.read)
    with database.as_desk(HOTLINE):
        digests = [bytes(d) for d in Entry.objects.values_list("digest", flat=True)]
    assert size == len(digests) == 80
    with database.as_desk(OFFICE):
        for digest in digests[:20]:
            place, length, proof = checkpoints.proof(digest)
            leaf = merkle.leaf_hash(digest)
            assert merkle.verify_inclusion(leaf, place, length, proof, root)
        with pytest.raises(LookupError):
            checkpoints.proof(b"x" * 32)


@pytest.mark.parametrize("room", ["portal", "hotline", "administration"])
@pytest.mark.parametrize("table", ["audit_leaf", "audit_node"])
@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM {}",
        "INSERT INTO {} DEFAULT VALUES",
        "UPDATE {} SET place = 1",
        "DELETE FROM {}",
    ],
)
def test_no_room_touches_the_tree(db, room, table, statement):
    with (
        pytest.raises(Error, match="permission denied"),
        transaction.atomic(),
        database.as_room(room),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement.format(table))


def test_no_room_appends_by_hand(db):
    with (
        pytest.raises(Error, match="permission denied"),
        transaction.atomic(),
        database.as_room("hotline"),
        connection.cursor() as cursor,
    ):
        cursor.execute("SELECT audit_append(ARRAY['\\x00'::bytea])")


@pytest.mark.parametrize("table", ["audit_leaf", "audit_node"])
@pytest.mark.parametrize("verb", ["UPDATE {} SET place = 1", "DELETE FROM {}", "TRUNCATE {}"])
def test_even_the_owner_is_refused(committed_db, server, table, verb):
    with owner(server, committed_db) as own, pytest.raises(psycopg.Error, match="only ever added"):
        own.execute(verb.format(table))


def owner(server, settings):
    """The database as its owner."""
    return psycopg.connect(server[1], dbname=settings["NAME"], options="-c role=copse_owner")
