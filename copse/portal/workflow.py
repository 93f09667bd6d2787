"""What somebody at the portal can do, and the questions in their order."""

from enum import StrEnum, auto


class Action(StrEnum):
    """Words of the audit log; the public side is open, so nobody holds these as permissions."""

    SUBMIT = "portal.concern.submit"
    MESSAGE = "portal.message.send"
    WITHDRAW = "portal.concern.withdraw"
    RECEIVE = "portal.answer.receive"
    ERASE = "portal.receipt.erase"


class Door(StrEnum):
    """Which of the two doors somebody came through. The address shows only the letter."""

    SAW = "a"
    HAPPENED = "b"

    @property
    def journey(self) -> str:
        return "saw" if self is Door.SAW else "happened"


class Question(StrEnum):
    """One question a page, in this order; only the first must be answered."""

    KIND = auto()
    CLOSER = auto()
    WHERE = auto()
    STORY = auto()
    AGE = auto()
    DANGER = auto()
    CONTACT = auto()


QUESTIONS = tuple(Question)


def following(question: Question, answers: dict[str, dict[str, str]]) -> Question | None:
    """The next question after this one, or None at the end."""
    place = QUESTIONS.index(question) + 1
    if place < len(QUESTIONS) and QUESTIONS[place] is Question.CLOSER and not _has_class(answers):
        place += 1
    return QUESTIONS[place] if place < len(QUESTIONS) else None


def previous(question: Question, answers: dict[str, dict[str, str]]) -> Question | None:
    """The question before this one, or None at the first."""
    place = QUESTIONS.index(question) - 1
    if place > 0 and QUESTIONS[place] is Question.CLOSER and not _has_class(answers):
        place -= 1
    return QUESTIONS[place] if place >= 0 else None


def _has_class(answers: dict[str, dict[str, str]]) -> bool:
    # Somebody who is not sure about the kind is not asked to be surer.
    return answers.get(Question.KIND, {}).get("kind", "unsure") != "unsure"
