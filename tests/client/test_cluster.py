"""A scan on a Ray cluster of two workers on this machine, one of which is killed midway."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path

import psutil
import pytest

from copse.kit.scanning import Ledger, LocalCrew, Way, scan
from tests.toolkit import Arbora, entry, saved

FILES = 120
ROOT = Path(__file__).parents[2]
needs_ray = pytest.mark.skipif(find_spec("ray") is None, reason="copse[ray] is not installed")


@pytest.fixture
def home():
    """Where Ray keeps its things: a short path, because it makes sockets there."""
    folder = Path(tempfile.mkdtemp(prefix="copse-"))
    yield folder
    shutil.rmtree(folder)


def environment(home):
    # Nothing is told to Ray's makers, and all stays on loopback.
    quiet = {"RAY_USAGE_STATS_ENABLED": "0", "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0"}
    kept = {name: told for name, told in os.environ.items() if not name.startswith("RAY_")}
    return {**kept, **quiet, "RAY_TMPDIR": str(home), "PYTHONPATH": str(ROOT)}


@pytest.fixture
def cluster(tmp_path, home):
    """The program with the cluster, which takes its time to start."""
    words = [tmp_path / name for name in ("archive", "arbora", "ledger", "result")]
    with subprocess.Popen(
        [sys.executable, ROOT / "tests/client/on_a_cluster.py", *words],
        env=environment(home), cwd=tmp_path, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as program:  # fmt: skip
        yield program
        program.terminate()


def left_behind(home):
    """Processes that still hold or name the cluster's folder, after a moment to end."""
    until = time.monotonic() + 10
    while left := [one.name() for one in psutil.process_iter() if str(home) in words_of(one)]:
        if time.monotonic() > until:
            return left
        time.sleep(0.2)
    return []


def words_of(process):
    try:
        return " ".join([*process.cmdline(), process.environ().get("RAY_TMPDIR", "")])
    except psutil.Error:
        return ""


def without_cluster(archive, known, folder):
    """The result of the same scan by this machine alone."""

    def tell(told):
        if told.stage == "hashing" and told.done == 0:
            (archive / "gone.png").unlink()

    crew = LocalCrew([known], workers=1, way=Way())
    with Ledger(folder / "ledger-alone") as ledger:
        scan(os.fsencode(archive), ledger=ledger, crew=crew, result=folder / "alone", tell=tell)
    return (folder / "alone").read_text("ascii")


def drawn_archive(folder):
    """Pictures, one of them cut off, and one that will be gone when it is opened."""
    paths = [saved(folder / "archive" / f"{n:03}.png", n) for n in range(FILES)]
    paths[5].write_bytes(paths[5].read_bytes()[:999])
    (folder / "archive" / "gone.png").write_bytes(b"gone")
    return paths


@needs_ray
@pytest.mark.slow
def test_a_node_killed_midway_loses_nothing_and_doubles_nothing(cluster, tmp_path, home):
    paths = drawn_archive(tmp_path)
    known = Arbora(tmp_path).publish(*(entry(f"e-{path.stem}", path) for path in paths[::10]))
    expected = without_cluster(tmp_path / "archive", known, tmp_path)
    (tmp_path / "archive" / "gone.png").write_bytes(b"gone")
    said, complaint = cluster.communicate("go on\n", timeout=150)
    assert cluster.returncode == 0, complaint
    told = json.loads(said.splitlines()[-1])
    assert told["workers"] == 2
    assert 0 < told["killed_after"] < FILES, "it died with work in its hands"
    assert (tmp_path / "result").read_text("ascii") == expected
    lines = [json.loads(line) for line in expected.splitlines()]
    assert [one["path"] for one in lines if one["kind"] == "match"] == list(map(str, paths[::10]))
    reasons = {Path(one["path"]).name: one["code"] for one in lines if one["kind"] == "problem"}
    assert reasons == {"005.png": "truncated", "gone.png": "missing"}
    assert told["other_version"] == "nodes-differ", "what fails on a node is said here"
    assert told["reachable"] == []
    assert left_behind(home) == []


def scan_with(before, *words, **variables):
    """`copse scan` in a fresh interpreter that first runs `before`."""
    program = f"import sys; {before}; from copse.cli import main; sys.exit(main())"
    return subprocess.run(
        [sys.executable, "-c", program, "scan", *words],
        env={**os.environ, **variables}, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip


@pytest.fixture
def scanned(tmp_path):
    """The words of a scan with a list, but for its cluster."""
    picture = saved(tmp_path / "archive" / "1.png", 1)
    arbora = Arbora(tmp_path)
    arbora.publish(entry("e-1", picture))
    return [picture.parent, "--list", arbora.folder, "--state", tmp_path / "ledger", "--ray"]


@needs_ray
@pytest.mark.parametrize("address", ["127.0.0.1:1", "auto"])
def test_where_no_cluster_answers_the_command_says_so_soon(scanned, home, address):
    """`auto` reads a note that a cluster which is no more has left on this machine."""
    (home / "ray").mkdir()
    (home / "ray" / "ray_current_cluster").write_text("127.0.0.1:1")
    begun = time.monotonic()
    done = scan_with("pass", *scanned, address, **environment(home))
    assert done.returncode == 2
    assert "No Ray cluster answers at 127.0.0.1:1 (Connection refused)" in done.stderr
    assert "ray start --head" in done.stderr
    assert time.monotonic() - begun < 40, "and the interpreter's start is most of it"


@needs_ray
def test_what_is_no_address_is_not_tried(scanned, home):
    done = scan_with("pass", *scanned, "ray://head:10001", **environment(home))
    assert done.returncode == 2
    assert "Name its head as HOST:PORT" in done.stderr


def test_without_the_extra_the_command_says_what_to_install(scanned):
    done = scan_with("sys.modules['ray'] = None", *scanned, "auto")
    assert done.returncode == 2
    assert "pip install 'copse[ray]'" in done.stderr
