"""What waits and what failed, for staff: names and numbers, never arguments."""

from dataclasses import dataclass

from django.db import connection


@dataclass(frozen=True)
class FailedJob:
    """A job that was tried to the end and could not be done."""

    id: int
    name: str
    room: str
    attempts: int


def failed(room: str | None = None) -> list[FailedJob]:
    """Jobs that were given up, for the worker and for `copse doctor`."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT id, task_name, coalesce(args->>'room', ''), attempts FROM procrastinate_jobs
               WHERE status = 'failed' AND (%s::text IS NULL OR args->>'room' = %s)
               ORDER BY id""",
            [room, room],
        )
        return [FailedJob(*row) for row in cursor.fetchall()]


def waiting() -> int:
    """How many jobs are due and not done."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT count(*) FROM procrastinate_jobs
               WHERE status IN ('todo', 'doing')
                 AND (scheduled_at IS NULL OR scheduled_at <= now())"""
        )
        return int(cursor.fetchone()[0])
