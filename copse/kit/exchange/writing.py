"""What every writer of a list's format shares: what it came to, and codes of other schemes."""

from collections.abc import Iterable
from dataclasses import dataclass

from copse.kit import taxonomy
from copse.kit.errors import RefusedError

OURS = "material_label"


class Unmapped(RefusedError):  # noqa: N818 - named for the state
    """An entry's labels have no counterpart in the other scheme, so it cannot be exported."""

    code = "unmapped"


@dataclass
class Written:
    """How many entries were written, and how many the format has no place for."""

    entries: int = 0
    left_out: int = 0


def code_in(scheme: str, labels: Iterable[str]) -> str | None:
    """The code that labels come to in another scheme; None when there are no labels.

    Raises:
        Unmapped: there are labels, and none of them has a counterpart.
    """
    seen = False
    for label in labels:
        own, _, rest = label.partition("/")
        code = rest.partition("/")[2]
        seen = True
        if own == scheme:
            return code
        if own == OURS and (found := _mapped(code, scheme)):
            return found
    if seen:
        raise Unmapped(
            f"An entry's labels have no counterpart in {scheme}. Map them in the taxonomy, or "
            "leave the entry out.",
            scheme=scheme,
        )
    return None


def _mapped(code: str, scheme: str) -> str | None:
    try:
        return taxonomy.scheme(OURS).map(code, scheme)
    except (taxonomy.UnknownCode, taxonomy.NotMapped):
        return None
