"""Signing the head of the log, and proving that an entry is in it."""

from collections.abc import Callable, Sequence

from django.conf import settings
from django.db import connection

from copse.base.audit.models import SignedCheckpoint
from copse.kit import merkle
from copse.kit.checkpoint import Checkpoint, Signer, Verifier, read_checkpoint
from copse.kit.errors import OursError

Deliver = Callable[[str], None]
_deliveries: list[Deliver] = []


class LogRewritten(OursError):  # noqa: N818 - named for the state
    """The log no longer begins with what was signed before, so nothing more is signed."""

    code = "log-rewritten"


def on_checkpoint(deliver: Deliver) -> Deliver:
    """Have each new checkpoint handed to `deliver`, in the transaction that stores it."""
    if deliver not in _deliveries:
        _deliveries.append(deliver)
    return deliver


def signer() -> Signer:
    """This install's log, by name and key."""
    host = settings.COPSE.public_origin.split("//", 1)[-1]
    return Signer(f"{host}/audit", settings.COPSE.secret("audit-signing-key")[:32])


def take() -> str:
    """Sign the head of the log, store the note and hand it on; answers the note.

    Runs at a desk of the administration. Raises `LogRewritten`: a log never signs what
    contradicts its own last word.
    """
    key = signer()
    last = SignedCheckpoint.objects.order_by("-size").first()
    if last is not None:
        _must_begin_with(read_checkpoint(last.note, key.verifier))
    length = size()
    note = key.sign(Checkpoint(key.verifier.name, length, merkle.root(length, read)).text())
    SignedCheckpoint(size=length, note=note).save(force_insert=True)
    for deliver in _deliveries:
        deliver(note)
    return note


def _must_begin_with(signed: Checkpoint) -> None:
    if signed.size > size() or merkle.root(signed.size, read) != signed.root:
        raise LogRewritten(
            f"The audit log no longer holds the {signed.size} entries that were signed for. "
            "Nothing more is signed. Compare it with the witness's checkpoint and a backup.",
            size=signed.size,
        )


def size() -> int:
    """How many entries the log has."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT audit_size()")
        return int(cursor.fetchone()[0])


def read(nodes: Sequence[merkle.Node]) -> list[merkle.Hash]:
    """The hashes of complete subtrees, in one query. A missing one reads as empty bytes."""
    levels, places = [level for level, _ in nodes], [place for _, place in nodes]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT hash FROM audit_nodes(%s::bigint[], %s::bigint[]) ORDER BY ordinal",
            [levels, places],
        )
        return [bytes(row[0] or b"") for row in cursor.fetchall()]


def proof(digest: bytes, length: int | None = None) -> tuple[int, int, list[merkle.Hash]]:
    """Place, length and inclusion proof of an entry's digest. Raises `LookupError`."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT audit_place(%s), audit_size()", [digest])
        place, now = cursor.fetchone()
    length = now if length is None else length
    if place is None:
        raise LookupError("no such entry is in the log")
    return place, length, merkle.inclusion_proof(place, length, read)


def public_key() -> Verifier:
    """The key that checkpoints are checked with."""
    return signer().verifier
