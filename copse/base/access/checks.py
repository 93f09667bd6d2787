"""The start fails when a view is neither guarded nor public."""

from collections.abc import Iterator
from typing import Any

from django.core.checks import CheckMessage, Error, register
from django.urls import URLPattern, URLResolver, get_resolver


@register("copse")
def every_view_is_guarded(**_: Any) -> list[CheckMessage]:
    return [
        Error(
            f"The view at “{path}” is neither guarded nor public.",
            hint="Decorate it with access.guarded(Action) or access.public(room).",
            id="copse.E001",
        )
        for path, view in views(get_resolver())
        if not hasattr(view, "copse_guard")
    ]


def views(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Every address pattern with its view."""
    for entry in resolver.url_patterns:
        path = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from views(entry, path)
        elif isinstance(entry, URLPattern):
            yield path, entry.callback
