"""The part of the public plan that its law gives."""

from typing import Any


def part() -> dict[str, Any]:
    """Nothing yet."""
    return {}
