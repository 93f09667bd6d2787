"""`isolate=True`: a bomb ends the child and nothing else; the child can reach nothing."""

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from PIL import Image

from copse.kit.hashing import fingerprint, isolation
from copse.kit.hashing.isolation import Bounds, look_isolated
from tests.kit.drawn import encoded, shapes

PICTURE = encoded(shapes(), "PNG")
SMALL = encoded(shapes(64, 48), "PNG")
MOST = {"mode": "full", "most_pixels": 178_956_970}


@pytest.fixture
def child():
    """The one child that waits; tests share it, since each start takes a second."""
    fingerprint(PICTURE, isolate=True)
    while len(isolation._pool.idle) > 1:
        isolation._pool.idle.pop().end()
    return isolation._pool.idle[0]


@pytest.fixture(scope="module", autouse=True)
def none_is_left():
    yield
    isolation.end_children()


def test_a_child_answers_as_we_would_and_is_used_again(child):
    for data in (PICTURE, encoded(shapes(), "JPEG"), b"", b"<svg>", PICTURE[:99]):
        assert fingerprint(data, isolate=True) == fingerprint(data)
    assert isolation._pool.idle == [child]


def test_a_picture_that_needs_too_much_memory_is_named_and_the_next_is_read(child):
    large = encoded(Image.new("RGB", (6000, 6000), (20, 90, 200)), "PNG", compress_level=1)
    found = look_isolated(large, **MOST, bounds=Bounds(memory=60 << 20))
    assert (found.pdq, found.problem.code) == (None, "out-of-bounds")
    assert fingerprint(PICTURE, isolate=True) == fingerprint(PICTURE)


def test_a_child_that_hangs_is_ended_by_the_clock(child):
    fingerprint(PICTURE, isolate=True)
    os.kill(child.pid, signal.SIGSTOP)
    started = time.monotonic()
    found = look_isolated(PICTURE, **MOST, bounds=Bounds(seconds=1))
    assert found.problem.code == "out-of-bounds"
    assert time.monotonic() - started < 4
    assert fingerprint(PICTURE, isolate=True).pdq


def test_an_idle_child_that_died_is_not_the_next_pictures_fault(child):
    fingerprint(PICTURE, isolate=True)
    os.kill(child.pid, signal.SIGKILL)
    time.sleep(0.2)
    assert fingerprint(PICTURE, isolate=True) == fingerprint(PICTURE)


def test_threads_have_a_child_each(child):
    pictures = [encoded(shapes(seed=seed), "JPEG") for seed in range(6)]
    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(lambda data: fingerprint(data, isolate=True), pictures))
    assert found == [fingerprint(data) for data in pictures]
    assert 1 <= len(isolation._pool.idle) <= 2


CONFINED = """
import os, sys
from copse.kit.hashing import child, looking
child.leave_the_network()
child.warm_up()
import socket
read, write = os.pipe()
child.confine(1 << 30)
tried = {
    "socket": lambda: socket.socket(),
    "file": lambda: open("/etc/passwd"),
    "written": lambda: open("/tmp/x", "w"),
    "pipe": lambda: os.pipe(),
    "inherited": lambda: os.write(write, b"x"),
    "memory": lambda: bytearray(2 << 30),
}
for name, attempt in tried.items():
    try:
        attempt()
        print(name, "worked")
    except (OSError, MemoryError) as error:
        print(name, "refused")
print(looking.look(bytes.fromhex(sys.argv[1])).pdq, flush=True)
child.allow(0, 1 << 30)
while True:
    pass
"""


def test_a_confined_child_opens_nothing_and_is_ended_when_its_seconds_are_spent():
    made = subprocess.run(
        [sys.executable, "-c", CONFINED, SMALL.hex()], capture_output=True, text=True, check=False
    )
    *tried, pdq = made.stdout.splitlines()
    names = ("socket", "file", "written", "pipe", "inherited", "memory")
    assert tried == [f"{name} refused" for name in names]
    assert pdq == fingerprint(SMALL).pdq
    assert made.returncode == -signal.SIGXCPU


def test_a_child_has_an_empty_network():
    """Where the kernel allows it; elsewhere the closed descriptors stand alone."""
    code = (
        "from copse.kit.hashing import child; child.leave_the_network();"
        "print(open('/proc/self/net/dev').read())"
    )
    made = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    cards = [line.split(":")[0].strip() for line in made.stdout.splitlines() if ":" in line]
    if made.stdout.count(":") == Path("/proc/self/net/dev").read_text().count(":") > 1:
        pytest.skip("this kernel gives us no network of our own")
    assert cards == ["lo"]


def test_nothing_of_our_environment_is_handed_on(monkeypatch):
    monkeypatch.setenv("COPSE_SECRET_KEY", "in no child")
    isolation.end_children()
    fingerprint(PICTURE, isolate=True)
    (child,) = isolation._pool.idle
    assert b"in no child" not in Path(f"/proc/{child.pid}/environ").read_bytes()


@pytest.mark.parametrize(
    "lie",
    [{}, {"frames": 1}, {"pdq": "zz"}, {"pdq": "f" * 63}, {"quality": True}, {"quality": 101},
     {"frames": [{"second": "x"}]}, {"problem": {"code": 1}}, {"width": -1}],
)  # fmt: skip
def test_an_answer_without_the_shape_of_one_is_not_believed(lie):
    honest = {
        "kind": "png", "pdq": "f" * 64, "quality": 5, "upright": None, "frames": [],
        "width": 1, "height": 1, "factor": 1, "problem": None,
    }  # fmt: skip
    assert isolation._checked(honest).quality == 5
    with pytest.raises(isolation._Ended):
        isolation._checked(honest | lie if lie else {})
