"""Logs that cannot tell on anybody: where something failed, never what was in it."""

import logging
from traceback import walk_tb
from types import TracebackType
from typing import Any


def places(trace: TracebackType | None) -> str:
    """Where a failure went through: module, function, line. No values, no messages."""
    steps = (
        f"{frame.f_globals.get('__name__', '?')}.{frame.f_code.co_name}:{line}"
        for frame, line in walk_tb(trace)
    )
    return " > ".join(steps)


class ScrubbedFormatter(logging.Formatter):
    """Our own sentences as they stand; of anybody else's only who spoke, and where.

    Django and its neighbours put addresses, paths and values into their messages; an exception's
    own message may quote what a child typed.
    """

    def format(self, record: logging.LogRecord) -> str:
        ours = record.name.partition(".")[0] == "copse"
        said = str(record.getMessage()) if ours else f"at {record.module}:{record.lineno}"
        line = f"{record.levelname} {record.name} {said}"
        if record.exc_info and record.exc_info[0] is not None:
            line += f" | {record.exc_info[0].__name__} at {places(record.exc_info[2])}"
        return line.replace("\n", " ")


LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"scrubbed": {"()": "copse.base.web.logs.ScrubbedFormatter"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "scrubbed"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "copse": {"level": "INFO"},
        "django": {"handlers": [], "level": "WARNING", "propagate": True},
        # They write the path of each refused request; our error pages log what is needed.
        "django.request": {"handlers": [], "level": "CRITICAL", "propagate": False},
        "django.security": {"handlers": [], "level": "CRITICAL", "propagate": False},
        "django.server": {"handlers": [], "level": "CRITICAL", "propagate": False},
    },
}
