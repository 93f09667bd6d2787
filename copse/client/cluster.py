"""A scan's crew on a Ray cluster: shares of files go out as tasks, and their answers come back.

A task reads, answers and keeps nothing, so Ray may do it anew elsewhere when a node dies. Only the
process that scans writes, and its ledger has one row a file: nothing is lost or counted twice.
Every node must see the folder and the lists under the same paths (a shared file system, or copies).
The processes of a node map the lists' files, so that an index is in its memory once.
"""

import logging
import os
import socket
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache, partial
from itertools import islice
from pathlib import Path
from typing import Any

from copse.kit.errors import InputError, LaterError
from copse.kit.hashing import HASHER, Fingerprint, Problem
from copse.kit.lists import KnownList, Matches
from copse.kit.scanning.engine import batches_of, match_in
from copse.kit.scanning.pool import Outcome, Pool, Way
from copse.kit.scanning.walking import Place

SHARE = 32  # files in a task
AHEAD = 2  # tasks a processor, so that none waits for us
AGAIN = 3  # times that a task is done anew when its node died; then its files are named and left
GLANCE = 10.0  # seconds without an answer, after which we look whether anybody is still there
KNOCK = 5.0  # seconds in which a cluster's head must open its door
# Its name tells half: without it Ray listens on every address of this machine.
ALONE = {"RAY_USAGE_STATS_ENABLED": "0", "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0"}
# Where something else than Ray opens the door, Ray would try for minutes.
BRIEFLY = {"RAY_gcs_server_port_wait_time_s": "1", "RAY_py_gcs_connect_timeout_s": "5"}


class NoRay(InputError):  # noqa: N818 - named for the state
    """The extra that speaks to a cluster is not installed, or the cluster is not there."""

    code = "no-ray"


class NoNodes(LaterError):  # noqa: N818 - named for the state
    """No node of the cluster is alive any more; the same command goes on where this one ended."""

    code = "no-nodes"


class NodesDiffer(InputError):  # noqa: N818 - named for the state
    """A node has another list, or another Copse, than the one that scans."""

    code = "nodes-differ"


def hash_share(way: Way, hasher: str, places: list[Place]) -> list[Outcome]:
    """On a node: an outcome for every file of a share, made in a child that a file may kill."""
    if hasher != HASHER:
        raise NodesDiffer("The nodes run different versions of Copse. Install one on all of them.")
    return list(_child(way).run(places))


def match_share(
    folders: tuple[str, ...],
    lists: list[dict[str, Any]],
    radius: int,
    fingerprints: Sequence[Fingerprint],
) -> list[Matches]:
    """On a node: what its lists, which must be the named ones, say of each fingerprint."""
    known = _opened(folders)
    if _named(known) != lists:
        raise NodesDiffer(
            "The nodes hold different versions of the lists. Pull them everywhere, then scan again."
        )
    return match_in(known, fingerprints, radius)


@cache
def _child(way: Way) -> Pool:
    return Pool(1, way)


@cache
def _opened(folders: tuple[str, ...]) -> list[KnownList]:
    return [KnownList.open(one) for one in folders]


def _named(known: Iterable[KnownList]) -> list[dict[str, Any]]:
    return [{"name": one.name, "version": one.version} for one in known]


class RayCrew:
    """All nodes of a cluster together; one that joins later works along."""

    def __init__(
        self, lists: Sequence[Path], *, address: str, way: Way, radius: int = 31, workers: int = 0
    ) -> None:
        """Join the cluster at `address`.

        Args:
            lists: folders of lists, under the same paths on every node.
            address: HOST:PORT of the cluster's head; "auto" finds this machine's, "local" starts one.
            way: how files are hashed.
            radius: most bits in which a picture may differ.
            workers: tasks at once, on all nodes together; 0: enough for every processor.

        Raises:
            NoRay: without the extra `copse[ray]`, or when nothing answers at the address.
            NoList, BrokenTable: a list is not there, or damaged.
        """
        self._folders = tuple(str(one.absolute()) for one in lists)
        self.lists = _named(KnownList.open(one, search=False) for one in self._folders)
        self.way = way
        self._radius = radius
        self._workers = workers
        self._ray = _joined(address)

    def close(self) -> None:
        """Leave the cluster; what our tasks still do is ended."""
        self._ray.shutdown()

    def hash(self, jobs: Iterable[Place]) -> Iterator[Outcome]:
        """Hash on all nodes; each file has one outcome, however many nodes died of it."""
        task = self._task(hash_share, self.way, HASHER)
        for _, share, answer in self._answers(task, batches_of(jobs, SHARE)):
            if isinstance(answer, Problem):
                yield from (Outcome(one, answer) for one in share)
            else:
                yield from answer

    def match(self, batches: Iterable[Sequence[Fingerprint]]) -> Iterator[Sequence[Matches]]:
        """Match on all nodes; the answers come in the order of the batches."""
        task = self._task(match_share, self._folders, self.lists, self._radius)
        early: dict[int, list[Matches]] = {}
        following = 0
        for number, _, answer in self._answers(task, batches):
            if isinstance(answer, Problem):
                raise NoNodes(f"{answer.sentence} What was hashed is kept.")
            early[number] = answer
            while following in early:
                yield early.pop(following)
                following += 1

    def _task(self, function: Callable[..., Any], *told: Any) -> Callable[..., Any]:
        remote = self._ray.remote(function).options(
            num_cpus=1, max_retries=AGAIN, scheduling_strategy="SPREAD"
        )
        return partial(remote.remote, *told)

    def _answers(
        self, task: Callable[[Any], Any], shares: Iterable[Any]
    ) -> Iterator[tuple[int, Any, Any]]:
        """Every share's number, itself, and its answer or a `Problem`, as they come."""
        fresh = enumerate(shares)
        running: dict[Any, tuple[int, Any]] = {}
        while True:
            for number, share in islice(fresh, max(0, self._room() - len(running))):
                running[task(share)] = (number, share)
            if not running:
                return
            for done in self._ray.wait(list(running), timeout=GLANCE)[0]:
                yield *running.pop(done), self._answer(done)

    def _room(self) -> int:
        """How many tasks may be on their way."""
        processors = int(self._ray.cluster_resources().get("CPU", 0))
        if not processors:
            raise NoNodes(
                "No node of the cluster has a processor to work with. Start one (`ray start "
                "--address=HEAD:PORT`), then give the same command: it goes on from here."
            )
        return self._workers or AHEAD * processors

    def _answer(self, done: Any) -> Any:
        errors = self._ray.exceptions
        try:
            return self._ray.get(done)
        except errors.RayTaskError as error:
            # Not a node's death, but what our own code said there: it is said here.
            raise error.cause from None
        except errors.RayError as error:
            return Problem(
                "node-lost",
                f"Every node that tried this file died ({type(error).__name__}); scan again to "
                "try once more.",
            )


def _joined(address: str) -> Any:
    """Ray, connected; it tells its makers nothing of us."""
    told: dict[str, Any] = {"log_to_driver": False, "logging_level": logging.ERROR}
    if address == "local":
        told |= {"include_dashboard": False, "_node_ip_address": "127.0.0.1"}
    # Ray reads these when it is imported.
    for name, value in (ALONE if address == "local" else BRIEFLY).items():
        os.environ.setdefault(name, value)
    try:
        import ray
    except ImportError:
        raise NoRay("A scan on a cluster needs Ray: pip install 'copse[ray]'.") from None
    if address != "local":
        _knock(address)
    try:
        ray.init(address=address, **told)
    except (ConnectionError, RuntimeError, ValueError, ray.exceptions.RayError) as error:
        raise _nobody(address, error) from None
    return ray


def _knock(address: str) -> None:
    """See that a head's door opens: Ray itself would wait for minutes where nobody is."""
    # The only one that knows where Ray notes down which cluster this machine belongs to.
    from ray._private.services import get_ray_address_from_environment

    try:
        if address == "auto":
            address = str(get_ray_address_from_environment(address, None))
        host, _, port = address.rpartition(":")
        if not host or "/" in host or not port.isdigit():
            raise NoRay(
                f"{address} is no address of a cluster. Name its head as HOST:PORT, or say `auto` "
                "on a machine that belongs to it."
            )
        socket.create_connection((host.strip("[]"), int(port)), timeout=KNOCK).close()
    except OSError as error:
        raise _nobody(address, error) from None


def _nobody(address: str, error: Exception) -> NoRay:
    why = getattr(error, "strerror", None) or str(error).partition("\n")[0]
    return NoRay(
        f"No Ray cluster answers at {address} ({why}). Start Ray on this machine (`ray start --head`, "
        "or `ray start --address=HEAD:PORT` to join one), or scan without --ray."
    )
