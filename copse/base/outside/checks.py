"""A real install with a twin of the outside world refuses to start."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from copse.base.outside.fetching import ProcessFetcher, fetcher
from copse.base.outside.tracing import DemoTracer, tracer


@register("copse")
def no_twins_in_a_real_install(**_: Any) -> list[CheckMessage]:
    """Twins would tell a real desk that a page is gone that is not."""
    if settings.COPSE.mode != "real":
        return []
    look = fetcher()
    twins = [
        name
        for name, is_twin in (
            ("tracer", isinstance(tracer(), DemoTracer)),
            ("fetcher", isinstance(look, ProcessFetcher) and look.stand_in is not None),
            ("mail", settings.COPSE.smtp_url.startswith("smtp://127.0.0.1:")
             and settings.COPSE.mail_domain.endswith(".example")),
        )
        if is_twin
    ]  # fmt: skip
    return [
        Error(
            f"The {name} of this real install is the demonstration's.",
            hint="Unset what chose it; twins serve COPSE_MODE=demo and test only.",
            id="copse.E010",
        )
        for name in twins
    ]
