"""Whether the log in the database still fits together, and an export that shows it elsewhere.

Both run as the owner of the tables (`COPSE_PROCESS=owner`), since no other role may read a leaf
or the entries of every desk.
"""

from collections.abc import Iterator
from pathlib import Path

from django.db import connection, transaction

from copse.base.audit.checkpoints import public_key
from copse.base.audit.models import Entry, SignedCheckpoint
from copse.kit import auditlog, merkle
from copse.kit.auditlog import Check, Report, verify_export

__all__ = ["Report", "export", "verify_database", "verify_export"]
BATCH = 20_000


def verify_database(against: str | None = None) -> Report:
    """Recompute the log from its rows.

    Compared are the stored subtrees, every signed checkpoint, `against` (a checkpoint's text) and
    the detail of every entry that was not erased.
    """
    check = Check(public_key())
    for note in _checkpoints():
        check.expect(note, name="A checkpoint in the database")
    if against is not None:
        check.expect_all(against, name="The witness's checkpoint")
    rebuilt = merkle.Roots()
    for leaf in _leaves():
        check.leaf(leaf)
        rebuilt.append(leaf)
    for entry in _entries():
        check.entry(entry)
    report = check.finish()
    if _stored_root(report.size) != rebuilt.root():
        report.problems.append("The stored subtrees do not fit the leaves.")
    return report


def export(path: Path | str, *, details: bool = False) -> int:
    """Write the log to a file that `verify_export` reads; answers the number of entries.

    With `details` it also tells who did what, so keep such a file close.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM audit_leaf")
        size = int(cursor.fetchone()[0])
    with Path(path).open("w", encoding="utf-8") as out:
        auditlog.write_export(
            out,
            key=public_key(),
            size=size,
            checkpoints=_checkpoints(size),
            leaves=_leaves(size),
            entries=_entries() if details else (),
        )
    return size


def _checkpoints(size: int | None = None) -> list[str]:
    points = SignedCheckpoint.objects.order_by("size")
    if size is not None:
        points = points.filter(size__lte=size)
    return list(points.values_list("note", flat=True))


def _leaves(size: int | None = None) -> Iterator[bytes]:
    start = 0
    while size is None or start < size:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT place, digest FROM audit_leaf WHERE place >= %s ORDER BY place LIMIT %s",
                [start, BATCH if size is None else min(BATCH, size - start)],
            )
            rows = cursor.fetchall()
        if not rows:
            return
        yield from (bytes(digest) for _, digest in rows)
        start = rows[-1][0] + 1


def _entries() -> Iterator[dict[str, object]]:
    # In the order of random ids, so that an export tells nothing by it; read as one stream, since
    # pages of a table of millions are each sorted out of all of it.
    with transaction.atomic():
        rows = Entry.objects.order_by("id").values(*auditlog.FIELDS)
        yield from rows.iterator(chunk_size=BATCH)


def _stored_root(size: int) -> bytes:
    nodes = merkle.cover(0, size)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT level::bigint, place, hash FROM audit_node WHERE (level, place) IN "
            "(SELECT * FROM unnest(%s::smallint[], %s::bigint[]))",
            [[level for level, _ in nodes], [place for _, place in nodes]],
        )
        stored = {(level, place): bytes(found) for level, place, found in cursor.fetchall()}
        cursor.execute("SELECT digest FROM audit_leaf WHERE place = %s", [size - 1])
        last = cursor.fetchone()
    if size % 2 and last:
        stored[0, size - 1] = merkle.leaf_hash(bytes(last[0]))
    return merkle.fold([stored.get(node, b"") for node in nodes])
