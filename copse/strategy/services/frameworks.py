"""Loading a framework's file into this install: those that come with Copse, and a country's own."""

import hashlib
from enum import StrEnum, auto

from django.utils import timezone
from django.utils.translation import gettext as _

from copse.base import access, audit
from copse.base.access import Actor
from copse.kit.errors import InputError, RefusedError
from copse.kit.framework.comparing import Changes, diff
from copse.kit.framework.library import shipped, shipped_home
from copse.kit.framework.model import Framework, Node, node_of
from copse.kit.framework.reading import framework_of
from copse.strategy.models import Answer
from copse.strategy.models import Framework as Loaded
from copse.strategy.queries import frameworks
from copse.strategy.workflow import FrameworkAction

LONGEST_ID, LONGEST_URN, LONGEST_VALUE = 40, 100, 20


class Answers(StrEnum):
    """What becomes of the answers to nodes that a new version changed."""

    KEEP = auto()
    """They stand, and those whose question changed are asked for again."""
    CLEAR = auto()
    """They are set aside, and the nodes are open."""


class ChoiceNeeded(RefusedError):  # noqa: N818 - named for the state
    """The new version changed what was answered; somebody must say what becomes of the answers."""

    code = "choice-needed"


def read(*, actor: Actor, file: str, raw: bytes) -> tuple[Framework, Framework | None]:
    """A file that may be loaded, and the version it would follow; nothing is written.

    Raises `BadFramework` for a file with problems, `InputError` for one that cannot follow.
    """
    access.require(actor, FrameworkAction.LOAD)
    made = frameworks.shipped_texts().get(_sha256(raw)) or _of_the_country(file, raw)
    before = frameworks.newest(made.urn)
    if before is not None:
        _check_follows(before, made)
    return made, before


def load_shipped(*, actor: Actor) -> int:
    """Load the frameworks that come with Copse; says how many were new."""
    return sum(
        load(actor=actor, file=one.place, raw=(shipped_home() / one.place).read_bytes())
        for one in shipped().own
    )


def load(*, actor: Actor, file: str, raw: bytes, answers: Answers | None = None) -> bool:
    """Load a framework's file; says whether it was new here.

    Raises `BadFramework`, `InputError`, and `ChoiceNeeded` where answers stand on what changed.
    """
    access.require(actor, FrameworkAction.LOAD)
    sha256 = _sha256(raw)
    if Loaded.objects.filter(sha256=sha256).exists():
        return False
    made, before = read(actor=actor, file=file, raw=raw)
    _check_same_version(made)
    if before is not None:
        _carry(actor, before, made, answers)
    row = Loaded(
        urn=made.urn, version=made.version, body=raw.decode(), sha256=sha256,
        loaded_on=timezone.localdate(),
    )  # fmt: skip
    row.save(force_insert=True)
    audit.record(
        actor, FrameworkAction.LOAD, row, framework=made.name, version=made.version,
        answers=str(answers or ""),
    )  # fmt: skip
    return True


def touched(before: Framework, made: Framework) -> tuple[Changes, list[Answer]]:
    """What the new version changes, and the standing answers on what it changed."""
    changes = diff(before, made)
    changed = {*changes.relabelled, *changes.rescaled}
    urns = [made[id_].urn for id_ in changed if not made[id_].retired]
    found = Answer.objects.filter(replaced_on=None, node__in=urns)
    return changes, list(found.order_by("node"))


def _sha256(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()


def _of_the_country(file: str, raw: bytes) -> Framework:
    made = framework_of(file, raw)
    # Plan, law and numbers read what came with this version of Copse: two texts would disagree.
    if made.name in shipped().frameworks:
        said = _(
            "%(name)s comes with Copse, and its text here is that of Copse. "
            "Give your own a name of its own."
        )
        raise InputError(said % {"name": made.name})
    _check_names(made)
    return made


def _check_names(made: Framework) -> None:
    """What the tables can hold."""
    sentences = [
        f"{made.place}:{node.line}: {node.id} is longer than {LONGEST_ID} letters. Shorten it."
        for node in made.nodes.values()
        if len(node.id) > LONGEST_ID
    ]
    sentences += [
        f"{made.place}: “{value}” of the scale “{name}” is longer than {LONGEST_VALUE} letters. "
        "Shorten it."
        for name, scale in made.scales.items()
        for value in scale.values
        if len(value) > LONGEST_VALUE
    ]
    if len(made.urn) > LONGEST_URN:
        sentences.append(f"{made.place}: The URN is longer than {LONGEST_URN} letters. Shorten it.")
    if sentences:
        raise InputError("\n".join(sentences))


def _check_follows(before: Framework, made: Framework) -> None:
    if made.version < before.version:
        said = _("Version %(before)s of %(name)s is here. An older one is not loaded after it.")
        raise InputError(said % {"before": before.version, "name": made.name})
    broken = diff(before, made).breaking
    if broken:
        said = _(
            "%(ids)s vanished, moved or changed kind since version %(before)s. Put them back and "
            "retire them instead: what was published never changes."
        )
        raise InputError(said % {"ids": ", ".join(broken), "before": before.version})


def _check_same_version(made: Framework) -> None:
    if Loaded.objects.filter(urn=made.urn, version=made.version).exists():
        said = _(
            "Version %(version)s of %(name)s is here with another text. What was published never "
            "changes: give the new text the next version."
        )
        raise InputError(said % {"version": made.version, "name": made.name})


def _carry(actor: Actor, before: Framework, made: Framework, choice: Answers | None) -> None:
    changes, answers = touched(before, made)
    if answers and choice is None:
        raise _choice_needed(made, answers)
    today = timezone.localdate()
    for one in answers:
        node = made[node_of(one.node)]
        if choice is Answers.CLEAR or not _still_means(made, node, one.value):
            one.replaced_on = today
        elif node.id in changes.rescaled:
            one.reopened_on = today
            said = _("Version %(version)s asks this in another way.")
            one.reopened_because = said % {"version": made.version}
        else:
            continue
        one.save(update_fields=["replaced_on", "reopened_on", "reopened_because"])
        audit.record(actor, FrameworkAction.LOAD, one, answers=str(choice))


def _choice_needed(made: Framework, answers: list[Answer]) -> ChoiceNeeded:
    said = _(
        "Answers stand on what version %(version)s changed: %(ids)s. "
        "Say whether they are kept or cleared."
    )
    ids = ", ".join(node_of(one.node) for one in answers)
    return ChoiceNeeded(said % {"version": made.version, "ids": ids})


def _still_means(made: Framework, node: Node, value: str) -> bool:
    """Whether the value is on the node's scale still; else it says nothing any more."""
    scale = made.scale_of(node)
    return scale is not None and value in scale.values
