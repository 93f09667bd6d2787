"""Sealing, opening, re-wrapping and erasing records."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from copse.base.access import Actor
from copse.base.vault.errors import Erased, Locked
from copse.base.vault.keys import Keyring, required_keyring
from copse.base.vault.models import DeskKey, Envelope, Erasure, Wrapper
from copse.kit import sealing
from copse.kit.errors import OursError

DESK, RECEIPT = Wrapper.Kind.DESK, Wrapper.Kind.RECEIPT


class NoDeskKey(OursError):  # noqa: N818 - named for the state
    """A desk without a key cannot be sealed to."""

    code = "no-desk-key"


def seal(
    content: Mapping[str, Any],
    *,
    desks: Iterable[UUID],
    receipt: tuple[UUID, bytes] | None = None,
) -> UUID:
    """Seal a record to each desk's present key, and to the reporter's receipt. Only inserts.

    Raises `NoDeskKey` when a desk has none, before anything is written.
    """
    wanted = list(dict.fromkeys(desks))
    keys = {key.desk_id: key for key in DeskKey.objects.filter(desk_id__in=wanted, active=True)}
    if missing := set(wanted) - set(keys):
        sentence = "A desk has no key yet. Run `copse init`, which makes one."
        raise NoDeskKey(sentence, desks=sorted(map(str, missing)))
    holders = [(desk, bytes(keys[desk].public)) for desk in wanted]
    holders += [receipt] if receipt else []
    sealed = sealing.seal_offline(content, holders)
    with transaction.atomic():
        Envelope(id=sealed.id, ciphertext=sealed.ciphertext).save(force_insert=True)
        Wrapper.objects.bulk_create(
            Wrapper(
                envelope_id=sealed.id,
                holder=holder,
                kind=DESK if holder in keys else RECEIPT,
                key_id=keys[holder].id if holder in keys else None,
                sealed_key=sealed_key,
            )
            for holder, sealed_key in sealed.wrappers
        )
    return sealed.id


def open(actor: Actor, envelope: UUID) -> dict[str, Any]:  # noqa: A001 - called as vault.open
    """Open a record of the actor's desk. Raises `Locked` or `Erased`."""
    keyring = required_keyring(actor)
    wrapper = _wrapper(envelope, actor.desk.id, DESK)
    assert wrapper.key_id is not None
    record_key = sealing.open_sealed(keyring.desk_key(wrapper.key_id), bytes(wrapper.sealed_key))
    return sealing.decrypt_content(record_key, bytes(wrapper.envelope.ciphertext))


def open_with(private_key: bytes, receipt: UUID, envelope: UUID) -> dict[str, Any]:
    """Open a record with the reporter's own key. Raises `Locked`, `Erased` or `WrongKey`."""
    wrapper = _wrapper(envelope, receipt, RECEIPT)
    record_key = sealing.open_sealed(private_key, bytes(wrapper.sealed_key))
    return sealing.decrypt_content(record_key, bytes(wrapper.envelope.ciphertext))


def _wrapper(envelope: UUID, holder: UUID, kind: str) -> Wrapper:
    wrapper = (
        Wrapper.objects.filter(envelope_id=envelope, holder=holder, kind=kind)
        .select_related("envelope")
        .first()
    )
    if wrapper is not None:
        return wrapper
    if Erasure.objects.filter(envelope_id=envelope).exists():
        raise Erased(_("This record was erased. Nobody can open it again."))
    raise Locked(_("This record is not sealed to your desk."))


def erase(envelope: UUID, actor: Actor | None = None) -> Erasure:
    """Destroy every wrapper of a record, and its sealed text; the proof stays.

    With an actor, the proof is also an entry in the audit log. Raises `Locked` when the present
    desk holds no wrapper. Backups keep wrappers for at most their
    own retention, see docs/operate.md.
    """
    known = Erasure.objects.filter(envelope_id=envelope).first()
    if known is not None:
        return known
    with connection.cursor() as cursor:
        cursor.execute("SELECT wrappers, digest FROM vault_erase(%s)", [envelope])
        if cursor.fetchone() is None:
            raise Locked(_("This record is not sealed to your desk."))
    proof = Erasure.objects.get(envelope_id=envelope)
    if actor is not None:
        from copse.base import audit

        audit.record(actor, "vault.envelope.erase", envelope, proof=bytes(proof.digest).hex())
    return proof


def rewrap_some(actor: Actor, limit: int = 50) -> int:
    """Re-wrap some old records to the desk's present key; returns how many were done.

    Called now and then in a member's requests, since only a member's key opens old wrappers.
    Versions this member cannot open are left to a colleague.
    """
    keyring = required_keyring(actor)
    desk = actor.desk.id
    current = DeskKey.objects.filter(desk_id=desk, active=True).first()
    openable = _former_keys(desk, keyring)
    if current is None or not openable:
        return 0
    with transaction.atomic():
        # Locked rows belong to a colleague's request that does the same right now.
        old = list(
            Wrapper.objects.select_for_update(skip_locked=True)
            .filter(holder=desk, kind=DESK, key_id__in=openable)[:limit]
        )  # fmt: skip
        for wrapper in old:
            assert wrapper.key_id is not None
            opened = sealing.open_sealed(
                keyring.desk_key(wrapper.key_id), bytes(wrapper.sealed_key)
            )
            wrapper.sealed_key = sealing.seal_to(bytes(current.public), opened)
            wrapper.key_id = current.id
        Wrapper.objects.bulk_update(old, ["sealed_key", "key_id"])
    return len(old)


def _former_keys(desk: UUID, keyring: Keyring) -> list[UUID]:
    """The desk's former keys that still wrap something and that this member opens."""
    wrapping = Exists(Wrapper.objects.filter(holder=desk, kind=DESK, key_id=OuterRef("id")))
    former = DeskKey.objects.filter(wrapping, desk_id=desk, active=False)
    return [key for key in former.values_list("id", flat=True) if keyring.opens(key)]
