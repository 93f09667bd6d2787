"""The part of the public plan that its frameworks gives."""

from typing import Any


def part() -> dict[str, Any]:
    """Nothing yet."""
    return {}
