"""Answering the questions to the law. A state that speaks of a law rests on its provisions."""

from collections.abc import Iterable

from django.utils import timezone
from django.utils.translation import gettext as _

from copse.base import access
from copse.base.access import Actor
from copse.kit.errors import InputError
from copse.kit.framework.model import Node
from copse.strategy.models import Answer, Provision
from copse.strategy.queries import law
from copse.strategy.services import answers
from copse.strategy.workflow import LawAction


def answer(
    *, actor: Actor, node: Node, value: str, provisions: Iterable[Provision] = (), note: str = ""
) -> Answer:
    """Answer a question to the law. The answer before stays, marked as replaced.

    Raises `InputError` where the provisions do not bear the state that is claimed.
    """
    access.require(actor, LawAction.EDIT)
    rests_on = list(provisions)
    check(node, value, rests_on)
    return answers.keep(actor, LawAction.EDIT, law.law(), node, value, note, rests_on)


def check(node: Node, value: str, provisions: list[Provision]) -> None:
    """Raises `InputError` with what to do where a state does not follow from its provisions."""
    scale = law.law().scale_of(node)
    if node.retired or scale is None or value not in scale.values:
        raise InputError(_("Choose one of the states."), field="value")
    if value not in law.RESTS:
        if provisions:
            sentence = _("Name no article here, or choose the state that its articles are in.")
            raise InputError(sentence, field="provisions")
        return
    if not provisions:
        raise InputError(_("Name the article it rests on."), field="provisions")
    today = timezone.localdate()
    if law.follows(provisions, today) != value:
        raise InputError(_refusal(value, provisions), field="value")


def _refusal(value: str, provisions: list[Provision]) -> str:
    today = timezone.localdate()
    furthest = law.follows(provisions, today)
    one = next(one for one in provisions if law.state_of(one, today) == furthest)
    facts = {"law": one.work.title, "number": one.number}
    if value == law.IN_FORCE:
        return _("No article you named is in force today. Name one that is, or choose its state.")
    sentences = {
        law.IN_FORCE: _("%(law)s, %(number)s is in force today. Choose that state."),
        law.PASSED: _("%(law)s, %(number)s has passed and is not in force. Choose that state."),
        law.DRAFT: _("%(law)s is a bill. Choose that state."),
        law.REPEALED: _("All you named is repealed. Choose that state, or name another article."),
    }
    return sentences[furthest] % facts
