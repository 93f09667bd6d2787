"""`make demo SIZE=large`: a million concerns, really sealed, loaded by COPY as the tables' owner.

`python -m copse.project.demo.large [how many]`, with `COPSE_PROCESS=owner`. Row-level security
refuses COPY, so it is lifted for the owner within the one transaction of the load and forced again
before its commit: nobody else ever sees a table without it, and a load that breaks leaves nothing.
The trigger that asks of each decided material whether two readings agree is lifted as well; the
load brings the readings, and one query asks the same of all before the trigger watches again.
"""

import multiprocessing
import os
import sys
import time
from collections import Counter, deque
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import replace
from typing import Any
from uuid import UUID

from copse.project.demo.bulk import TABLES, Batch, Order, make

CONCERNS = 1_000_000
BATCH = 4_000
WORKERS = 2
# Finished batches wait in memory, so no more than this many are ahead.
AHEAD = 6
LIFTED = (
    # The leaves are appended batch by batch instead.
    ("audit_entry", "audit_append_entry"),
    ("hotline_material", "hotline_material_born_decided"),
)


def load(concerns: int = CONCERNS, *, quiet: bool = False) -> Counter[str]:
    """Load so many concerns; says how many rows of each table. Nothing when they are there."""
    from django.db import connection, transaction

    loaded: Counter[str] = Counter()
    with transaction.atomic(), connection.cursor() as cursor:
        _lift(cursor)
        before = _counts(cursor)
        if before["hotline_concern"] < concerns:
            _take(cursor)
            for batch in _batches(_order(cursor, concerns), concerns):
                _store(cursor, batch)
                loaded.update(batch.counts)
                if not quiet:
                    _say(loaded["hotline_concern"], concerns)
            _check(cursor, before, loaded)
        _force(cursor)
    if loaded:
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE " + ", ".join(TABLES))
    return loaded


def _lift(cursor: Any) -> None:
    for table in TABLES:
        cursor.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    for table, trigger in LIFTED:
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {trigger}")


def _take(cursor: Any) -> None:
    # References are checked batch by batch, so that nothing waits in memory for the commit.
    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    cursor.execute("SET LOCAL work_mem = '64MB'")


def _force(cursor: Any) -> None:
    for table in TABLES:
        cursor.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    for table, trigger in LIFTED:
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER {trigger}")
    cursor.execute(
        "SELECT count(*) FROM pg_class WHERE relname = ANY(%s) AND relforcerowsecurity",
        [list(TABLES)],
    )
    assert cursor.fetchone() == (len(TABLES),), "row-level security must be forced again"
    cursor.execute(
        "SELECT count(*) FROM pg_trigger WHERE tgname = ANY(%s) AND tgenabled = 'O'",
        [[trigger for _, trigger in LIFTED]],
    )
    assert cursor.fetchone() == (len(LIFTED),), "every trigger must watch again"


UNREAD = """
SELECT count(*) FROM hotline_material AS material LEFT JOIN (
    SELECT material_id, label FROM hotline_reading GROUP BY material_id, label
    HAVING count(*) > 1 OR bool_or(by_lead)
) AS agreed ON agreed.material_id = material.id AND agreed.label = material.label
WHERE material.stage IN ('to_notice', 'dismissed', 'noticed', 'gone', 'closed')
    AND agreed.material_id IS NULL
"""


def _counts(cursor: Any) -> dict[str, int]:
    found = {}
    for table in (*TABLES, "audit_leaf"):
        cursor.execute(f"SELECT count(*) FROM {table}")  # noqa: S608 - our own names
        found[table] = int(cursor.fetchone()[0])
    return found


def _check(cursor: Any, before: dict[str, int], loaded: Counter[str]) -> None:
    expected = {table: before[table] + loaded[table] for table in TABLES}
    expected["audit_leaf"] = before["audit_leaf"] + loaded["audit_entry"]
    assert _counts(cursor) == expected, "not every row arrived"
    cursor.execute(UNREAD)
    assert cursor.fetchone() == (0,), "material is decided that two did not read alike"


def _order(cursor: Any, concerns: int) -> Order:
    from django.utils import timezone

    from copse.base import access
    from copse.base.organisations.queries import desk_for
    from copse.base.vault.models import DeskKey

    desk = desk_for("hotline")
    key = DeskKey.objects.get(desk_id=desk.pk, active=True)
    now = timezone.now()
    return Order(
        first=0, concerns=concerns, year=f"{now:%y}", now=now, desk=desk.pk, key_id=key.pk,
        references={letter: _reserve(cursor, letter, concerns) for letter in "CH"},
        public=bytes(key.public), system=access.system(desk.key).user_id, readers=_readers(desk.pk),
    )  # fmt: skip


def _readers(desk: UUID) -> tuple[UUID, UUID]:
    from copse.base.accounts.models import Membership

    places = Membership.objects.filter(desk_id=desk, roles__contains=["hotline-analyst"])
    first, second = places.order_by("user__email").values_list("user_id", flat=True)[:2]
    return first, second


def _reserve(cursor: Any, letter: str, number: int) -> int:
    series = f"copse_reference_{letter.lower()}"
    cursor.execute("SELECT setval(%s, nextval(%s) + %s)", [series, series, number])
    return int(cursor.fetchone()[0]) - number


def _batches(whole: Order, concerns: int) -> Iterator[Batch]:
    """Batches as the workers finish them, in order, a few ahead of the database."""
    orders = (
        replace(whole, first=first, concerns=min(BATCH, concerns - first))
        for first in range(0, concerns, BATCH)
    )
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(WORKERS, mp_context=context) as pool:
        waiting: deque[Future[Batch]] = deque()
        for order in orders:
            waiting.append(pool.submit(make, order))
            if len(waiting) > AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _store(cursor: Any, batch: Batch) -> None:
    for table, columns in TABLES.items():
        with cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy:
            copy.write(batch.lines[table])
    cursor.execute("SELECT audit_append(%s::bytea[])", [batch.digests])


def _say(done: int, concerns: int) -> None:
    if done % (25 * BATCH) == 0 or done == concerns:
        sys.stdout.write(f"  {done:,} of {concerns:,} concerns\n")
        sys.stdout.flush()


def main() -> None:
    """Load as many as the command says."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "copse.project.settings")
    import django

    django.setup()
    begun = time.monotonic()
    loaded = load(int(sys.argv[1]) if sys.argv[1:] else CONCERNS)
    if loaded:
        rows = ", ".join(f"{number:,} {table}" for table, number in loaded.items())
        sys.stdout.write(f"  {rows} in {time.monotonic() - begun:.0f} s\n")


if __name__ == "__main__":
    main()
