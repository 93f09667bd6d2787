"""The buttons of a record: every step from its stage, open or closed with the reason."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.utils.functional import Promise

from copse.base.access import Actor, may


@dataclass(frozen=True)
class Step:
    """One button. `kind` is "", "secondary" or "warning"; `method` is "post" or "get"."""

    title: str | Promise
    href: str
    open: bool = True
    reason: str | Promise = ""
    kind: str = ""
    method: str = "post"


def step_for(
    actor: Actor,
    action: StrEnum,
    subject: Any,
    *,
    title: str | Promise,
    href: str,
    kind: str = "",
    method: str = "post",
) -> Step:
    """The button for an action, closed with the rule's own sentence when the rule says no."""
    decision = may(actor, action, subject)
    return Step(title, href, bool(decision), decision.reason, kind, method)
