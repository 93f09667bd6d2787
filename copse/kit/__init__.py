"""Pure Python: no framework, no network. What a provider may use without our server."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from copse.kit.hashing import fingerprint
    from copse.kit.matching import Matcher

_HOME = {"Matcher": "matching", "fingerprint": "hashing"}

__all__ = ["Matcher", "fingerprint"]


def __getattr__(name: str) -> Any:
    # The compiler loads with what needs it; most of the kit does not.
    if name in _HOME:
        return getattr(import_module(f"copse.kit.{_HOME[name]}"), name)
    message = f"{__name__} has no {name}"
    raise AttributeError(message)
