"""Papers made from the code: the permission matrix, the diagrams, the list of frameworks.

`python -m copse.project.papers` writes them; a house test fails when they are stale.
"""

import csv
import inspect
import io
import os
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from uuid import UUID

import django

from copse.base.database import DeskKey
from copse.kit.workflow import Workflow
from copse.project import library_paper, terms_paper

ROOT = Path(__file__).parents[2]
ROOMS = ("portal", "hotline", "observatory", "strategy")
MATRIX = "docs/rooms/permissions.csv"


def papers() -> dict[str, str]:
    """Every paper: its path below the project's root, and its text."""
    made = {
        MATRIX: matrix(),
        library_paper.PATH: library_paper.paper(),
        terms_paper.PATH: terms_paper.glossary(ROOT),
    }
    for room in ROOMS:
        diagrams = "\n".join(_diagrams(room))
        if diagrams:
            made[f"docs/rooms/{room}.md"] = f"# {room.capitalize()}: its processes\n\n{diagrams}"
    return made


def matrix() -> str:
    """Role × action × stage: who may do what, at which stages, and what else must hold."""
    from copse.base import access

    stages = _stages_of_actions()
    out = io.StringIO()
    write = csv.writer(out, lineterminator="\n").writerow
    write(("action", "role", "may", "stages", "only if"))
    for action, rule in sorted(access.declared().items()):
        for one in access.roles(action.partition(".")[0]):
            actor = access.Actor(
                UUID(int=0), "", DeskKey(UUID(int=0), one.room), frozenset({one.code})
            )
            may = bool(rule.at_door(actor))
            conditions = "; ".join(str(c) for c in rule.conditions()) if may else ""
            write((action, one.code, "yes" if may else "no", stages.get(action, ""), conditions))
    return out.getvalue()


def _workflows(room: str) -> Iterator[tuple[str, Workflow]]:
    try:
        module = import_module(f"copse.{room}.workflow")
    except ModuleNotFoundError:
        return
    yield from inspect.getmembers(module, lambda found: isinstance(found, Workflow))


def _diagrams(room: str) -> Iterator[str]:
    for name, flow in _workflows(room):
        title = name.replace("_FLOW", "").replace("FLOW", "process").replace("_", " ").lower()
        yield f"## {title.capitalize()}\n\n```mermaid\n{flow.diagram()}```\n"


def _stages_of_actions() -> dict[str, str]:
    stages: dict[str, list[str]] = {}
    for room in ROOMS:
        for _, flow in _workflows(room):
            for stage in flow.stages:
                for action in flow.steps(stage):
                    stages.setdefault(str(action), []).append(str(stage))
    return {action: " ".join(found) for action, found in stages.items()}


def main() -> None:
    """Write every paper."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "copse.project.settings")
    os.environ.setdefault("COPSE_MODE", "test")
    os.environ.setdefault("COPSE_MODE", "test")
    django.setup()
    import_module("copse.project.urls")
    for path, text in papers().items():
        target = ROOT / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)


if __name__ == "__main__":
    main()
