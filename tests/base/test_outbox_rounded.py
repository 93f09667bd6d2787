"""What the outbox kept before it rounded its times: rounded by the migration, for every desk."""

import importlib
import uuid
from datetime import UTC, datetime

import psycopg

from copse.base import database, outbox
from copse.base.database import DeskKey
from copse.base.outbox.models import Message
from copse.base.outbox.workflow import Stage

HOTLINE = DeskKey(uuid.UUID(int=11), "hotline")


def _written():
    with database.as_desk(HOTLINE):
        return outbox.mail(to="a@provider.example", subject="H", text="Remove it.", kind="notice")


def _row(key):
    with database.as_desk(HOTLINE):
        return Message.objects.get(pk=key)


def test_messages_from_before_are_rounded_under_forced_row_security(server, committed_db):
    """As the owner, who sees no row of a desk until the migration lifts what is forced."""
    rounding = importlib.import_module("copse.base.outbox.migrations.0003_to_the_hour").ROUND
    waiting, gone = _written(), _written()
    exact = datetime(2026, 11, 24, 9, 17, 23, 456, tzinfo=UTC)
    with database.as_desk(HOTLINE):
        Message.objects.update(written_at=exact, next_at=exact)
        Message.objects.filter(pk=gone).update(stage=Stage.DELIVERED)
    with psycopg.connect(server[1], dbname=committed_db["NAME"], autocommit=True) as admin:
        admin.execute("SET ROLE copse_owner")
        assert admin.execute("SELECT count(*) FROM outbox_message").fetchone() == (0,)
        admin.execute(rounding)
        admin.execute("RESET ROLE")
        forced = "SELECT relforcerowsecurity FROM pg_class WHERE relname = 'outbox_message'"
        assert admin.execute(forced).fetchone() == (True,)
    hour = exact.replace(minute=0, second=0, microsecond=0)
    assert (_row(waiting).written_at, _row(waiting).next_at) == (hour, hour.replace(minute=20))
    assert (_row(gone).written_at, _row(gone).next_at) == (hour, hour)
