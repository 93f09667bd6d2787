"""What every table says about itself: its key, who may touch it, how each field is handled."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q

from copse.base.database.context import context
from copse.base.database.handling import Handling
from copse.kit.workflow import Workflow


class Record(models.Model):
    """A row with a random key. Never time-ordered: a key must not tell when a report was made."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)

    grants: ClassVar[dict[str, str]]
    handling: ClassVar[dict[Handling, set[str]]]

    class Meta:
        abstract = True


def current_desk() -> uuid.UUID:
    """The desk whose compartment is open. Raises `RuntimeError` outside of one."""
    opened = context()
    if opened is None or opened.desk is None:
        raise RuntimeError("Not inside a desk: open one with database.as_desk.")
    return opened.desk


class DeskRecord(Record):
    """A row that belongs to one desk; the database shows it to no other."""

    desk_id = models.UUIDField(default=current_desk, editable=False, db_index=False)

    class Meta:
        abstract = True


def stage_constraint(flow: Workflow, *, name: str, field: str = "stage") -> models.CheckConstraint:
    """A check that `field` holds a stage of the process and nothing else."""
    stages = [str(stage) for stage in flow.stages]
    return models.CheckConstraint(name=name, condition=Q(**{f"{field}__in": stages}))
