"""The process that does the jobs, and takes up again those of a worker that was killed."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from importlib import import_module
from typing import Any
from uuid import UUID

import procrastinate
from django.db import close_old_connections, transaction
from procrastinate import jobs as procrastinate_jobs
from procrastinate.contrib.django import app as asking
from procrastinate.contrib.django.utils import connector_params
from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.retry import BaseRetryStrategy, RetryDecision

from copse.base.jobs.registry import SCHEDULES, TASKS, Schedule
from copse.base.jobs.running import DESKLESS, run

logger = logging.getLogger("copse.jobs")

HEARTBEAT = 5
# A worker that has not been heard of for so long is dead, and its jobs are done again.
STALLED = 20
MOST_ATTEMPTS = 10
LONGEST_WAIT = 3600


class JobFailed(Exception):  # noqa: N818 - named for the state
    """Stands for the failure of a job, so that no log repeats what a person wrote."""


class BackOff(BaseRetryStrategy):
    """2, 8, 32 seconds and so on up to an hour, ten times."""

    def get_retry_decision(
        self, *, exception: BaseException, job: procrastinate_jobs.Job
    ) -> RetryDecision | None:
        del exception
        if job.attempts >= MOST_ATTEMPTS:
            return None
        return RetryDecision(retry_in={"seconds": min(LONGEST_WAIT, 2 * 4**job.attempts)})


def run_worker(*, concurrency: int = 2, wait: bool = True, signals: bool = True) -> None:
    """Do jobs until stopped; with `wait` false, until none is due."""
    # Its own lines at lower levels carry a job's arguments.
    logging.getLogger("procrastinate").setLevel(logging.ERROR)
    asyncio.run(_run(concurrency, wait=wait, signals=signals))


async def _run(concurrency: int, *, wait: bool, signals: bool) -> None:
    connector = procrastinate.PsycopgConnector(kwargs=connector_params(), min_size=1, max_size=4)
    app = procrastinate.App(connector=connector)
    for name in TASKS:
        _add(app, name)
    for schedule in SCHEDULES.values():
        _add_schedule(app, schedule)
    async with app.open_async(), _rescuing(app):
        await app.run_worker_async(
            concurrency=concurrency,
            wait=wait,
            delete_jobs="successful",
            install_signal_handlers=signals,
            update_heartbeat_interval=HEARTBEAT,
            stalled_worker_timeout=STALLED,
            shutdown_graceful_timeout=10,
        )


def _add(app: procrastinate.App, name: str) -> None:
    def work(room: str | None, desk: str | None, arguments: dict[str, Any]) -> None:
        close_old_connections()
        try:
            run(name, room=room, desk=desk, arguments=arguments)
        except Exception as error:  # noqa: BLE001 - a job may fail in any way
            # The text of an error may quote a story; where and what kind is enough to mend it.
            logger.error("job %s failed: %s at %s", name, type(error).__name__, _place(error))  # noqa: TRY400
            raise JobFailed(type(error).__name__) from None
        finally:
            close_old_connections()

    app.task(name=name, retry=BackOff())(work)


def _place(error: BaseException) -> str:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return "?"
    return f"{trace.tb_frame.f_code.co_filename.rpartition('/')[2]}:{trace.tb_lineno}"


def _add_schedule(app: procrastinate.App, schedule: Schedule) -> None:
    def fan_out(timestamp: int) -> None:
        del timestamp
        close_old_connections()
        start(schedule)

    registered = app.task(name=f"{schedule.name}@clock", queue="clock")(fan_out)
    app.periodic(cron=schedule.cron)(registered)


def start(schedule: Schedule) -> None:
    """Ask for a scheduled task for each desk of its room, unless it already waits there."""
    for room, desk in _places(schedule.room):
        job = asking.configure_task(
            schedule.name,
            allow_unknown=True,
            queue=schedule.name.partition(".")[0],
            queueing_lock=f"{schedule.name}:{room}:{desk}",
        )
        with contextlib.suppress(AlreadyEnqueued), transaction.atomic():
            job.defer(room=room, desk=str(desk) if desk else None, arguments={})


def _places(room: str) -> list[tuple[str, UUID | None]]:
    if room in DESKLESS:
        return [(room, None)]
    desk = import_module("copse.base.organisations.models").Desk
    found = desk.objects.exclude(room__in=DESKLESS)
    if room != "*":
        found = found.filter(room=room)
    places: list[tuple[str, UUID | None]] = [(one.room, one.pk) for one in found]
    return [*places, ("portal", None)] if room == "*" else places


@contextlib.asynccontextmanager
async def _rescuing(app: procrastinate.App) -> AsyncIterator[None]:
    task = asyncio.create_task(_rescue_forever(app))
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def _rescue_forever(app: procrastinate.App) -> None:
    while True:
        try:
            await rescue(app)
        except Exception as error:  # noqa: BLE001 - the next round may find the database again
            logger.warning("stalled jobs could not be looked for: %s", type(error).__name__)
        await asyncio.sleep(HEARTBEAT)


async def rescue(app: procrastinate.App) -> int:
    """Put the jobs of killed workers back in the queue; says how many."""
    stalled = list(await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=STALLED))
    for job in stalled:
        await app.job_manager.retry_job(job)
    # What is given up stays for staff to see, but not when each step of it happened.
    await app.connector.execute_query_async(
        """DELETE FROM procrastinate_events WHERE job_id IN
           (SELECT id FROM procrastinate_jobs WHERE status = 'failed')"""
    )
    return len(stalled)


__all__ = ["rescue", "run_worker", "start"]
