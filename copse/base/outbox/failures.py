"""What a room does when a message of its own is given up."""

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from copse.base.access import Actor
    from copse.base.outbox.models import Message

    OnFailure = Callable[[Actor, Message], None]
_acts: "dict[str, list[OnFailure]]" = {}


def on_failure(kind: str, act: "OnFailure") -> None:
    """Have `act(actor, message)` called when a message of this kind is given up.

    It runs at the message's desk, in the transaction that marks the failure.
    """
    known = _acts.setdefault(kind, [])
    if act not in known:
        known.append(act)


def tell(actor: "Actor", message: "Message") -> None:
    """Call what was registered for the message's kind."""
    for act in _acts.get(message.kind, ()):
        act(actor, message)
