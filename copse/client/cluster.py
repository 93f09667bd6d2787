"""A scan's crew on a Ray cluster: one actor on each node, with its own children and its own lists.

Files are dealt out in small shares. A node that dies gives its shares back to the others; what it
had done and not yet told is done again, and written once, because the ledger has one row a file.
Every node must see the folder and the lists under the same paths (a shared file system, or copies).
"""

import logging
import os
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from copse.kit.errors import InputError, LaterError
from copse.kit.hashing import Fingerprint, Problem
from copse.kit.lists import KnownList, Matches
from copse.kit.scanning.engine import batches_of, match_in, processors
from copse.kit.scanning.pool import Outcome, Pool, Way
from copse.kit.scanning.walking import Place

SHARE = 32  # files handed to a node at once
AHEAD = 2  # shares that wait at a node, so that it never waits for us
DEATHS = 3  # nodes that a share may outlive; then its files are named and left
LOST = Problem("node-lost", "The nodes that tried this file died; scan again to try once more.")


class NoRay(InputError):  # noqa: N818 - named for the state
    """The extra that speaks to a cluster is not installed, or the cluster is not there."""

    code = "no-ray"


class NoNodes(LaterError):  # noqa: N818 - named for the state
    """No node of the cluster is alive any more; the same command goes on where this one ended."""

    code = "no-nodes"


class Node:
    """What lives on each node: the lists, opened once, and children that hash."""

    def __init__(self, lists: list[str], workers: int, way: Way, radius: int) -> None:
        self._known = [KnownList.open(one) for one in lists]
        self._radius = radius
        self._pool = Pool(workers or processors(), way)

    def lists(self) -> list[dict[str, Any]]:
        """Name and version of each list, as this node has them."""
        return [{"name": one.name, "version": one.version} for one in self._known]

    def hash(self, places: list[Place]) -> list[Outcome]:
        """An outcome for every file of a share."""
        return list(self._pool.run(places))

    def match(self, fingerprints: list[Fingerprint]) -> list[Matches]:
        """What this node's lists say of each fingerprint."""
        return match_in(self._known, fingerprints, self._radius)


class RayCrew:
    """All nodes of a cluster together."""

    def __init__(
        self, lists: Sequence[Path], *, address: str, way: Way, radius: int = 31, workers: int = 0
    ) -> None:
        """Join the cluster at `address` and put an actor on each node.

        Args:
            lists: folders of lists, under the same paths on every node.
            address: of the cluster's head; "auto" finds this machine's, "local" starts one.
            way: how files are hashed.
            radius: most bits in which a picture may differ.
            workers: children on each node; 0: one for each of its processors.

        Raises:
            NoRay: without the extra `copse[ray]`, or when nothing answers at the address.
            InputError: when nodes hold different versions of a list.
        """
        self.way = way
        self._ray = _joined(address)
        self._made = ([str(one.absolute()) for one in lists], workers, way, radius)
        self._nodes: dict[str, Any] = {}
        self._join()
        self.lists = self._same(self._ray.get([one.lists.remote() for one in self._nodes.values()]))

    def close(self) -> None:
        """Leave the cluster; our actors end with us."""
        self._ray.shutdown()

    def hash(self, jobs: Iterable[Place]) -> Iterator[Outcome]:
        """Hash on all nodes; each file has one outcome, however many nodes died of it."""
        for _, share, answer in self._dealt("hash", batches_of(jobs, SHARE)):
            yield from answer if answer is not None else [Outcome(one, LOST) for one in share]

    def match(self, batches: Iterable[Sequence[Fingerprint]]) -> Iterator[Sequence[Matches]]:
        """Match on all nodes; the answers come in the order of the batches."""
        early: dict[int, list[Matches]] = {}
        following = 0
        for number, _, answer in self._dealt("match", batches):
            if answer is None:
                raise NoNodes("No node could match. Start more, then give the command again.")
            early[number] = answer
            while following in early:
                yield early.pop(following)
                following += 1

    def _dealt(
        self, method: str, shares: Iterable[Any]
    ) -> Iterator[tuple[int, Any, list[Any] | None]]:
        """Every share's number, itself and its answer (None: nodes died of it), as they come."""
        fresh = enumerate(shares)
        again: deque[tuple[int, Any]] = deque()
        deaths: Counter[int] = Counter()
        running: dict[Any, tuple[str, int, Any]] = {}
        while True:
            self._deal(method, running, again, fresh)
            if not running:
                return
            (done,), _ = self._ray.wait(list(running), num_returns=1)
            node, number, share = running.pop(done)
            try:
                answer = self._ray.get(done)
            except self._ray.exceptions.RayActorError:
                self._lost(node)
                deaths[number] += 1
                if deaths[number] >= DEATHS:
                    yield number, share, None
                else:
                    again.append((number, share))
                continue
            yield number, share, answer

    def _deal(
        self,
        method: str,
        running: dict[Any, tuple[str, int, Any]],
        again: "deque[tuple[int, Any]]",
        fresh: Iterator[tuple[int, Any]],
    ) -> None:
        load = Counter(node for node, _, _ in running.values())
        for _ in range(AHEAD):
            for node, actor in self._nodes.items():
                if load[node] >= AHEAD:
                    continue
                following = again.popleft() if again else next(fresh, None)
                if following is None:
                    return
                load[node] += 1
                running[getattr(actor, method).remote(following[1])] = (node, *following)

    def _lost(self, node: str) -> None:
        """Do without an actor that died; whatever node is alive has one."""
        self._nodes.pop(node, None)
        self._join()

    def _join(self) -> None:
        from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

        alive = [one["NodeID"] for one in self._ray.nodes() if one["Alive"]]
        for node in alive:
            if node not in self._nodes:
                where = NodeAffinitySchedulingStrategy(node, soft=False)
                # No processors are reserved: the actor's children use them all.
                made = self._ray.remote(Node).options(scheduling_strategy=where, num_cpus=0)
                self._nodes[node] = made.remote(*self._made)
        if not self._nodes:
            raise NoNodes("The cluster has no node left. Start one; the scan goes on from here.")

    def _same(self, told: list[list[dict[str, Any]]]) -> list[dict[str, Any]]:
        if any(one != told[0] for one in told):
            raise InputError(
                "The nodes hold different versions of the lists. Pull them everywhere, then scan."
            )
        return told[0]


def _joined(address: str) -> Any:
    """Ray, connected; it tells its makers nothing of us."""
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    try:
        import ray
    except ImportError:
        raise NoRay("A scan on a cluster needs Ray: pip install 'copse[ray]'.") from None
    told: dict[str, Any] = {"log_to_driver": False, "logging_level": logging.ERROR}
    if address == "local":
        told |= {"include_dashboard": False, "_node_ip_address": "127.0.0.1"}
    try:
        ray.init(address=address, **told)
    except (ConnectionError, ValueError) as error:
        raise NoRay(f"No Ray cluster answers at {address}: {error}.") from None
    return ray
