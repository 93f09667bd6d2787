"""Sealed records, the keys that open them, and who holds which key.

A record has one random key. A *wrapper* is that key sealed to one holder (a desk or a receipt). A
*grant* is a desk's private key sealed to one member (or to the recovery key). A member's private
key is kept wrapped by the password, and for a session wrapped by a cookie that only a browser has.
"""

from typing import ClassVar

from django.db import models
from django.utils import timezone

from copse.base.database import Handling, Record

DESK_ROOMS = (
    "hotline", "helpline", "industry", "enforcement", "regulator",
    "strategy", "observatory", "participation", "learn",
)  # fmt: skip
OWN = "NULLIF(current_setting('copse.desk', true), '')::uuid"
# The owner moves and erases; it is no web process and holds no key either.
OWNER = "current_user = 'copse_owner'"
KEEPER = "current_user IN ('copse_owner', 'copse_administration')"
MINE = f"""{OWNER}
    OR (kind = 'desk' AND holder = {OWN} AND current_user <> 'copse_portal')
    OR (kind = 'receipt' AND current_user = 'copse_portal')"""


class Envelope(Record):
    """Sealed content. Useless without a wrapper, and seen only by those who have one."""

    ciphertext = models.BinaryField()

    grants: ClassVar = {**dict.fromkeys(DESK_ROOMS, "SI"), "portal": "SI", "administration": "I"}
    policy: ClassVar = {
        "select": f"""{OWNER} OR EXISTS (SELECT 1 FROM vault_wrapper w
            WHERE w.envelope_id = vault_envelope.id)""",  # noqa: S608 - a rule, no query
        "insert": "true",
        "delete": OWNER,
    }
    handling: ClassVar = {Handling.OPEN: {"id"}, Handling.SECRET: {"ciphertext"}}

    def __str__(self) -> str:
        return str(self.pk)


class Wrapper(Record):
    """A record's key, sealed to one holder."""

    class Kind(models.TextChoices):
        DESK = "desk"
        RECEIPT = "receipt"

    envelope = models.ForeignKey(Envelope, models.CASCADE, related_name="wrappers")
    holder = models.UUIDField()
    kind = models.CharField(max_length=8, choices=Kind.choices)
    # Which version of the desk's key; a receipt has one key for life, so none.
    key_id = models.UUIDField(null=True)
    sealed_key = models.BinaryField()

    # No desk may delete here: erasing goes through vault_erase, which leaves the proof.
    grants: ClassVar = {**dict.fromkeys(DESK_ROOMS, "SIU"), "portal": "SID", "administration": "I"}
    policy: ClassVar = {"select": MINE, "insert": "true", "update": MINE, "delete": MINE}
    handling: ClassVar = {
        Handling.OPEN: {"id", "envelope", "holder", "kind", "key_id"},
        Handling.SECRET: {"sealed_key"},
    }

    class Meta:
        indexes = (models.Index(fields=("holder", "key_id"), name="vault_wrapper_of_a_key"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.holder}"


class DeskKey(Record):
    """One version of a desk's key: the public half. The private half is only in grants."""

    desk_id = models.UUIDField()
    public = models.BinaryField(max_length=32)
    # As it was when this version was made; the one in force is what its grant is sealed to.
    recovery_public = models.BinaryField(max_length=32)
    version = models.PositiveIntegerField(default=1)
    active = models.BooleanField(default=True)

    grants: ClassVar = {
        **dict.fromkeys(DESK_ROOMS, "S"), "portal": "S", "administration": "SIU",
    }  # fmt: skip
    handling: ClassVar = {
        Handling.OPEN: {"id", "desk_id", "public", "recovery_public", "version", "active"}
    }

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("desk_id",),
                condition=models.Q(active=True),
                name="vault_one_active_key_a_desk",
            ),
            models.UniqueConstraint(fields=("desk_id", "version"), name="vault_key_versions"),
        )

    def __str__(self) -> str:
        return f"{self.desk_id} {self.version}"


class MemberKey(Record):
    """The public half of a member's key; a forgotten password makes a new one."""

    member_id = models.UUIDField(unique=True)
    public = models.BinaryField(max_length=32)

    grants: ClassVar = {
        **dict.fromkeys(DESK_ROOMS, "S"), "administration": "SID", "door": "SIUD",
    }  # fmt: skip
    handling: ClassVar = {Handling.OPEN: {"id", "member_id", "public"}}

    def __str__(self) -> str:
        return str(self.member_id)


class MemberSecret(Record):
    """The private half, wrapped by Argon2id of the password. Read at the door only."""

    key = models.OneToOneField(MemberKey, models.CASCADE, related_name="secret")
    salt = models.BinaryField(max_length=16)
    operations = models.PositiveIntegerField()
    memory = models.PositiveBigIntegerField()
    wrapped = models.BinaryField()

    grants: ClassVar = {"administration": "ID", "door": "SIUD"}
    handling: ClassVar = {
        Handling.OPEN: {"id", "key", "operations", "memory"},
        Handling.SECRET: {"salt", "wrapped"},
    }

    def __str__(self) -> str:
        return str(self.key_id)


class Grant(Record):
    """One version of a desk's private key, sealed to one member, or to the recovery key."""

    desk_id = models.UUIDField()
    key = models.ForeignKey(DeskKey, models.CASCADE, related_name="grants_made", db_index=False)
    member_id = models.UUIDField(null=True)  # none: the recovery key's
    sealed_to = models.BinaryField(max_length=32)
    sealed = models.BinaryField()

    grants: ClassVar = {**dict.fromkeys(DESK_ROOMS, "SID"), "administration": "SID"}
    policy: ClassVar = {
        "select": f"{KEEPER} OR desk_id = {OWN}",
        "insert": f"{KEEPER} OR desk_id = {OWN}",
        "delete": f"{KEEPER} OR desk_id = {OWN}",
    }
    handling: ClassVar = {
        Handling.OPEN: {"id", "desk_id", "key", "member_id", "sealed_to"},
        Handling.SECRET: {"sealed"},
    }

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("key", "member_id"), nulls_distinct=False, name="vault_one_grant_a_member"
            ),
        )

    def __str__(self) -> str:
        return f"{self.key_id} for {self.member_id}"


class Unlocked(Record):
    """A member's private key for one session, wrapped under a key only a cookie holds."""

    member_id = models.UUIDField(db_index=True)
    wrapped = models.BinaryField()
    expires_at = models.DateTimeField()
    seen_at = models.DateTimeField(default=timezone.now)

    grants: ClassVar = {"administration": "SD", "door": "SIUD"}
    handling: ClassVar = {
        Handling.OPEN: {"id", "expires_at"},
        Handling.STAFF: {"member_id", "seen_at"},
        Handling.SECRET: {"wrapped"},
    }

    def __str__(self) -> str:
        return str(self.member_id)


class Erasure(Record):
    """Proof that a record's wrappers were destroyed: how many, and the digest of what they were."""

    envelope_id = models.UUIDField(unique=True)
    wrappers = models.PositiveIntegerField()
    digest = models.BinaryField(max_length=32)
    erased_at = models.DateTimeField()

    grants: ClassVar = {**dict.fromkeys(DESK_ROOMS, "S"), "portal": "S", "administration": "S"}
    handling: ClassVar = {Handling.OPEN: {"id", "envelope_id", "wrappers", "digest", "erased_at"}}

    def __str__(self) -> str:
        return str(self.envelope_id)
