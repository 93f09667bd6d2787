"""Reading laws, their provisions, answers, powers and treaties. `…_for` asks whether one may."""

from collections.abc import Iterable
from datetime import date
from typing import TypeVar
from uuid import UUID

from django.db.models import Model, Prefetch, QuerySet
from django.http import Http404

from copse.base import access
from copse.base.access import Actor
from copse.kit import taxonomy
from copse.kit.framework.library import shipped
from copse.kit.framework.model import Framework, Node, NodeKind, UnknownNode, node_of
from copse.strategy.models import (
    Accession,
    Answer,
    Expression,
    LabelGround,
    Power,
    Provision,
    Work,
)
from copse.strategy.workflow import LawAction

LAW, HARMS, TREATIES = "law", "harms-powers", "treaties"
IN_FORCE, PASSED, DRAFT, REPEALED = "in_force", "passed", "draft", "repealed"
ABSENT, UNKNOWN = "absent", "unknown"
RESTS = frozenset({IN_FORCE, PASSED, DRAFT, REPEALED})
"""The states of a question that rest on a provision; nobody can give them without one."""
VERBS = "LAW-C"
BOND, DENOUNCED = "bond", "denounced"
Row = TypeVar("Row", bound=Model)


def in_force(provision: Provision, day: date) -> bool:
    """Whether a provision had commenced by a day and was not repealed."""
    begun = provision.commenced_on is not None and provision.commenced_on <= day
    return begun and (provision.repealed_on is None or provision.repealed_on > day)


def state_of(provision: Provision, day: date) -> str:
    """Where one provision stands on a day."""
    work = provision.work
    if provision.repealed_on is not None and provision.repealed_on <= day:
        return REPEALED
    if in_force(provision, day):
        return IN_FORCE
    return PASSED if work.passed_on is not None and work.passed_on <= day else DRAFT


def follows(provisions: Iterable[Provision], day: date) -> str:
    """The state of a question that rests on these provisions: the furthest any of them came."""
    found = {state_of(one, day) for one in provisions}
    return next((one for one in (IN_FORCE, PASSED, DRAFT) if one in found), REPEALED)


def standing(answer: Answer, day: date) -> str:
    """What an answer comes to on a day: what its provisions say, or else what a person said."""
    provisions = [one.provision for one in answer.grounds.all()]
    return follows(provisions, day) if provisions else answer.value


def law() -> Framework:
    """The 34 questions to the law."""
    return shipped()[LAW]


def sections() -> list[tuple[Node, tuple[Node, ...]]]:
    """The questions by section."""
    return [(one, law().children(one.id)) for one in law().of_kind(NodeKind.SECTION)]


def works_for(viewer: Actor) -> list[Work]:
    """Every law of the register with its provisions, in the order of titles."""
    access.require(viewer, LawAction.VIEW)
    return list(_works().order_by("title"))


def work_for(viewer: Actor, reference: str) -> Work:
    """One law with its provisions, texts and amendments. Raises `Http404`."""
    access.require(viewer, LawAction.VIEW)
    return _found(_works().filter(reference=reference))


def provision_for(viewer: Actor, work: Work, key: UUID) -> Provision:
    """One provision of a law. Raises `Http404`."""
    access.require(viewer, LawAction.VIEW)
    return _found(work.provisions.select_related("work").filter(pk=key))


def text_for(viewer: Actor, work: Work, key: UUID) -> Expression:
    """The text of a law in one language. Raises `Http404`."""
    access.require(viewer, LawAction.VIEW)
    return _found(work.expressions.select_related("work").filter(pk=key))


def provisions_for(viewer: Actor) -> list[Provision]:
    """Every provision of every law, as forms offer them."""
    access.require(viewer, LawAction.VIEW)
    found = Provision.objects.select_related("work")
    return list(found.order_by("work__title", "place", "number"))


def resting_on(provision: Provision) -> list[Answer]:
    """The answers that stand and rest on a provision."""
    return list(Answer.objects.filter(replaced_on=None, provisions=provision).order_by("node"))


def standing_answers() -> dict[str, Answer]:
    """The answer that stands for each question to the law, by its id; none where nobody gave one."""
    found = _answers().filter(replaced_on=None, node__startswith=f"{law().urn}:")
    return {node_of(one.node): one for one in found}


def question_for(viewer: Actor, code: str) -> tuple[Node, list[Answer]]:
    """A question with every answer it was ever given, the newest first. Raises `Http404`."""
    access.require(viewer, LawAction.VIEW)
    node = node_or_404(law(), code, NodeKind.QUESTION)
    found = _answers().filter(node=node.urn)
    return node, sorted(found, key=lambda one: (one.replaced_on is None, one.answered_on),
                        reverse=True)  # fmt: skip


def reopened_for(viewer: Actor) -> list[Answer]:
    """The answers that wait to be given again, the longest waiting first."""
    access.require(viewer, LawAction.VIEW)
    found = _answers().filter(replaced_on=None, reopened_on__isnull=False)
    return list(found.order_by("reopened_on", "node"))


def reopened(viewer: Actor) -> int:
    """How many answers wait for this viewer to give them again; only the legal officer can."""
    if not access.may(viewer, LawAction.EDIT):
        return 0
    return Answer.objects.filter(replaced_on=None, reopened_on__isnull=False).count()


def node_or_404(framework: Framework, code: str, *kinds: NodeKind) -> Node:
    """A node that is in use. Raises `Http404`."""
    try:
        node = framework[code]
    except UnknownNode:
        raise Http404 from None
    if node.retired or (kinds and node.kind not in kinds):
        raise Http404
    return node


def axis(name: str) -> list[Node]:
    """The harms or the powers of the matrix."""
    nodes = shipped()[HARMS].nodes.values()
    return [one for one in nodes if one.about.get("axis") == name and not one.retired]


def powers() -> dict[tuple[str, str], Power]:
    """The cells of the matrix that somebody filled, by harm and power."""
    found = Power.objects.select_related("provision__work")
    return {(one.harm, one.power): one for one in found}


def cell_for(viewer: Actor, harm: str, power: str) -> tuple[Node, Node, Power | None]:
    """One cell of the matrix; None where nobody filled it. Raises `Http404`."""
    access.require(viewer, LawAction.VIEW)
    framework = shipped()[HARMS]
    nodes = node_or_404(framework, harm), node_or_404(framework, power)
    if [one.about.get("axis") for one in nodes] != ["harm", "power"]:
        raise Http404
    return *nodes, powers().get((harm, power))


def power_state(cell: Power | None, day: date) -> str:
    """What a cell comes to on a day: what its provision says, or else what a person said."""
    if cell is None:
        return UNKNOWN
    return state_of(cell.provision, day) if cell.provision else cell.state


def is_gap(state: str) -> bool:
    """Whether a cell in this state is a gap. What nobody looked into is none, it is not known."""
    return state not in (IN_FORCE, UNKNOWN)


def treaties() -> Framework:
    """The treaties and other instruments that a country may have joined."""
    return shipped()[TREATIES]


def accessions() -> dict[str, Accession]:
    """Where the country stands with each instrument, by its code."""
    return {one.treaty: one for one in Accession.objects.all()}


def treaty_for(viewer: Actor, code: str) -> tuple[Node, Accession | None]:
    """One instrument and where the country stands with it. Raises `Http404`."""
    access.require(viewer, LawAction.VIEW)
    node = node_or_404(treaties(), code, NodeKind.ELEMENT)
    return node, accessions().get(code)


def bonds(treaty: Node) -> tuple[str, ...]:
    """The states that a country can be in with a treaty; with guidance, how far it is used."""
    scale = treaties().scale_of(treaty)
    values = scale.values if scale is not None else ()
    return (*values, DENOUNCED) if treaty.scale == BOND else values


def labels() -> tuple[str, ...]:
    """The hotline's labels that call material illegal."""
    return taxonomy.scheme("material_label").codes(effect="material")


def grounds_of_labels() -> dict[str, list[LabelGround]]:
    """The provisions that each of those labels rests on; an empty list where none does."""
    found: dict[str, list[LabelGround]] = {label: [] for label in labels()}
    rows = LabelGround.objects.select_related("provision__work")
    for one in rows.order_by("provision__work__title", "provision__place", "provision__number"):
        found.setdefault(one.label, []).append(one)
    return found


def ground_for(viewer: Actor, key: UUID) -> LabelGround:
    """One provision under one label. Raises `Http404`."""
    access.require(viewer, LawAction.VIEW)
    return _found(LabelGround.objects.select_related("provision__work").filter(pk=key))


def _works() -> QuerySet[Work]:
    provisions = Provision.objects.select_related("work").order_by("place", "number")
    texts = Expression.objects.defer("text").order_by("language", "-as_of")
    return Work.objects.prefetch_related(
        Prefetch("provisions", queryset=provisions),
        Prefetch("expressions", queryset=texts),
        "amendments__by",
        "amends__amended",
    )


def _answers() -> QuerySet[Answer]:
    return Answer.objects.prefetch_related("grounds__provision__work")


def _found(rows: QuerySet[Row]) -> Row:
    found = rows.first()
    if found is None:
        raise Http404
    return found
