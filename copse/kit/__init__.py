"""Pure Python: no framework, no network. What a provider may use without our server.

    from copse.kit import Matcher, fingerprint
    from copse.kit.lists import KnownList

    told = fingerprint("photo.jpg")                    # a path, bytes, an open file or an array
    told.pdq, told.quality, told.sha256                # 64 hexadecimal digits, 0 to 100, digits
    KnownList.open("lists/arbora").match(told)         # a list that `copse list pull` keeps

    Matcher.build("x.idx", hashes, ids)                # (N, 32) uint8, (N,) whole numbers
    found = Matcher.open("x.idx").search(queries)      # (Q, 32) uint8, within 31 bits of 256
    found.query, found.entry, found.distance           # one row for each answer; none is missed

Every error is a `copse.kit.errors.CopseError` with a stable `code` and a `sentence` that says what
to do. Next: `copse.kit.hashing` (modes, kinds), `.matching` (the index), `.lists` (signed lists),
`.exchange` (others' formats), `.scanning` (folders), and `copse.client.guard` for uploads.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from copse.kit.hashing import fingerprint
    from copse.kit.matching import Matcher

_HOME = {"Matcher": "matching", "fingerprint": "hashing"}

__all__ = ["Matcher", "fingerprint"]


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


def __getattr__(name: str) -> Any:
    # The compiler loads with what needs it; most of the kit does not.
    if name in _HOME:
        return getattr(import_module(f"copse.kit.{_HOME[name]}"), name)
    message = f"{__name__} has no {name}"
    raise AttributeError(message)
