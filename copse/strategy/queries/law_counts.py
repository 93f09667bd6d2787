"""How far the law goes on a day: answers, powers, treaties, grounds of labels, words."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache, lru_cache
from uuid import UUID

from django.db.models import Q
from django.db.models.functions import MD5

from copse.kit import taxonomy, terms
from copse.kit.framework.coverage import Answer as Given
from copse.kit.framework.coverage import Strength, coverage
from copse.kit.framework.crosswalks import Links
from copse.kit.framework.library import shipped
from copse.kit.framework.model import Node, NodeKind
from copse.kit.terms import Finding
from copse.strategy.models import Accession, Answer, Expression, LabelGround, Power
from copse.strategy.queries.law import (
    HARMS,
    IN_FORCE,
    LAW,
    TREATIES,
    in_force,
    is_gap,
    power_state,
    standing,
)

TREATY = "TR-TREATY"
CRITERIA = ("icmec", "opsc", "inspire")
YES = "yes"
# Whether or not with reservations: the scale of the framework says both.
BOUND = ("ratified", "bound")
ANSWERED = ("node", "value", "answered_on", "replaced_on")
Pair = tuple[str, str]
Answers = list[Answer]
Powers = dict[Pair, Power]
Texts = list[tuple[UUID, str, UUID, str, date]]


def answers() -> Answers:
    """Every answer that a person ever gave, oldest first, with the provisions it rests on."""
    found = Answer.objects.order_by("answered_on").only(*ANSWERED)
    return list(found.prefetch_related("grounds__provision__work"))


def answers_on(day: date, answers: Answers) -> dict[str, str]:
    """What a person's answer to each node came to on a day, by URN."""
    return {
        one.node: standing(one, day)
        for one in answers
        if one.answered_on <= day and (one.replaced_on is None or one.replaced_on > day)
    }


def questions() -> tuple[Node, ...]:
    """The questions to the law."""
    return shipped()[LAW].of_kind(NodeKind.QUESTION)


def questions_in_force(day: date, answers: Answers) -> list[Node]:
    """Those whose answer on a day is that the law is in force."""
    found = answers_on(day, answers)
    return [node for node in questions() if found.get(node.urn) == IN_FORCE]


def pairs() -> list[Pair]:
    """Every harm of the framework with every power."""
    nodes = shipped()[HARMS].nodes.values()
    by_axis = {
        axis: [one.id for one in nodes if one.about.get("axis") == axis and not one.retired]
        for axis in ("harm", "power")
    }
    return [(harm, power) for harm in by_axis["harm"] for power in by_axis["power"]]


def gaps(day: date, powers: Powers) -> dict[Pair, Power]:
    """The pairs that somebody looked into and that no power in force covered on a day.

    A pair that nobody wrote about is unknown and no gap. A state without a provision under it is
    taken to have been so always: since when is not kept.
    """
    looked_into = ((pair, powers[pair]) for pair in pairs() if pair in powers)
    return {pair: one for pair, one in looked_into if is_gap(power_state(one, day))}


def treaties() -> list[str]:
    """The treaties of the register."""
    return [node.id for node in shipped()[TREATIES].children(TREATY)]


def treaties_bound(day: date) -> int:
    """How many of them bind the country on a day. When one was denounced is kept as its day."""
    on_the_day = Q(on=None) | Q(on__lte=day)
    found = Accession.objects.filter(on_the_day, state__in=BOUND, treaty__in=treaties())
    return found.count()


def labels() -> tuple[str, ...]:
    """The labels for material that is illegal."""
    return tuple(taxonomy.scheme("material_label").codes(effect="material"))


def grounds() -> list[LabelGround]:
    """What each of them rests on."""
    return list(LabelGround.objects.filter(label__in=labels()).select_related("provision"))


def labels_grounded(day: date, grounds: Iterable[LabelGround]) -> int:
    """How many of them rest on a provision in force on a day."""
    return len({one.label for one in grounds if in_force(one.provision, day)})


@cache
def criteria() -> Mapping[str, tuple[Node, ...]]:
    """The criteria that are answered on a scale, by framework."""
    return {
        name: tuple(
            node
            for node in shipped()[name].of_kind(NodeKind.CRITERION, NodeKind.REQUIREMENT)
            if node.scale
        )
        for name in CRITERIA
    }


def criteria_met(day: date, answers: Answers, links: Links) -> Counter[str]:
    """How many are answered yes by a framework: by a person, or in full by an answer elsewhere."""
    return Counter(dict(_met(frozenset(answers_on(day, answers).items()), links)))


@lru_cache(maxsize=64)
def _met(answers: frozenset[tuple[str, str]], links: Links) -> tuple[tuple[str, int], ...]:
    given = [Given(node, value) for node, value in sorted(answers)]
    return tuple((name, _yes(name, given, links)) for name in CRITERIA)


def _yes(name: str, given: Iterable[Given], links: Links) -> int:
    found = coverage(shipped()[name], given, links.steps)
    met = 0
    for node in criteria()[name]:
        answer, best = found.given.get(node.id), found.best(node.id)
        if answer is not None:
            met += answer.value == YES
        # “Partly, and yes” is for a person to judge, so only a full path counts.
        elif best is not None and best.strength == Strength.FULLY:
            met += best.value == YES
    return met


def texts() -> Texts:
    """Every text of a law in a language that the linter reads, oldest first, without the words."""
    found = Expression.objects.filter(language__in=terms.LANGUAGES).exclude(text="")
    marked = found.annotate(digest=MD5("text")).order_by("as_of")
    return list(marked.values_list("pk", "digest", "work_id", "language", "as_of"))


def words_checked(day: date, texts: Texts) -> int:
    """How many words the newest text of each law in each language has on a day."""
    return sum(one.words for one in _findings(day, texts))


def terms_flagged(day: date, texts: Texts) -> int:
    """How often the linter of terms warns in those texts."""
    return sum(len(one.flags) for one in _findings(day, texts))


def _findings(day: date, texts: Texts) -> list[Finding]:
    newest = {
        (work, language): (key, digest, language)
        for key, digest, work, language, as_of in texts
        if as_of <= day
    }
    return [_finding(*one) for one in newest.values()]


@lru_cache(maxsize=1024)
def _finding(key: UUID, _digest: str, language: str) -> Finding:
    """What the linter finds in a text; its digest makes a changed text a new one."""
    return terms.lint(Expression.objects.get(pk=key).text, language)
