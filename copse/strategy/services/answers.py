"""Answering the nodes of frameworks, one answer at a time.

A newer answer replaces the one before, which stays. Nothing here is ever written by a crosswalk:
only people answer.
"""

from collections.abc import Iterable
from enum import StrEnum

from django.db import connection
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from copse.base import access, audit
from copse.base.access import Actor
from copse.kit.errors import InputError, RefusedError
from copse.kit.framework.model import Framework, Node, words
from copse.strategy.models import Answer, Ground, Provision
from copse.strategy.queries import frameworks, maturity
from copse.strategy.workflow import FrameworkAction

LONGEST_NOTE = 5000


class NotShown(RefusedError):  # noqa: N818 - named for the state
    """A level above “on paper” was claimed, and no fresh computed indicator shows it."""

    code = "not-shown"


def answer(*, actor: Actor, node_urn: str, value: str, note: str = "") -> Answer:
    """Answer one node of a framework; those of law and treaties are answered with more than this.

    Raises `InputError` for a node or a value that is not asked, `NotShown` for a level without its
    evidence.
    """
    access.require(actor, FrameworkAction.ANSWER)
    framework, node = frameworks.node(node_urn)
    if framework.name in frameworks.ELSEWHERE:
        raise InputError(_("Answer this on the pages of the law, with its articles and days."))
    _check_asked(framework, node, value)
    if len(note) > LONGEST_NOTE:
        raise InputError(_("Keep the note under 5,000 letters."), field="note")
    _check_shown(node, value)
    return keep(actor, FrameworkAction.ANSWER, framework, node, value, note)


def keep(
    actor: Actor, action: StrEnum, framework: Framework, node: Node, value: str, note: str,
    grounds: Iterable[Provision] = (),
) -> Answer:  # fmt: skip
    """Write an answer that was checked, in the place of the one that stood."""
    access.require(actor, action)
    _one_at_a_time(actor, node)
    today = timezone.localdate()
    Answer.objects.filter(node=node.urn, replaced_on=None).update(replaced_on=today)
    made = Answer(
        node=node.urn, version=framework.version, value=value, note=note.strip(),
        answered_by=actor.user_id, answered_on=today,
    )  # fmt: skip
    made.save(force_insert=True)
    Ground.objects.bulk_create(Ground(answer=made, provision=one) for one in grounds)
    audit.record(actor, action, made, framework=framework.name, node=node.id, value=value)
    return made


def _check_asked(framework: Framework, node: Node, value: str) -> None:
    scale = framework.scale_of(node)
    if node.retired or scale is None:
        raise InputError(_("Nobody is asked this any more. Nothing was changed."))
    if value not in scale.values:
        raise InputError(_("Choose one of the answers."), field="value")
    standing = frameworks.standing()
    given = {
        one.id: standing[one.urn].value for one in framework.nodes.values() if one.urn in standing
    }
    if not framework.follows(node, given):
        raise InputError(_("This is asked only after another answer. Give that one first."))


def _check_shown(node: Node, value: str) -> None:
    if not maturity.needs_computed(node, value) or maturity.shown(node, timezone.localdate()):
        return
    language = get_language() or "en"
    names = [f"{one.code} ({words(one.title, language)})" for one in maturity.indicators_of(node)]
    if not names:
        said = _(
            "No indicator is about %(code)s, so nothing can show that it works. "
            "Choose a level up to “on paper”."
        )
        raise NotShown(said % {"code": node.id})
    said = _(
        "No fresh number computed from use shows that %(code)s works. One of these would: "
        "%(indicators)s. Until then choose a level up to “on paper”."
    )
    raise NotShown(said % {"code": node.id, "indicators": ", ".join(names)})


def _one_at_a_time(actor: Actor, node: Node) -> None:
    """Two people who answer the same node wait for each other, so that one answer stands."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 78))",
            [f"{actor.desk.id} {node.urn}"],
        )
