"""How soon something must be read, as one number that the database can sort by."""

from copse.kit import taxonomy

DANGER, CHILD = 1_000_000, 10_000
MOST = CHILD - 1
_UNKNOWN = "unknown"


def age_rank(age_band: str) -> int:
    """The younger the child, the smaller; somebody whose age is not known comes before adults."""
    bands = list(taxonomy.scheme("age_band").codes())
    known = [band for band in bands if band != _UNKNOWN]
    known.insert(len(known) - 1, _UNKNOWN)
    return known.index(age_band) if age_band in known else known.index(_UNKNOWN)


def younger(one: str, other: str) -> str:
    """The younger of two bands."""
    return min(one, other, key=age_rank)


def priority(*, danger_now: bool, age_band: str, spread: int = 1) -> int:
    """Danger first, then the youngest child, then what most people report. Small is soon."""
    return (
        (0 if danger_now else DANGER)
        + age_rank(age_band) * CHILD
        + (MOST - min(max(spread, 0), MOST))
    )
