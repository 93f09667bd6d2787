from typing import Any

from django.utils import timezone

from copse.strategy.queries import answered
from copse.strategy.queries.answered import State


def part() -> dict[str, Any]:
    """How far the answers to each framework go, as counts; who answered stays in the room."""
    return {
        "frameworks": [
            {
                "urn": one.framework.urn,
                # A country's own is in no catalogue where the public could look its name up.
                "title": dict(one.framework.title),
                "version": one.framework.version,
                "nodes": one.counts.total(),
                "asked": one.asked,
                "answered": one.answered,
                "inferred": one.inferred,
                "stale": one.counts[State.AGAIN],
            }
            for one in answered.overview(timezone.localdate())
        ]
    }
