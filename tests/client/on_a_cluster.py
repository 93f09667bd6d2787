"""Scans a folder on a Ray cluster of two workers, kills one midway, and prints what became of it.

A program of its own: Ray leaves signal handlers and threads behind that a test run must not keep.
Arguments: folder, list, ledger, result. It begins to scan when it is given a line to read.
"""

import json
import os
import sys
from contextlib import suppress
from pathlib import Path

import psutil
import ray
from ray.cluster_utils import Cluster

from copse.client.cluster import RayCrew
from copse.kit.errors import CopseError
from copse.kit.scanning import Ledger, Way, scan

SMALL = {"object_store_memory": 80_000_000, "node_ip_address": "127.0.0.1"}
# A dead node is noticed within a second instead of half a minute.
QUICK = {"health_check_initial_delay_ms": 2000, "health_check_period_ms": 500}


def reachable_from_elsewhere():
    """The programs of our processes that listen on more than loopback."""
    ours = [psutil.Process(), *psutil.Process().children(recursive=True)]
    places = {
        (one.name(), place.laddr.ip.removeprefix("::ffff:"))
        for one in ours
        for place in one.net_connections("inet")
        if place.status == psutil.CONN_LISTEN
    }
    return sorted(name for name, host in places if not host.startswith("127.") and host != "::1")


def raylet_of(node):
    return psutil.Process(node.all_processes["raylet"][0].process.pid)


def at_work(node):
    """Whether the node is hashing just now: Ray names a process for its task."""
    return any("hash_share" in " ".join(one.cmdline()) for one in raylet_of(node).children())


def kill(node):
    """Everything of the node at once, as a power cut does."""
    raylet = raylet_of(node)
    for one in [raylet, *raylet.children(recursive=True)]:
        with suppress(psutil.NoSuchProcess):
            one.kill()


class Onlooker:
    """Takes a file away after the walk, and then a node with work in its hands."""

    def __init__(self, folder, node):
        self.folder = Path(folder)
        self.node = node
        self.killed_after = None

    def tell(self, told):
        if told.stage != "hashing" or self.killed_after is not None:
            return
        if told.done == 0:
            (self.folder / "gone.png").unlink()
            return
        if at_work(self.node):
            self.killed_after = told.done
            kill(self.node)


def scanned(crew, onlooker, words):
    folder, _, ledger, result = words
    with Ledger(Path(ledger)) as held:
        scan(os.fsencode(folder), ledger=held, crew=crew, result=Path(result), tell=onlooker.tell)
        crew.lists = [{**one, "version": one["version"] + 1} for one in crew.lists]
        try:
            scan(os.fsencode(folder), ledger=held, crew=crew)
        except CopseError as error:
            return error.code
    return None


def main(words):
    # The head works too, and lives. Nobody asks it for more nodes, or reads its log here.
    unasked = {"include_dashboard": False, "no_monitor": True, "include_log_monitor": False}
    head = {**SMALL, **unasked, "num_cpus": 1, "_system_config": QUICK}
    cluster = Cluster(initialize_head=True, head_node_args=head)
    try:
        onlooker = Onlooker(words[0], cluster.add_node(**SMALL, num_cpus=1))
        if not sys.stdin.readline():
            return
        crew = RayCrew([Path(words[1])], address=cluster.address, way=Way())
        told = {"workers": ray.cluster_resources()["CPU"], "reachable": reachable_from_elsewhere()}
        told["other_version"] = scanned(crew, onlooker, words)
        told["killed_after"] = onlooker.killed_after
        crew.close()
    finally:
        cluster.shutdown()
    print(json.dumps(told))  # noqa: T201 - to whoever started us


if __name__ == "__main__":
    main(sys.argv[1:])
