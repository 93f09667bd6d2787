"""The life of a record as one table: stage, action, next stage.

Buttons, checks, the database constraint, the diagram and a test over every stage and action are
all read from the table, so that a rule stands in one place.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from copse.kit.errors import StepNotAllowed

Step = tuple[StrEnum, StrEnum | tuple[StrEnum, ...], StrEnum]


class Workflow:
    """A process: where it starts, and each allowed (action, from, to)."""

    def __init__(self, initial: StrEnum, *steps: Step) -> None:
        self.initial = initial
        table: dict[tuple[str, StrEnum], StrEnum] = {}
        for action, origins, target in steps:
            for origin in origins if isinstance(origins, tuple) else (origins,):
                if (origin, action) in table:
                    message = f"{action} from {origin} is in the table twice"
                    raise ValueError(message)
                table[origin, action] = target
        self._table: Mapping[tuple[str, StrEnum], StrEnum] = MappingProxyType(table)
        self.stages: tuple[StrEnum, ...] = tuple(type(initial))
        self._refuse_unreachable()

    def _refuse_unreachable(self) -> None:
        reached = {self.initial, *self._table.values()}
        lost = [stage for stage in self.stages if stage not in reached]
        if lost:
            message = f"no step leads to {', '.join(lost)}"
            raise ValueError(message)

    def after(self, stage: str, action: StrEnum) -> StrEnum:
        """The stage that `action` leads to. Raises `StepNotAllowed` where there is no such step."""
        try:
            return self._table[stage, action]
        except KeyError:
            sentence = f"This cannot be done while the record is “{stage}”."
            raise StepNotAllowed(sentence, action=str(action), stage=stage) from None

    def allows(self, stage: str, action: StrEnum) -> bool:
        """Whether the process has this step."""
        return (stage, action) in self._table

    def steps(self, stage: str) -> tuple[StrEnum, ...]:
        """The actions open at `stage`, in the order of the table."""
        return tuple(action for origin, action in self._table if origin == stage)

    @property
    def actions(self) -> tuple[StrEnum, ...]:
        """Every action of the process, once, in the order of the table."""
        return tuple(dict.fromkeys(action for _, action in self._table))

    @property
    def final(self) -> tuple[StrEnum, ...]:
        """The stages from which no step leads on."""
        origins = {origin for origin, _ in self._table}
        return tuple(stage for stage in self.stages if stage not in origins)

    def diagram(self) -> str:
        """The process as a Mermaid state diagram."""
        lines = ["stateDiagram-v2", f"    [*] --> {self.initial}"]
        for (origin, action), target in self._table.items():
            lines.append(f"    {origin} --> {target}: {action.rsplit('.', 1)[-1]}")
        lines += [f"    {stage} --> [*]" for stage in self.final]
        return "\n".join(lines) + "\n"
