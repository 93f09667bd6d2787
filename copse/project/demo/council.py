"""Who was heard about Arbora's plan and answered; its council follows in `table.py`."""

from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from copse.base import database
from copse.base.access import Actor
from copse.project.demo import table
from copse.project.demo.people import Cast
from copse.strategy.models import Consultation, Strategy
from copse.strategy.services import consultations
from copse.strategy.workflow import ConsultationStage

SAFE = (
    "Two trained adults from the youth council, never one alone. Assent from each child and "
    "consent from home. Anybody may stop, and nobody asks why. The helpline sits in the next room."
)
GROWN_UPS = "Written answers; names are not asked. Whoever tells of a child is shown the helpline."


@dataclass(frozen=True)
class Asked:
    """A consultation: what, whom, how many came of which ages, what they said, the answer; days."""

    title: str
    question: str
    groups: tuple[str, ...]
    ages: tuple[str, ...] = ()
    people: int = 0
    heard: str = ""
    answer: str = ""
    heard_days: int = 0  # ago
    answer_after: int = 0
    closed: bool = False


ASKED = (
    Asked(
        "What should happen when something goes wrong online?",
        "Whom would you tell, what would stop you, and what should happen then?",
        ("S6",), ("9-12", "13-15", "16-17"), 64,
        "They want to know who reads what they write, and to hear what became of it. "
        "They fear that the phone is taken away.",
        "The portal says who reads it before the first question, and everyone gets a code to see "
        "the answer. We ask parents, in the campaign, to leave the phone.",
        heard_days=290, answer_after=41, closed=True,
    ),
    Asked(
        "Growing up with a disability and a phone",
        "What is hard to use, what helps, and who should know?",
        ("S5", "S6"), ("9-12", "13-15"), 11,
        "Forms that end before one has finished. Nobody signs at the police.",
        "The portal keeps what was written for a day. Two police desks have an interpreter by sign "
        "from spring.",
        heard_days=160, answer_after=55,
    ),
    Asked(
        "What a duty of care would ask of providers",
        "Which duties can small services carry, and in what time?",
        ("S1", "S2", "S4", "S7"), (), 38,
        "Small services ask for a short list of questions. The police ask for one address a firm.",
        heard_days=75,
    ),
    Asked(
        "Teachers and nurses: what do you see first?",
        "What do you notice, what do you do then, and what is missing?",
        ("S3", "S5"),
    ),
)  # fmt: skip


def fill(cast: Cast) -> None:
    """Hear the country about its plan, so that it can be signed; then seat its council."""
    ines, leo = cast.actor("ines"), cast.actor("leo")
    with database.as_desk(ines.desk, ines.user_id):
        strategy = Strategy.objects.get()
        made = [(one, _design(ines, strategy, one)) for one in ASKED]
    with database.as_desk(leo.desk, leo.user_id):
        for one, row in made:
            if one.heard:
                consultations.safeguard(actor=leo, consultation=row)
    with database.as_desk(ines.desk, ines.user_id):
        for one, row in made:
            if one.heard:
                _carry(ines, one, row)
    table.fill(cast)


def _design(ines: Actor, strategy: Strategy, one: Asked) -> Consultation:
    return consultations.design(
        actor=ines, strategy=strategy, title=one.title, question=one.question,
        groups=list(one.groups), children=bool(one.ages),
        safeguarding=SAFE if one.ages else GROWN_UPS,
    )  # fmt: skip


def _carry(ines: Actor, one: Asked, row: Consultation) -> None:
    heard_on = timezone.localdate() - timedelta(days=one.heard_days)
    consultations.open_(actor=ines, consultation=row, on=heard_on - timedelta(days=20))
    consultations.hear(
        actor=ines, consultation=row, people=one.people, groups=one.groups, age_bands=one.ages,
        heard=one.heard, on=heard_on,
    )  # fmt: skip
    if not one.answer:
        return
    row = consultations.answer(actor=ines, consultation=row, answer=one.answer)
    if one.closed:
        row = consultations.close(actor=ines, consultation=row)
    _long_ago(row, one)


def _long_ago(row: Consultation, one: Asked) -> None:
    """Answers are dated today by the service; the demo's year needs them where they fell."""
    row.answered_on = (row.heard_on or timezone.localdate()) + timedelta(days=one.answer_after)
    if row.stage == ConsultationStage.CLOSED:
        row.closed_on = row.answered_on + timedelta(days=7)
    row.save(update_fields=["answered_on", "closed_on"])
