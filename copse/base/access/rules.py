"""Roles, rules, and the one table of which action asks for which rule."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from copse.base.access.actors import LINK_HOLDER, SYSTEM, Actor
from copse.kit.errors import RefusedError

Text = str | Promise


@dataclass(frozen=True)
class Decision:
    """Truthy when the act is open; the reason is the refusal's sentence and the tooltip."""

    allowed: bool
    reason: Text = ""

    def __bool__(self) -> bool:
        return self.allowed


class Denied(RefusedError):  # noqa: N818 - named for the state
    """This person may not do this to this record. On a page it looks like an absent record."""

    code = "denied"


class Rule:
    """A yes or no about an actor and a record, with the sentence for no."""

    def __init__(self, check: Callable[[Actor, Any], bool], reason: Text) -> None:
        self.check = check
        self.reason = reason

    def decide(self, actor: Actor, subject: Any) -> Decision:
        return Decision(True) if self.check(actor, subject) else Decision(False, self.reason)

    def at_door(self, actor: Actor) -> Decision:  # noqa: ARG002 - a rule on a record cannot know yet
        """What can be said before the record is fetched; yes where only the record decides."""
        return Decision(True)

    def conditions(self) -> tuple[Text, ...]:
        """What must hold of the record, as sentences; nothing for a rule about the actor alone."""
        return (self.reason,)


class Role(Rule):
    """A part somebody plays at a desk of one room; as a rule: the actor plays it."""

    def __init__(self, code: str, *, room: str, title: Text, about: Text) -> None:
        self.code = code
        self.room = room
        self.title = title
        self.about = about
        super().__init__(self._held, _("This needs another role than yours."))

    def _held(self, actor: Actor, _subject: Any) -> bool:
        return self.code in actor.roles and actor.desk.room == self.room

    def at_door(self, actor: Actor) -> Decision:
        return self.decide(actor, None)

    def conditions(self) -> tuple[Text, ...]:
        return ()


class _All(Rule):
    def __init__(self, rules: tuple[Rule, ...]) -> None:
        self.rules = rules

    def decide(self, actor: Actor, subject: Any) -> Decision:
        return _first_no(one.decide(actor, subject) for one in self.rules)

    def at_door(self, actor: Actor) -> Decision:
        return _first_no(one.at_door(actor) for one in self.rules)

    def conditions(self) -> tuple[Text, ...]:
        return tuple(condition for one in self.rules for condition in one.conditions())


class _Any(Rule):
    def __init__(self, rules: tuple[Rule, ...]) -> None:
        self.rules = rules

    def decide(self, actor: Actor, subject: Any) -> Decision:
        return _first_yes(one.decide(actor, subject) for one in self.rules)

    def at_door(self, actor: Actor) -> Decision:
        return _first_yes(one.at_door(actor) for one in self.rules)

    def conditions(self) -> tuple[Text, ...]:
        return tuple(condition for one in self.rules for condition in one.conditions())


def _first_no(decisions: Iterable[Decision]) -> Decision:
    return next((decision for decision in decisions if not decision), Decision(True))


def _first_yes(decisions: Iterable[Decision]) -> Decision:
    refused = Decision(False)
    for decision in decisions:
        if decision:
            return decision
        refused = decision
    return refused


_ROLES: dict[str, Role] = {}
_DECLARED: dict[str, Rule] = {}


def role(code: str, *, room: str, title: Text, about: Text) -> Role:
    """Register a role of a room. Raises `ValueError` for a code that is taken."""
    if code in _ROLES:
        message = f"two roles are called {code}"
        raise ValueError(message)
    _ROLES[code] = made = Role(code, room=room, title=title, about=about)
    return made


def rule(reason: Text) -> Callable[[Callable[[Actor, Any], bool]], Rule]:
    """Make a rule of a function of actor and record; `reason` is what the refused reads."""

    def make(check: Callable[[Actor, Any], bool]) -> Rule:
        return Rule(check, reason)

    return make


def all_of(*rules: Rule) -> Rule:
    """Every rule must hold; the first that does not gives the reason."""
    return _All(rules)


def any_of(*rules: Rule) -> Rule:
    """One rule is enough; the last refusal gives the reason."""
    return _Any(rules)


class _Marked(Rule):
    """The actor is of a kind that nobody can be given: the system, the holder of a link."""

    def __init__(self, mark: str, reason: Text) -> None:
        super().__init__(lambda actor, _subject: mark in actor.roles, reason)

    def at_door(self, actor: Actor) -> Decision:
        return self.decide(actor, None)

    def conditions(self) -> tuple[Text, ...]:
        return ()


is_system: Rule = _Marked(SYSTEM, _("Only the system does this."))
is_link_holder: Rule = _Marked(LINK_HOLDER, _("Only who holds the link does this."))


def declare(table: Mapping[StrEnum, Rule]) -> None:
    """Say which rule an action asks for. Raises `ValueError` for an action declared twice."""
    for action, needed in table.items():
        if str(action) in _DECLARED:
            message = f"{action} is declared twice"
            raise ValueError(message)
        _DECLARED[str(action)] = needed


def may(actor: Actor, action: StrEnum, subject: Any = None) -> Decision:
    """Whether the actor may do this; an action that nobody declared is refused."""
    needed = _DECLARED.get(str(action))
    if needed is None:
        return Decision(False, _("Nobody may do this."))
    return needed.decide(actor, subject)


def may_enter(actor: Actor, action: StrEnum) -> Decision:
    """Whether the actor may come to a page of this action, before any record is fetched."""
    needed = _DECLARED.get(str(action))
    return Decision(False) if needed is None else needed.at_door(actor)


def require(actor: Actor, action: StrEnum, subject: Any = None) -> None:
    """Raise `Denied` with the reason, unless the actor may do this."""
    decision = may(actor, action, subject)
    if not decision:
        raise Denied(str(decision.reason), action=str(action))


def roles(room: str | None = None) -> tuple[Role, ...]:
    """The registered roles, of one room or of all."""
    return tuple(one for one in _ROLES.values() if room in (None, one.room))


def declared() -> Mapping[str, Rule]:
    """Every declared action with its rule."""
    return dict(_DECLARED)
