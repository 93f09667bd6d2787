from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from copse.base.database import DeskRecord, Handling
from copse.strategy.models.plan import OWN


class Work(DeskRecord):
    """A law as such, whatever its language or version: the Cybercrime Act 2019."""

    reference = models.CharField(max_length=16)
    title = models.CharField(max_length=300)
    kind = models.CharField(max_length=20)  # constitution, act, decree, regulation, code, bill
    number = models.CharField(max_length=40, blank=True)
    passed_on = models.DateField(null=True)  # a bill has none
    repealed_on = models.DateField(null=True)

    grants: ClassVar = OWN
    handling: ClassVar = {
        Handling.OPEN: {"id", "desk_id", "reference", "title", "kind", "number", "passed_on",
                        "repealed_on"}
    }  # fmt: skip

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("desk_id", "reference"), name="strategy_work_reference"
            ),
        )

    def __str__(self) -> str:
        return self.title


class Expression(DeskRecord):
    """The text of a law in one language as it stood from a day on."""

    work = models.ForeignKey(Work, models.PROTECT, related_name="expressions")
    language = models.CharField(max_length=8)
    as_of = models.DateField()
    text = models.TextField(blank=True)
    url = models.URLField(blank=True)

    grants: ClassVar = OWN
    handling: ClassVar = {
        Handling.OPEN: {"id", "desk_id", "work", "language", "as_of", "text", "url"}
    }

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("work", "language", "as_of"), name="strategy_expression_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.work_id} {self.language} {self.as_of}"


class Provision(DeskRecord):
    """One article or section that questions and labels can rest on."""

    work = models.ForeignKey(Work, models.PROTECT, related_name="provisions")
    number = models.CharField(max_length=40)  # 12(3)
    place = models.IntegerField(default=0)
    heading = models.CharField(max_length=300, blank=True)
    text = models.TextField(blank=True)
    commenced_on = models.DateField(null=True)
    repealed_on = models.DateField(null=True)

    grants: ClassVar = OWN
    handling: ClassVar = {
        Handling.OPEN: {"id", "desk_id", "work", "number", "place", "heading", "text",
                        "commenced_on", "repealed_on"}
    }  # fmt: skip

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("work", "number"), name="strategy_provision_number"),
            models.CheckConstraint(
                name="strategy_provision_ends_after_it_began",
                condition=Q(repealed_on=None)
                | Q(commenced_on=None)
                | Q(repealed_on__gte=F("commenced_on")),
            ),
        )

    def __str__(self) -> str:
        return self.number


class Amendment(DeskRecord):
    """One law changed another on a day; the answers that rest on what it touched are reopened."""

    amended = models.ForeignKey(Work, models.PROTECT, related_name="amendments")
    by = models.ForeignKey(Work, models.PROTECT, related_name="amends")
    on = models.DateField()
    provisions = models.JSONField(default=list, blank=True)  # numbers; none means all
    what = models.TextField(blank=True)

    grants: ClassVar = OWN
    handling: ClassVar = {
        Handling.OPEN: {"id", "desk_id", "amended", "by", "on", "provisions", "what"}
    }

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="strategy_amendment_by_another_law", condition=~Q(amended=F("by"))
            ),
        )

    def __str__(self) -> str:
        return f"{self.amended_id} {self.on}"


class Power(DeskRecord):
    """Whether somebody has one power against one harm, and since when the gap is known."""

    harm = models.CharField(max_length=40)  # codes in frameworks/harms-powers
    power = models.CharField(max_length=40)
    state = models.CharField(max_length=10)  # as the legal questions: unknown … repealed
    holder_id = models.UUIDField(null=True)  # an organisation
    provision = models.ForeignKey(Provision, models.PROTECT, null=True, related_name="powers")
    gap_since = models.DateField(null=True)

    grants: ClassVar = OWN
    handling: ClassVar = {
        Handling.OPEN: {"id", "desk_id", "harm", "power", "state", "holder_id", "provision",
                        "gap_since"}
    }  # fmt: skip

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("desk_id", "harm", "power"), name="strategy_power_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.harm} {self.power}"


class Accession(DeskRecord):
    """Where the country stands with one treaty."""

    treaty = models.CharField(max_length=40)  # code in frameworks/treaties
    state = models.CharField(max_length=10)  # none, signed, ratified, denounced
    on = models.DateField(null=True)
    reservations = models.TextField(blank=True)

    grants: ClassVar = OWN
    handling: ClassVar = {Handling.OPEN: {"id", "desk_id", "treaty", "state", "on", "reservations"}}

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("desk_id", "treaty"), name="strategy_accession_once"),
        )

    def __str__(self) -> str:
        return self.treaty


class LabelGround(DeskRecord):
    """A provision that a label of the hotline rests on."""

    label = models.CharField(max_length=40)  # code in taxonomies/material_label
    provision = models.ForeignKey(Provision, models.PROTECT, related_name="labels")

    grants: ClassVar = {"strategy": "SIUD"}
    handling: ClassVar = {Handling.OPEN: {"id", "desk_id", "label", "provision"}}

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("label", "provision"), name="strategy_label_ground"),
        )

    def __str__(self) -> str:
        return f"{self.label} {self.provision_id}"
