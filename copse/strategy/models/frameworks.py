from typing import ClassVar

from django.db import models
from django.db.models import Q

from copse.base.database import DeskRecord, Handling
from copse.strategy.models.law import Provision
from copse.strategy.models.plan import OWN


class Framework(DeskRecord):
    """One version of a framework as it was loaded: its text and SHA-256, never changed."""

    urn = models.CharField(max_length=120)
    version = models.IntegerField()
    body = models.TextField()
    sha256 = models.CharField(max_length=64)
    loaded_on = models.DateField()

    grants: ClassVar = {"strategy": "SI"}
    handling: ClassVar = {
        Handling.OPEN: {"id", "desk_id", "urn", "version", "body", "sha256", "loaded_on"}
    }

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("desk_id", "urn", "version"), name="strategy_framework_version"
            ),
        )

    def __str__(self) -> str:
        return f"{self.urn} {self.version}"


class Crosswalk(DeskRecord):
    """One text of a crosswalk of the country's own, as it was loaded; the newest number counts."""

    name = models.CharField(max_length=170)  # arbora--itu-brief, as its file is called
    number = models.IntegerField()
    body = models.TextField()
    sha256 = models.CharField(max_length=64)
    loaded_on = models.DateField()

    grants: ClassVar = {"strategy": "SI"}
    handling: ClassVar = {
        Handling.OPEN: {"id", "desk_id", "name", "number", "body", "sha256", "loaded_on"}
    }

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("desk_id", "name", "number"), name="strategy_crosswalk_number"
            ),
        )

    def __str__(self) -> str:
        return f"{self.name} {self.number}"


class Answer(DeskRecord):
    """What a person answered to one node of a framework. A newer answer replaces, none is lost."""

    node = models.CharField(max_length=160)  # urn:copse:framework:law:LAW-1
    version = models.IntegerField()
    value = models.CharField(max_length=20)
    note = models.TextField(blank=True)
    answered_by = models.UUIDField()
    answered_on = models.DateField()
    replaced_on = models.DateField(null=True)
    # Set when a law it rests on was amended: the answer stands, and is asked for again.
    reopened_on = models.DateField(null=True)
    reopened_because = models.CharField(max_length=300, blank=True)
    provisions = models.ManyToManyField(Provision, through="Ground", related_name="answers")

    grants: ClassVar = OWN
    handling: ClassVar = {
        Handling.OPEN: {"id", "desk_id", "node", "version", "value", "note", "answered_on",
                        "replaced_on", "reopened_on", "reopened_because"},
        Handling.STAFF: {"answered_by"},
    }  # fmt: skip

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("desk_id", "node"),
                condition=Q(replaced_on=None),
                name="strategy_answer_one_stands",
            ),
        )

    def __str__(self) -> str:
        return f"{self.node} {self.value}"

    @property
    def code(self) -> str:
        """The node's id within its framework: LAW-1."""
        return str(self.node).rpartition(":")[2]


class Ground(DeskRecord):
    """The provision that an answer rests on."""

    answer = models.ForeignKey(Answer, models.PROTECT, related_name="grounds")
    provision = models.ForeignKey(Provision, models.PROTECT, related_name="grounds")

    grants: ClassVar = OWN
    handling: ClassVar = {Handling.OPEN: {"id", "desk_id", "answer", "provision"}}

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("answer", "provision"), name="strategy_ground_once"),
        )

    def __str__(self) -> str:
        return f"{self.answer_id} {self.provision_id}"
