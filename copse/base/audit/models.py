"""What is kept about an act. The leaves of the tree are made by migrations/0002_log.py alone."""

from typing import ClassVar

from django.db import models

from copse.base.database import Handling, Record

# The owner checks the whole log. It could lift the rule anyway, and no process that serves runs as it.
OWNER = "current_user = 'copse_owner'"
WRITERS = (
    "hotline", "helpline", "industry", "enforcement", "regulator", "strategy", "observatory",
    "participation", "learn", "administration",
)  # fmt: skip
OWN_ROOM = "('copse_' || room) = current_user"
HERE = "NULLIF(current_setting('copse.desk', true), '')::uuid"
# A link's holder writes at the desk whose link it is, in nobody's name but its own.
BY_LINK = "(current_user = 'copse_link' AND member = '00000000-0000-4000-8000-000000000002')"
# The portal writes and never reads; the country's administration can check what it wrote.
PORTALS_CHECKER = (
    f"(room = 'portal' AND current_user = 'copse_administration' AND {HERE} IS NOT NULL)"
)


class Entry(models.Model):
    """One act or refusal at one desk. Its digest is a leaf of the tree; erasing it is allowed.

    The random nonce is part of the digest, so that a leaf whose entry is gone can be guessed by
    nobody.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    desk_id = models.UUIDField(null=True, editable=False)
    room = models.CharField(max_length=20)
    at = models.DateTimeField()
    member = models.UUIDField(null=True)
    action = models.CharField(max_length=80)
    subject = models.UUIDField(null=True, db_index=True)
    outcome = models.CharField(max_length=8)
    codes = models.JSONField(default=dict)
    nonce = models.BinaryField(max_length=16)
    digest = models.BinaryField(max_length=32)

    grants: ClassVar = {**dict.fromkeys(WRITERS, "SI"), "portal": "I", "link": "I"}
    policy: ClassVar = {
        "select": f"({OWN_ROOM} AND desk_id = {HERE}) OR {PORTALS_CHECKER} OR {OWNER}",
        "insert": f"({OWN_ROOM} OR {BY_LINK}) AND desk_id IS NOT DISTINCT FROM {HERE}",
    }
    through_link: ClassVar = BY_LINK
    handling: ClassVar = {
        Handling.OPEN: {"id", "desk_id", "room", "action", "outcome", "codes"},
        Handling.STAFF: {"member", "at", "subject"},
        Handling.SECRET: {"nonce", "digest"},
    }

    class Meta:
        db_table = "audit_entry"

    def __str__(self) -> str:
        return f"{self.action} ({self.outcome})"


class SignedCheckpoint(Record):
    """A signed statement of the log's length and root, as it went to the witness."""

    size = models.BigIntegerField()
    note = models.TextField()
    taken_at = models.DateTimeField(auto_now_add=True)

    grants: ClassVar = {"administration": "SI"}
    handling: ClassVar = {Handling.OPEN: {"id", "size", "note", "taken_at"}}

    class Meta:
        db_table = "audit_checkpoint"

    def __str__(self) -> str:
        return f"{self.size} entries"
