"""Keys of members and desks: made, unlocked, granted, recovered, rotated."""

import secrets
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from copse.base.access import Actor
from copse.base.accounts.models import Membership
from copse.base.vault.errors import Locked
from copse.base.vault.models import DeskKey, Grant, MemberKey, MemberSecret, Unlocked
from copse.kit import sealing

TOTAL = timedelta(hours=12)
IDLE = timedelta(minutes=15)


@dataclass
class Keyring:
    """One member's opened private key, and the desk keys it opened so far. Lives for a request."""

    member_id: UUID
    _wrapped: bytes = field(repr=False)
    _cookie_key: bytes = field(repr=False)
    _private: bytes | None = field(default=None, repr=False)
    _desk_keys: dict[UUID, bytes] = field(default_factory=dict, repr=False)

    def private(self) -> bytes:
        """The member's private key. Raises `WrongKey` when the cookie is not this session's."""
        if self._private is None:
            self._private = sealing.unlock(self._cookie_key, self._wrapped)
        return self._private

    def desk_key(self, key_id: UUID) -> bytes:
        """A version of a desk's private key. Raises `Locked` without a grant for it."""
        if key_id not in self._desk_keys:
            grant = Grant.objects.filter(key_id=key_id, member_id=self.member_id).first()
            if grant is None:
                raise Locked.ask_a_colleague()
            try:
                opened = sealing.open_sealed(self.private(), bytes(grant.sealed))
            except sealing.WrongKey:
                # The grant was sealed to the key of a forgotten password.
                raise Locked.ask_a_colleague() from None
            self._desk_keys[key_id] = opened
        return self._desk_keys[key_id]

    def opens(self, key_id: UUID) -> bool:
        """Whether this member opens a version of a desk's key."""
        try:
            self.desk_key(key_id)
        except Locked:
            return False
        return True


def cost() -> sealing.Cost:
    """The price of a password guess: full, unless a test's settings say small."""
    return sealing.SMALL if getattr(settings, "COPSE_ARGON", "full") == "small" else sealing.FULL


def _keyring_of(member: UUID, private: bytes) -> Keyring:
    key = secrets.token_bytes(sealing.KEY_BYTES)
    return Keyring(member, sealing.lock(key, private), key)


# ── a member's own key


@transaction.atomic
def new_member_key(member: UUID, password: str) -> Keyring:
    """Make (or, after a forgotten password, replace) a member's key. It opens no desk yet."""
    private, public = sealing.new_keypair()
    MemberKey.objects.filter(member_id=member).delete()
    key = MemberKey(member_id=member, public=public)
    key.save(force_insert=True)
    _wrap(key.id, private, password).save(force_insert=True)
    return _keyring_of(member, private)


def _wrap(key_id: UUID, private: bytes, password: str) -> MemberSecret:
    salt, price = secrets.token_bytes(sealing.SALT_BYTES), cost()
    wrapped = sealing.lock(sealing.key_from_password(password, salt, price), private)
    return MemberSecret(
        key_id=key_id, salt=salt, operations=price.operations, memory=price.memory, wrapped=wrapped
    )


def unlock(member: UUID, password: str) -> Keyring:
    """Open a member's key with the password. Raises `WrongKey`, or `Locked` without a key."""
    secret = MemberSecret.objects.filter(key__member_id=member).first()
    if secret is None:
        raise Locked.ask_a_colleague()
    price = sealing.Cost(secret.operations, secret.memory)
    key = sealing.key_from_password(password, bytes(secret.salt), price)
    return _keyring_of(member, sealing.unlock(key, bytes(secret.wrapped)))


@transaction.atomic
def change_password(keyring: Keyring, password: str) -> None:
    """Wrap the same private key by the new password; every grant stays good."""
    key = MemberKey.objects.get(member_id=keyring.member_id)
    fresh = _wrap(key.id, keyring.private(), password)
    MemberSecret.objects.filter(key=key).delete()
    fresh.save(force_insert=True)


# ── a session


def open_session(keyring: Keyring) -> str:
    """Keep the key for a session; what is returned belongs in a cookie and nowhere else."""
    now = timezone.now()
    # What browsers left open and never came back for ends here, idle or too old.
    Unlocked.objects.filter(Q(expires_at__lte=now) | Q(seen_at__lte=now - IDLE)).delete()
    key = secrets.token_bytes(sealing.KEY_BYTES)
    row = Unlocked(
        member_id=keyring.member_id,
        wrapped=sealing.lock(key, keyring.private()),
        expires_at=now + TOTAL,
        seen_at=now,
    )
    row.save(force_insert=True)
    return f"{row.id.hex}.{key.hex()}"


def session_keyring(member: UUID, cookie: str) -> Keyring | None:
    """The keyring a cookie opens, if it is this member's and neither idle nor too old."""
    row_id, key = _read_cookie(cookie)
    if row_id is None:
        return None
    now = timezone.now()
    row = Unlocked.objects.filter(pk=row_id, member_id=member).first()
    if row is None:
        return None
    if row.expires_at <= now or row.seen_at <= now - IDLE:
        row.delete()
        return None
    if row.seen_at < now - timedelta(minutes=1):
        Unlocked.objects.filter(pk=row_id).update(seen_at=now)
    return Keyring(member, bytes(row.wrapped), key)


def close_session(cookie: str) -> None:
    """Destroy what the cookie opens."""
    row_id, _ = _read_cookie(cookie)
    if row_id is not None:
        Unlocked.objects.filter(pk=row_id).delete()


def close_sessions_of(member: UUID) -> None:
    """Destroy every opened key of a member."""
    Unlocked.objects.filter(member_id=member).delete()


def _read_cookie(cookie: str) -> tuple[UUID | None, bytes]:
    row, _, key = cookie.partition(".")
    try:
        parts = UUID(hex=row), bytes.fromhex(key)
    except ValueError:
        return None, b""
    return parts if len(parts[1]) == sealing.KEY_BYTES else (None, b"")


# ── a desk's key


def new_desk_key(desk: UUID) -> str:
    """Make a desk's key for all its members; returns the recovery key, to be printed once."""
    recovery_private, recovery_public = sealing.new_keypair()
    _make_desk_key(desk, recovery_public, _keys_of_members(desk))
    return sealing.recovery_text(recovery_private)


@transaction.atomic
def rotate(desk: UUID) -> None:
    """Make the desk's next key, for those who can open the present one, and the recovery key.

    A member who still waits for the key goes on waiting: else removing anybody would let in whom
    no colleague has checked.
    """
    _alone_with(desk)
    granted = {
        grant.member_id: bytes(grant.sealed_to)
        for grant in Grant.objects.filter(desk_id=desk, key__active=True)
    }
    members = _keys_of_members(desk)
    holders = {who: public for who, public in members.items() if granted.get(who) == public}
    _make_desk_key(desk, granted[None], holders)


def _alone_with(desk: UUID) -> None:
    """Let nobody else make keys of this desk until the transaction ends.

    A version made while the recovery key is replaced would still open with the old one.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [str(desk)])


def _keys_of_members(desk: UUID) -> dict[UUID, bytes]:
    members = Membership.objects.filter(desk_id=desk).values_list("user_id", flat=True)
    held = MemberKey.objects.filter(member_id__in=list(members))
    return {key.member_id: bytes(key.public) for key in held}


@transaction.atomic
def _make_desk_key(desk: UUID, recovery_public: bytes, members: dict[UUID, bytes]) -> None:
    last = DeskKey.objects.filter(desk_id=desk).order_by("-version").first()
    DeskKey.objects.filter(desk_id=desk, active=True).update(active=False)
    private, public = sealing.new_keypair()
    key = DeskKey(
        desk_id=desk,
        public=public,
        recovery_public=recovery_public,
        version=last.version + 1 if last else 1,
    )
    key.save(force_insert=True)
    for member, sealed_to in members.items():
        _grant(key, private, member, sealed_to)
    _grant(key, private, None, recovery_public)


def _grant(key: DeskKey, private: bytes, member: UUID | None, sealed_to: bytes) -> None:
    Grant(
        desk_id=key.desk_id,
        key=key,
        member_id=member,
        sealed_to=sealed_to,
        sealed=sealing.seal_to(sealed_to, private),
    ).save(force_insert=True)


@transaction.atomic
def remove_member(desk: UUID, member: UUID) -> None:
    """Take a member's grants and sessions away, and make the desk a new key without them."""
    Grant.objects.filter(desk_id=desk, member_id=member).delete()
    close_sessions_of(member)
    if DeskKey.objects.filter(desk_id=desk, active=True).exists():
        rotate(desk)


def pending_grants(desk: UUID) -> list[UUID]:
    """Members of the desk who cannot open its present key: new ones, and forgotten passwords."""
    granted = {
        grant.member_id: bytes(grant.sealed_to)
        for grant in Grant.objects.filter(desk_id=desk, key__active=True, member_id__isnull=False)
    }
    members = _keys_of_members(desk)
    return sorted(who for who, public in members.items() if granted.get(who) != public)


@transaction.atomic
def grant(actor: Actor, member: UUID) -> None:
    """Hand every version of the desk's key that the actor can open to another member.

    Raises `Locked` when the actor cannot open the present key, or the member is not of this desk.
    """
    desk = actor.desk.id
    if not Membership.objects.filter(desk_id=desk, user_id=member).exists():
        raise Locked.ask_a_colleague()
    public = bytes(MemberKey.objects.get(member_id=member).public)
    keyring = required_keyring(actor)
    for key in DeskKey.objects.filter(desk_id=desk).order_by("-active"):
        try:
            private = keyring.desk_key(key.id)
        except Locked:
            if key.active:
                raise
            continue
        Grant.objects.filter(key=key, member_id=member).delete()
        _grant(key, private, member, public)


@transaction.atomic
def recover(desk: UUID, recovery: str, member: UUID) -> int:
    """Grant every version of the desk's key to a member with the printed recovery key.

    Returns how many versions. Raises `WrongKey`.
    """
    private = sealing.recovery_key(recovery)
    public = bytes(MemberKey.objects.get(member_id=member).public)
    grants = list(Grant.objects.filter(desk_id=desk, member_id=None).select_related("key"))
    if not grants:
        raise sealing.WrongKey("This desk has no recovery key.")
    for kept in grants:
        desk_private = sealing.open_sealed(private, bytes(kept.sealed))
        Grant.objects.filter(key=kept.key, member_id=member).delete()
        _grant(kept.key, desk_private, member, public)
    return len(grants)


@transaction.atomic
def replace_recovery(actor: Actor) -> str:
    """Make the actor's desk a new recovery key for every version of its key; returns it as text.

    The old one opens nothing from then on. Raises `Locked` unless the actor opens every version:
    one that was left out could never be recovered again.
    """
    desk, keyring = actor.desk.id, required_keyring(actor)
    _alone_with(desk)
    recovery_private, recovery_public = sealing.new_keypair()
    versions = list(DeskKey.objects.filter(desk_id=desk).order_by("version"))
    if not versions:
        raise Locked.ask_a_colleague()
    opened = [(key, keyring.desk_key(key.id)) for key in versions]
    Grant.objects.filter(desk_id=desk, member_id=None).delete()
    for key, private in opened:
        _grant(key, private, None, recovery_public)
    return sealing.recovery_text(recovery_private)


def required_keyring(actor: Actor) -> Keyring:
    """The actor's keyring. Raises `Locked` for the system and for sessions without a key."""
    if not isinstance(actor.keyring, Keyring):
        raise Locked(_("Log in again to open sealed records."), reason="no-key")
    return actor.keyring
