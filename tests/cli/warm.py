"""`copse` as a process of its own, forked from one that has already loaded the slow libraries.

It has its own environment, output, exit status and signals, as the installed command has; only the
second in which a fresh interpreter loads decoders and kernels is spared. What is about that second
is tried with `program`, which starts a fresh interpreter.
"""

import multiprocessing
import os
import sys
from multiprocessing import context

import pytest

SERVER = multiprocessing.get_context("forkserver")
# The folder of the tests is the server's own, and so it finds this module.
SERVER.set_forkserver_preload(["tests.cli.loaded"])


def _live(words, environment, folder):
    """A process's life as the command; it ends with the command's status."""
    os.environ.clear()
    os.environ.update(environment)
    for number, name in ((1, "out"), (2, "err")):
        file = os.open(folder / name, os.O_WRONLY | os.O_APPEND)
        os.dup2(file, number)
        os.close(file)
    # Its children, too, need not load everything anew.
    context._concrete_contexts["spawn"] = context._concrete_contexts["fork"]
    sys.argv = ["copse", *words]
    from copse.cli import main

    main()


class Command:
    """One run of the command; `out` and `err` are files of what it says."""

    def __init__(self, words, environment, folder):
        folder.mkdir(parents=True)
        self.out, self.err = folder / "out", folder / "err"
        self.out.touch()
        self.err.touch()
        self.process = SERVER.Process(target=_live, args=(words, environment, folder))
        self.process.start()

    def wait(self, seconds):
        """Its exit status, once it has ended."""
        self.process.join(seconds)
        if self.process.exitcode is None:
            pytest.fail(f"the command did not end: {self.err.read_text()}")
        return self.process.exitcode

    def send(self, number):
        """A signal, as from a terminal or a supervisor."""
        os.kill(self.process.pid, number)

    def end(self):
        """Leave no process behind."""
        self.process.kill()
        self.process.join()
        self.process.close()
