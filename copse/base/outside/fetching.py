"""Asking whether an address still answers, through the fetcher's own process."""

import datetime as dt
import json
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Protocol

from django.conf import settings
from django.utils import timezone

Outcome = Literal["gone_404", "gone_410", "no_name", "there", "refused", "error"]
PROCESS = Path(__file__).with_name("fetcher_process.py")
SECONDS = 25.0
# Made-up hosts stand under names that can never exist.
RESERVED = (".example", ".test")


@dataclass(frozen=True)
class Look:
    """What one look found: `refused` is ours (not a public address), `there` asks a person."""

    outcome: Outcome
    status: int | None
    host: str
    final_host: str
    at: dt.datetime


class Fetcher(Protocol):
    """Looks at an address without ever reading what stands there."""

    def look(self, url: str) -> Look: ...


@dataclass(frozen=True)
class ProcessFetcher:
    """Starts the fetcher for one look, with nothing in its environment, and ends it.

    `stand_in` is for demo and test only: which names a local provider answers for, and where.
    """

    source: str = ""
    stand_in: dict[str, Any] | None = None
    seconds: float = SECONDS
    interpreter: str = field(default=sys.executable)

    def look(self, url: str) -> Look:
        question = {"url": url, "source": self.source, "seconds": self.seconds}
        if self.stand_in:
            question["stand_in"] = self.stand_in
        try:
            done = subprocess.run(  # noqa: S603 - our own interpreter and file, no shell
                [self.interpreter, "-I", str(PROCESS)],
                input=json.dumps(question) + "\n",
                capture_output=True,
                text=True,
                timeout=self.seconds + 5,
                env={},
                cwd="/",
                check=True,
            )
            answer = json.loads(done.stdout)
        except (subprocess.SubprocessError, ValueError):
            answer = {"outcome": "error", "status": None, "host": "", "final_host": ""}
        return Look(
            outcome=answer["outcome"],
            status=answer["status"],
            host=answer["host"],
            final_host=answer["final_host"],
            at=timezone.now(),
        )


def fetcher() -> Fetcher:
    """This install's fetcher."""
    copse = settings.COPSE
    if copse.mode == "real":
        return ProcessFetcher(source=copse.fetch_source)
    from copse.base.outside import demo

    return ProcessFetcher(stand_in=demo.stand_in(copse))
