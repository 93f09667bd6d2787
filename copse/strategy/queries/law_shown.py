"""Laws, questions, powers and treaties as their pages print them."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from django.utils import timezone

from copse.kit import terms
from copse.kit.framework.model import Node
from copse.strategy.models import Accession, Answer, Expression, LabelGround, Power, Provision, Work
from copse.strategy.queries import law, law_wording
from copse.strategy.queries.plan import names
from copse.strategy.queries.wording import Tag, Text

# A law, and its articles with the state of each.
ByLaw = tuple[str, list[tuple[str, Tag]]]
YES, GAP, NOT_KNOWN = "✓", "✕", "?"


@dataclass(frozen=True)
class Question:
    """A question with where it stands today, and on what."""

    code: str
    name: str
    tag: Tag
    provisions: list[str]
    since: date | None
    answer: Answer | None

    @property
    def reopened(self) -> bool:
        return self.answer is not None and self.answer.reopened_on is not None


@dataclass(frozen=True)
class Cell:
    """One harm against one power; `age` is the days since when a gap is known."""

    harm: Node
    power: Node
    row: Power | None
    tag: Tag
    sign: str
    age: int | None

    @property
    def name(self) -> str:
        return f"{law_wording.name(self.harm)} · {law_wording.name(self.power)}"


def register(works: list[Work]) -> list[tuple[Work, Any, int, int]]:
    """Each law: its kind in words, how many articles it has, how many are in force."""
    today = timezone.localdate()
    rows = []
    for work in works:
        states = [law.state_of(one, today) for one in work.provisions.all()]
        kind = law_wording.KINDS.get(work.kind, work.kind)
        rows.append((work, kind, len(states), states.count(law.IN_FORCE)))
    return rows


def provisions(work: Work) -> list[tuple[Provision, Tag]]:
    """The articles of a law, each with its state today."""
    today = timezone.localdate()
    return [(one, law_wording.state(law.state_of(one, today))) for one in work.provisions.all()]


def texts(work: Work) -> list[tuple[Expression, Text]]:
    """The texts of a law, each with its language."""
    names = law_wording.LANGUAGES
    return [(one, names.get(one.language, one.language)) for one in work.expressions.all()]


def tag_of(provision: Provision) -> Tag:
    """The state of an article today."""
    return law_wording.state(law.state_of(provision, timezone.localdate()))


def flags(expression: Expression) -> terms.Finding:
    """The words of a text that should be replaced, where its language has a list of them."""
    if expression.language not in terms.LANGUAGES:
        return terms.Finding((), 0)
    return _found(expression.text, expression.language)


@lru_cache(maxsize=8)
def _found(text: str, language: str) -> terms.Finding:
    # A long code of law takes a second to search, and its text never changes.
    return terms.lint(text, language)


def cited(provision: Provision) -> str:
    """How an article is cited: the Cybercrime Act 2019, 12(3)."""
    return f"{provision.work}, {provision}"


def question(node: Node, answer: Answer | None) -> Question:
    """One question with its answer today."""
    today = timezone.localdate()
    if answer is None:
        empty: list[str] = []
        return Question(node.id, law_wording.name(node), law_wording.state(law.UNKNOWN), empty,
                        None, None)  # fmt: skip
    rests_on = [one.provision for one in answer.grounds.all()]
    state = law.standing(answer, today)
    days = [one.commenced_on for one in rests_on if law.state_of(one, today) == law.IN_FORCE]
    since = min((one for one in days if one is not None), default=None)
    return Question(
        node.id, law_wording.name(node), law_wording.state(state),
        [cited(one) for one in rests_on], since, answer,
    )  # fmt: skip


def questions() -> list[tuple[str, list[Question]]]:
    """The 34 questions by section."""
    answers = law.standing_answers()
    return [
        (law_wording.name(section), [question(node, answers.get(node.id)) for node in nodes])
        for section, nodes in law.sections()
    ]


def summary() -> tuple[int, int, int]:
    """How many questions there are, how many a law in force answers, how many were reopened."""
    found = [one for _section, rows in questions() for one in rows]
    in_force = law_wording.state(law.IN_FORCE)
    return (
        len(found),
        sum(one.tag == in_force for one in found),
        sum(one.reopened for one in found),
    )


def history(answers: list[Answer]) -> list[tuple[Answer, Tag, list[str]]]:
    """Every answer that was given, as a person gave it."""
    return [
        (one, law_wording.state(one.value), [cited(g.provision) for g in one.grounds.all()])
        for one in answers
    ]


def verbs() -> tuple[list[str], list[tuple[Question, list[ByLaw]]]]:
    """The nine verbs against the laws that reach them: titles of laws, and a row for each verb."""
    today, answers = timezone.localdate(), law.standing_answers()
    nodes = law.law().children(law.VERBS)
    rests_on = {
        node.id: [one.provision for one in answers[node.id].grounds.all()]
        if node.id in answers
        else []
        for node in nodes
    }
    titles = sorted({one.work.title for found in rests_on.values() for one in found})
    rows = []
    for node in nodes:
        cells = [
            (
                title,
                [
                    (one.number, law_wording.state(law.state_of(one, today)))
                    for one in rests_on[node.id]
                    if one.work.title == title
                ],
            )
            for title in titles
        ]
        rows.append((question(node, answers.get(node.id)), cells))
    return titles, rows


def matrix() -> tuple[list[tuple[int, str]], list[tuple[str, list[Cell]]]]:
    """The powers with their numbers, and a row of cells for each harm."""
    filled, powers = law.powers(), law.axis("power")
    rows = [
        (law_wording.name(harm), [cell(harm, power, filled.get((harm.id, power.id)))
                                  for power in powers])
        for harm in law.axis("harm")
    ]  # fmt: skip
    return [(n, law_wording.name(one)) for n, one in enumerate(powers, 1)], rows


def cell(harm: Node, power: Node, row: Power | None) -> Cell:
    today = timezone.localdate()
    state = law.power_state(row, today)
    sign = {law.IN_FORCE: YES, law.UNKNOWN: NOT_KNOWN}.get(state, GAP)
    age = None
    if row is not None and row.gap_since is not None and law.is_gap(state):
        age = (today - row.gap_since).days
    return Cell(harm, power, row, law_wording.state(state), sign, age)


def gaps(rows: list[tuple[str, list[Cell]]]) -> list[Cell]:
    """The gaps that are known, the oldest first."""
    found = [one for _harm, cells in rows for one in cells if one.sign == GAP]
    return sorted(found, key=lambda one: (-(one.age or 0), one.name))


def count_signs(rows: list[tuple[str, list[Cell]]]) -> Counter[str]:
    return Counter(one.sign for _harm, cells in rows for one in cells)


def power_rows(row: Power | None) -> tuple[str, str]:
    """Who holds a power, and by which article."""
    if row is None:
        return "", ""
    return names().get(str(row.holder_id), ""), cited(row.provision) if row.provision else ""


def treaties() -> list[tuple[str, list[tuple[Node, str, Tag, Accession | None]]]]:
    """The instruments by section: the node, its name, where the country stands."""
    standing = law.accessions()
    framework = law.treaties()
    return [
        (
            law_wording.name(section),
            [(node, law_wording.name(node), bond(node, standing.get(node.id)),
              standing.get(node.id)) for node in framework.children(section.id)],
        )
        for section in framework.children()
    ]  # fmt: skip


def bond(node: Node, row: Accession | None) -> Tag:
    return law_wording.bond(node, row.state if row else law.bonds(node)[0])


def labels() -> list[tuple[str, str, list[tuple[LabelGround, str, Tag]], bool]]:
    """Each label: its code and name, what it rests on, and whether any of that is in force."""
    today, found = timezone.localdate(), []
    for code, grounds in law.grounds_of_labels().items():
        states = [law.state_of(one.provision, today) for one in grounds]
        rows = [
            (one, cited(one.provision), law_wording.state(state))
            for one, state in zip(grounds, states, strict=True)
        ]
        found.append((code, law_wording.label(code), rows, law.IN_FORCE in states))
    return found
