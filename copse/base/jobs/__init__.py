"""Work after the commit: enqueued with the act that causes it, run under a desk's own role.

Read in this order: registry.py (what work there is), deferring.py (asking for it), running.py
(doing one job inside its desk), worker.py (the process that does them all), rights.py (why a
compartment that may only write can still ask for work).
"""

from copse.base.jobs.deferring import defer
from copse.base.jobs.draining import drain
from copse.base.jobs.registry import every, task
from copse.base.jobs.watching import FailedJob, ask_again, failed, put_aside, waiting
from copse.base.jobs.worker import run_worker

__all__ = [
    "FailedJob",
    "ask_again",
    "defer",
    "drain",
    "every",
    "failed",
    "put_aside",
    "run_worker",
    "task",
    "waiting",
]
