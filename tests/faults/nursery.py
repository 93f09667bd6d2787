"""A Python that has loaded the application, and becomes at once what a fresh one becomes in seconds.

For each line it reads, the words of a command such as `-m granian …` as JSON, it forks a process
that runs them, and answers with its number. That process speaks into our standard error. It is as
much of a process as one that was started anew, to be killed like any; only its loading is spared.
"""

import json
import os
import runpy
import signal
import sys

import django

django.setup()

from django.urls import get_resolver
from granian import cli

import copse.project.wsgi
from copse.base.jobs import worker
from copse.cli import starting

LOADED = (cli, copse.project.wsgi, worker, starting, get_resolver().url_patterns)


def live(words):
    """A process's life as `python` with these words."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    # A Ctrl-C in the terminal comes to the tests alone.
    os.setsid()
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(2, 1)
    flag, name, *more = words
    assert flag == "-m"
    sys.argv = [name, *more]
    runpy.run_module(name, run_name="__main__", alter_sys=True)


def main():
    # Who was killed is gone at once: nobody asks us how it ended.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for line in sys.stdin:
        if not (child := os.fork()):
            live(json.loads(line))
            return
        print(child, flush=True)  # noqa: T201 - the answer to whoever started us


if __name__ == "__main__":
    main()
