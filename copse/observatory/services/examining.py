"""The attack ahead of a release: asked for at the desk, done in the worker, read at the desk.

It takes longer with each release that is out, so nobody waits for it with a page open. What is
published must be what was attacked: an answer counts only for the question it was given to.
"""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from copse.base import access, audit, database, jobs
from copse.base.access import Actor
from copse.kit.errors import CopseError, LaterError
from copse.kit.stats import Attack, Narrow, Protection
from copse.observatory import queries
from copse.observatory.models import Examination
from copse.observatory.services.question import Question, read
from copse.observatory.workflow import Action

# So many may wait for the worker at once; each is minutes of its work.
MOST = 3
# After so long nobody works at it any more, whatever became of the worker.
LOST = timedelta(hours=6)
LOCK = "observatory.attack"


class NotExamined(LaterError):  # noqa: N818 - named for the state
    """These figures were not attacked yet, or have changed since."""

    code = "not-examined"


class Busy(LaterError):  # noqa: N818 - named for the state
    """Other examinations are waiting for the worker."""

    code = "examinations-waiting"


def ask(*, actor: Actor, until: str, without: Sequence[str] = ()) -> Examination:
    """Have a release attacked, unless it was already or somebody waits for the same.

    Raises `Denied`, what `Question.of` raises, and `Busy` while others wait.
    """
    access.require(actor, Action.EXAMINE)
    queries.lock_releases()
    question = Question.of(until, without)
    done = queries.examination_of(question.digest(queries.release_keys()))
    if done is not None:
        return done
    waiting = queries.examinations_since(timezone.now() - LOST).filter(ended_at=None)
    chosen = sorted({*without})
    for one in waiting:
        if (one.until, one.without) == (until, chosen):
            return one
    if len(waiting) >= MOST:
        raise Busy(_("Other releases are being checked. Wait until that is done."))
    asked = Examination(until=until, without=chosen, asked_by=actor.user_id)
    asked.save(force_insert=True)
    audit.record(actor, Action.EXAMINE, asked, until=until, without=len(chosen))
    jobs.defer("observatory.attack", lock=LOCK, examination=str(asked.pk))
    return asked


def attack(*, actor: Actor, examination: UUID) -> None:
    """Do what was asked for, and keep the answer; the desk's rows are not held meanwhile."""
    access.require(actor, Action.ATTACK)
    with database.as_desk(actor.desk):
        asked = queries.waiting_examination(examination)
        if asked is None:  # a release came out meanwhile, or another worker was quicker
            return
        question, bases = Question.of(asked.until, asked.without), queries.bases()
        asked.question = question.digest(queries.release_keys())
    try:
        found = question.attack(bases)
    except CopseError as failed:
        _keep(actor, asked, trouble=failed.code)
        return
    _keep(
        actor, asked, basis=found.release.to_json(), protected=found.attack.protected,
        narrow=[[*one.key, one.true, one.low, one.high] for one in found.attack.narrow],
    )  # fmt: skip


def _keep(actor: Actor, asked: Examination, **found: object) -> None:
    with database.as_desk(actor.desk):
        if queries.waiting_examination(asked.pk) is None:
            return
        for name, value in {"ended_at": timezone.now(), **found}.items():
            setattr(asked, name, value)
        asked.save(update_fields=["question", "ended_at", *found])
        audit.record(
            actor, Action.ATTACK, asked, question=asked.question, attacked=asked.protected,
            narrow=len(asked.narrow), trouble=asked.trouble,
        )  # fmt: skip


def answer(question: Question) -> Protection:
    """What the worker found for this very question. Raises `NotExamined`."""
    found = queries.examination_of(question.digest(queries.release_keys()))
    if found is None:
        raise NotExamined("These numbers have not been checked yet. Have them checked first.")
    narrow = tuple(
        Narrow((measure, tuple((name, one) for name, one in placed)), true, low, high)
        for measure, placed, true, low, high in found.narrow
    )
    return Protection(read(found.basis), {}, Attack(narrow, found.protected, 0))


def forget() -> None:
    """Remove every examination of this desk: once a release is out, none of them answers anything."""
    Examination.objects.all().delete()
