from typing import ClassVar

from django.db import models

from copse.base.database import Handling, Record
from copse.base.database.today import ThisWeek, this_week


class Draft(Record):
    """What one browser has typed, its receipt, or its opened mailbox.

    The id is a hash of the browser's cookie and the content opens only with a key made from it,
    so the row says nothing to whoever has the database.
    """

    content = models.BinaryField()
    # Rounded to five minutes, and gone with the row.
    expires_at = models.DateTimeField(db_index=True)

    grants: ClassVar = {"portal": "SIUD"}
    handling: ClassVar = {Handling.OPEN: {"id", "expires_at"}, Handling.SECRET: {"content"}}


class Receipt(Record):
    """What a code opens. Without the code the private key stays closed."""

    selector = models.BinaryField(unique=True)
    salt = models.BinaryField()
    verifier = models.BinaryField()
    public_key = models.BinaryField()
    private_key = models.BinaryField()
    concern = models.UUIDField(unique=True)
    status_code = models.CharField(max_length=20, default="received")
    withdrawn = models.BooleanField(default=False)
    # The clock of retention; a day would say when somebody came back.
    used_week = models.DateField(default=this_week, db_default=ThisWeek(), db_index=True)

    grants: ClassVar = {"portal": "SIUD"}
    handling: ClassVar = {
        Handling.OPEN: {"id", "concern", "status_code", "withdrawn", "public_key"},
        Handling.REPORTER: {"used_week"},
        Handling.SECRET: {"selector", "salt", "verifier", "private_key"},
    }


class Letter(Record):
    """One answer from the desk, sealed to the receipt in `envelope`."""

    receipt = models.ForeignKey(Receipt, models.CASCADE, related_name="letters")
    number = models.PositiveIntegerField()
    envelope = models.UUIDField()

    grants: ClassVar = {"portal": "SID"}
    handling: ClassVar = {Handling.OPEN: {"id", "receipt", "number", "envelope"}}

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("receipt", "number"), name="portal_letter_in_order"),
        )


class SpentTicket(Record):
    """A ticket for one check of a code that has been used; the id is the ticket's own."""

    expires_at = models.DateTimeField(db_index=True)

    grants: ClassVar = {"portal": "SID"}
    handling: ClassVar = {Handling.OPEN: {"id", "expires_at"}}


class Tally(Record):
    """How many began and how many sent, by month and language. Never who, never when."""

    month = models.CharField(max_length=7)
    language = models.CharField(max_length=8)
    event = models.CharField(max_length=12)
    # Spread over several rows, so that parallel reports do not wait for one another.
    shard = models.PositiveSmallIntegerField()
    count = models.PositiveIntegerField(default=0)

    grants: ClassVar = {"portal": "SIU"}
    handling: ClassVar = {Handling.OPEN: {"id", "month", "language", "event", "shard", "count"}}

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("month", "language", "event", "shard"), name="portal_tally_once"
            ),
        )
