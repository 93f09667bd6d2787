from typing import ClassVar

from django.db import models

from copse.base.audit.models import WRITERS
from copse.base.database import DeskRecord, Handling, stage_constraint
from copse.base.database.today import this_hour
from copse.base.outbox.workflow import FLOW, Stage


class Message(DeskRecord):
    """One mail or webhook on its way. Its body goes as soon as somebody took it."""

    kind = models.CharField(max_length=60)
    channel = models.CharField(max_length=8)
    recipient = models.CharField(max_length=500)
    title = models.CharField(max_length=200)
    stable_id = models.CharField(max_length=200)
    body = models.BinaryField()
    stage = models.CharField(max_length=10, default=Stage.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    problem = models.CharField(max_length=40, blank=True)
    # Both are rounded: a duty mail is written seconds after its report, and must not date it.
    written_at = models.DateTimeField(default=this_hour)
    next_at = models.DateTimeField()

    grants: ClassVar = dict.fromkeys(WRITERS, "SIU")
    handling: ClassVar = {
        Handling.OPEN: {
            "id", "desk_id", "kind", "channel", "stable_id", "stage", "attempts", "problem",
            "written_at", "next_at",
        },
        Handling.STAFF: {"recipient"},
        # A notice names addresses of material; nothing a reporter wrote may stand here.
        Handling.CHILD: {"title", "body"},
    }  # fmt: skip

    class Meta:
        db_table = "outbox_message"
        constraints = (stage_constraint(FLOW, name="outbox_message_stage"),)
        indexes = (
            models.Index(
                fields=("desk_id", "written_at", "id"),
                condition=models.Q(stage__in=("waiting", "sending", "failed")),
                name="outbox_undelivered",
            ),
            models.Index(
                fields=("desk_id", "written_at"),
                condition=models.Q(stage__in=("delivered", "dismissed")) & ~models.Q(recipient=""),
                name="outbox_gone_out",
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.stable_id}"
