"""The world outside: each neighbour a Protocol, a real class and an offline twin.

Twins serve demo and test only; a real install with one refuses to start (checks.py). Read
tracing.py (who hosts a page), fetching.py and fetcher_process.py (does it still answer), mail.py
and inbox.py (mail out and in); catcher.py and provider.py are the demonstration's own outside.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from copse.base.outside.fetching import Fetcher, Look, fetcher
    from copse.base.outside.mail import Sender, Undelivered, smtp
    from copse.base.outside.tracing import Contact, Trace, Tracer, tracer

__all__ = [
    "Contact", "Fetcher", "Look", "Sender", "Trace", "Tracer", "Undelivered", "fetcher", "smtp",
    "tracer",
]  # fmt: skip

_PLACES = {
    "fetching": ("Fetcher", "Look", "fetcher"),
    "mail": ("Sender", "Undelivered", "smtp"),
    "tracing": ("Contact", "Trace", "Tracer", "tracer"),
}


def __getattr__(name: str) -> Any:
    # Late, because settings are not there yet when Django imports this package.
    for module, names in _PLACES.items():
        if name in names:
            return getattr(import_module(f"{__name__}.{module}"), name)
    raise AttributeError(name)
