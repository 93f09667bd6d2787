"""The part of the public plan that its law gives."""

from datetime import date
from typing import Any

from django.utils import timezone

from copse.strategy.models import Answer, Work
from copse.strategy.queries import law
from copse.strategy.queries.law_shown import cited


def part() -> dict[str, Any]:
    """Every question, power and treaty as it stands today, and the laws themselves."""
    today = timezone.localdate()
    answers = law.standing_answers()
    nodes = [node for _section, nodes in law.sections() for node in nodes]
    return {
        "law": {
            "questions": [_question(node.id, answers.get(node.id), today) for node in nodes],
            "powers": [
                {"harm": one.harm, "power": one.power, "state": law.power_state(one, today),
                 "gap_since": _day(one.gap_since)}
                for _pair, one in sorted(law.powers().items())
            ],
            "treaties": [
                {"treaty": one.treaty, "state": one.state, "on": _day(one.on),
                 "reservations": one.reservations}
                for _code, one in sorted(law.accessions().items())
            ],
            "works": [
                {"title": one.title, "kind": one.kind, "number": one.number,
                 "passed_on": _day(one.passed_on), "repealed_on": _day(one.repealed_on)}
                for one in Work.objects.order_by("title")
            ],
        }
    }  # fmt: skip


def _question(code: str, answer: Answer | None, today: date) -> dict[str, Any]:
    if answer is None:
        return {"node": code, "state": law.UNKNOWN, "provisions": [], "answered_on": None,
                "reopened": False}  # fmt: skip
    return {
        "node": code, "state": law.standing(answer, today),
        "provisions": [cited(one.provision) for one in answer.grounds.all()],
        "answered_on": _day(answer.answered_on), "reopened": answer.reopened_on is not None,
    }  # fmt: skip


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
