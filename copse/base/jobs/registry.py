"""What work there is: each task by its name, and which of them the clock starts."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Work = Callable[..., Any]


@dataclass(frozen=True)
class Task:
    """One kind of work. With `transaction`, it runs wholly inside its desk's compartment."""

    name: str
    work: Work
    transaction: bool = True


@dataclass(frozen=True)
class Schedule:
    """A task the clock starts, once for each desk of a room (`*`: of every room)."""

    name: str
    cron: str
    room: str


TASKS: dict[str, Task] = {}
SCHEDULES: dict[str, Schedule] = {}


def task(name: str, *, transaction: bool = True) -> Callable[[Work], Work]:
    """Register a function as the work called `name`; it is given the actor, then its arguments.

    Without `transaction` it opens `database.as_desk(actor.desk)` itself round short parts, so that
    nothing is locked while a network answers.
    """

    def register(work: Work) -> Work:
        known = TASKS.get(name)
        if known is not None and known.work.__module__ != work.__module__:
            message = f"two tasks are called {name}"
            raise TypeError(message)
        TASKS[name] = Task(name, work, transaction)
        return work

    return register


def every(name: str, *, cron: str, room: str, transaction: bool = True) -> Callable[[Work], Work]:
    """Register a function that runs by the clock, once for each desk of `room`."""

    def register(work: Work) -> Work:
        task(name, transaction=transaction)(work)
        SCHEDULES[name] = Schedule(name, cron, room)
        return work

    return register
