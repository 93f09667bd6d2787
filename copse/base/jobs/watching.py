"""What waits and what failed, for staff: names and numbers, never arguments.

The functions stand in migrations/0001_given_up.py: a compartment cannot look into the queue.
"""

from dataclasses import dataclass
from datetime import date

from django.db import connection


@dataclass(frozen=True)
class FailedJob:
    """A job that was tried to the end and could not be done."""

    id: int
    name: str
    room: str
    attempts: int
    since: date | None
    """The day of the last try; unknown for work that no room knows any more."""


def failed(room: str | None = None) -> list[FailedJob]:
    """Jobs that were given up, for administrators, the worker and `copse doctor`."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT id, name, room, attempts, since FROM jobs_failed()
               WHERE %s::text IS NULL OR room = %s""",
            [room, room],
        )
        return [FailedJob(*row) for row in cursor.fetchall()]


def ask_again(number: int) -> str | None:
    """Have a job that was given up tried anew, from its first attempt; answers its name.

    None when it is no longer there: a colleague was faster.
    """
    return _named("SELECT jobs_ask_again(%s)", number)


def put_aside(number: int) -> str | None:
    """Forget a job that was given up; answers its name, or None when it is no longer there."""
    return _named("SELECT jobs_put_aside(%s)", number)


def _named(statement: str, number: int) -> str | None:
    with connection.cursor() as cursor:
        cursor.execute(statement, [number])
        row = cursor.fetchone()
        return str(row[0]) if row and row[0] is not None else None


def waiting() -> int:
    """How many jobs are due and not done."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT count(*) FROM procrastinate_jobs
               WHERE status IN ('todo', 'doing')
                 AND (scheduled_at IS NULL OR scheduled_at <= now())"""
        )
        return int(cursor.fetchone()[0])
