from enum import StrEnum, auto

from copse.kit.workflow import Workflow


class Action(StrEnum):
    """One string is the permission, the audit entry and the button. A release has no stages."""

    VIEW = "observatory.release.view"
    ANNOUNCE = "observatory.release.announce"
    EXAMINE = "observatory.release.examine"
    # The system's own: the attack, in the worker.
    ATTACK = "observatory.release.attack"
    PUBLISH = "observatory.release.publish"
    RECEIVE = "observatory.sheet.receive"
    RECEIVE_PLAN = "observatory.plan.receive"


class ObservationStage(StrEnum):
    """Where one value of an indicator for one period stands."""

    DRAFT = auto()
    SUBMITTED = auto()
    RETURNED = auto()
    APPROVED = auto()
    LOCKED = auto()
    """Its period was closed: only a new vintage can say anything else."""
    REVISED = auto()
    """A later vintage says something else; this one stays to be read."""


class ObservationAction(StrEnum):
    VIEW = "observatory.indicator.view"
    TYPE = "observatory.observation.type"
    SUBMIT = "observatory.observation.submit"
    RETURN = "observatory.observation.return"
    APPROVE = "observatory.observation.approve"
    LOCK = "observatory.observation.lock"
    REVISE = "observatory.observation.revise"
    # The system's own: what is worked out from facts, and what is told to the strategy room.
    COMPUTE = "observatory.observation.compute"
    SEND = "observatory.observation.send"


_O = ObservationStage
OBSERVATION = Workflow(
    _O.DRAFT,
    (ObservationAction.SUBMIT, (_O.DRAFT, _O.RETURNED), _O.SUBMITTED),
    (ObservationAction.RETURN, _O.SUBMITTED, _O.RETURNED),
    (ObservationAction.APPROVE, _O.SUBMITTED, _O.APPROVED),
    # A computed value that has all its months needs nobody's hand (ADR 0096).
    (ObservationAction.COMPUTE, _O.DRAFT, _O.APPROVED),
    (ObservationAction.LOCK, _O.APPROVED, _O.LOCKED),
    (ObservationAction.REVISE, (_O.APPROVED, _O.LOCKED), _O.REVISED),
)
