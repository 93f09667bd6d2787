"""Doing every due job here and now: for tests and for filling the demonstration."""

import datetime as dt
import json
from typing import Any

from django.db import connection, transaction

from copse.base.database import context
from copse.base.jobs.running import run

_FETCH = """SELECT id, task_name, args FROM procrastinate_fetch_job_v2(NULL, NULL)
            WHERE id IS NOT NULL"""
_AHEAD = """UPDATE procrastinate_jobs SET scheduled_at = NULL
            WHERE status = 'todo' AND scheduled_at <= now() + make_interval(secs => %s)"""


def drain(*, ahead: dt.timedelta | None = None, limit: int = 10_000) -> int:
    """Run what is due, and what that causes, each under its own desk; says how many ran.

    `ahead` also runs what is due within that time. Raises what a job raises, after marking it
    failed.
    """
    if context() is not None:
        raise RuntimeError("Close the desk first: each job opens its own.")
    if ahead is not None:
        with connection.cursor() as cursor:
            cursor.execute(_AHEAD, [ahead.total_seconds()])
    for done in range(limit):
        job = _fetch()
        if job is None:
            return done
        _do(*job)
    message = f"more than {limit} jobs: one of them asks for itself again and again"
    raise RuntimeError(message)


def _fetch() -> tuple[int, str, dict[str, Any]] | None:
    with connection.cursor() as cursor:
        cursor.execute(_FETCH)
        row = cursor.fetchone()
    if row is None:
        return None
    # Django reads jsonb as text.
    return row[0], row[1], json.loads(row[2]) if isinstance(row[2], str) else row[2]


def _do(number: int, name: str, args: dict[str, Any]) -> None:
    try:
        with transaction.atomic():
            run(name, **args)
    except BaseException:
        _finish(number, "failed", delete=False)
        raise
    _finish(number, "succeeded", delete=True)


def _finish(number: int, status: str, *, delete: bool) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT procrastinate_finish_job_v1(%s, %s, %s)", [number, status, delete])
