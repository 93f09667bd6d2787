"""The compartment an act happens in.

`as_desk`, `as_link` and `as_room` open the transaction, take the desk's database role for that transaction
only, and put both back at its end. Row-level security reads `copse.desk`; without a compartment a
login role may see nothing but the door.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Protocol
from uuid import UUID

from django.db import connection, transaction

from copse.base.database.roles import LINK


@dataclass(frozen=True)
class DeskKey:
    """What names a compartment: the desk's id and its room."""

    id: UUID
    room: str


class HasKey(Protocol):
    @property
    def key(self) -> DeskKey: ...


@dataclass
class Context:
    """The open compartment, and what waits for its end."""

    room: str
    desk: UUID | None
    member: UUID | None
    link: UUID | None = None
    on_commit: list[Callable[[], None]] = field(default_factory=list)
    on_rollback: list[Callable[[], None]] = field(default_factory=list)

    def same(self, other: "Context") -> bool:
        return self.names == other.names

    @property
    def role(self) -> str:
        """The database role that acts here."""
        return LINK if self.link else f"copse_{self.room}"

    @property
    def names(self) -> tuple[str, UUID | None, UUID | None, UUID | None]:
        """What names the compartment."""
        return self.room, self.desk, self.member, self.link


_current: ContextVar[Context | None] = ContextVar("copse_compartment", default=None)


def context() -> Context | None:
    """The open compartment, or None."""
    return _current.get()


def before_commit(act: Callable[[], None]) -> None:
    """Do `act` as the last thing before the compartment's commit.

    Raises `RuntimeError` outside a compartment: whoever asks for this must be inside an act.
    """
    _required().on_commit.append(act)


def after_rollback(act: Callable[[], None]) -> None:
    """Do `act` in a fresh transaction of the same compartment, should this one be rolled back."""
    _required().on_rollback.append(act)


def _required() -> Context:
    current = _current.get()
    if current is None:
        raise RuntimeError("Not inside a desk: open one with database.as_desk or as_room.")
    return current


@contextmanager
def as_desk(desk: DeskKey | HasKey, member: UUID | None = None) -> Iterator[Context]:
    """Act as `desk`: its database role, its rows, one transaction."""
    key = desk if isinstance(desk, DeskKey) else desk.key
    with _compartment(Context(key.room, key.id, member)) as opened:
        yield opened


@contextmanager
def as_link(desk: DeskKey, link: UUID, member: UUID | None = None) -> Iterator[Context]:
    """Act as whoever holds a link that `desk` sent: of its rows, only those that `link` names."""
    with _compartment(Context(desk.room, desk.id, member, link)) as opened:
        yield opened


@contextmanager
def as_room(room: str) -> Iterator[Context]:
    """Act for a room without a desk of its own: the portal's public side, the published numbers."""
    with _compartment(Context(room, None, None)) as opened:
        yield opened


@contextmanager
def _compartment(wanted: Context) -> Iterator[Context]:
    outer = _current.get()
    if outer is not None:
        if not outer.same(wanted):
            message = f"Already inside {outer.room}; {wanted.room} cannot be opened within it."
            raise RuntimeError(message)
        # A savepoint, so that a refused part may be undone while the act goes on.
        with transaction.atomic():
            yield outer
        return
    token = _current.set(wanted)
    within = connection.in_atomic_block
    try:
        with transaction.atomic():
            _enter(wanted)
            yield wanted
            _run(wanted.on_commit)
            if within:
                # Else the commit puts the settings back, and one round trip is saved.
                _leave()
    except BaseException:
        _after_failure(wanted)
        raise
    finally:
        _current.reset(token)


def _run(acts: list[Callable[[], None]]) -> None:
    while acts:
        acts.pop(0)()


def _after_failure(failed: Context) -> None:
    if not failed.on_rollback:
        return
    failed.on_commit.clear()
    with transaction.atomic():
        _enter(failed)
        _run(failed.on_rollback)
        _run(failed.on_commit)
        _leave()


# One statement each: a compartment is opened on every request.
_ENTER = """SELECT set_config('role', %s, true), set_config('copse.desk', %s, true),
    set_config('copse.member', %s, true), set_config('copse.link', %s, true)"""
# Inside a larger transaction (a test's) the settings outlive ours, so they are put back by hand.
_LEAVE = """SELECT set_config('role', 'none', true), set_config('copse.desk', '', true),
    set_config('copse.member', '', true), set_config('copse.link', '', true)"""


def _enter(wanted: Context) -> None:
    settings = [str(one) if one else "" for one in (wanted.desk, wanted.member, wanted.link)]
    with connection.cursor() as cursor:
        cursor.execute(_ENTER, [wanted.role, *settings])


def _leave() -> None:
    with connection.cursor() as cursor:
        cursor.execute(_LEAVE)
