"""A file that is cut, foreign or damaged is refused with a sentence, and never brings a search down."""

import hashlib
import json
import os
import shutil
import struct
import subprocess
import sys
import zlib
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from copse.kit.errors import InputError
from copse.kit.matching import layout
from copse.kit.matching.digests import Digests
from copse.kit.matching.layout import BadIndex
from copse.kit.matching.matcher import Matcher
from tests.kit.matching_cases import brute, crowd, flipped, noise, told

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture(scope="module")
def good(tmp_path_factory):
    """The bytes of an index with two segments, live entries and withdrawn ones."""
    path = tmp_path_factory.mktemp("good") / "x.idx"
    matcher = Matcher.build(path, crowd(9_000))
    matcher.add(noise(20_000), np.arange(9_000, 29_000))
    matcher.add(noise(10, seed=4), np.arange(29_000, 29_010))
    matcher.withdraw(np.array([3, 10_000]))
    return path.read_bytes()


def sealed(page):
    """A directory page with a fitting CRC: what only malice or a bug of ours could write."""
    body = page[: layout.PAGE - 4]
    return body + struct.pack("<I", zlib.crc32(body))


def in_force(data):
    pages = [layout.Directory.unpack(data[at : at + layout.PAGE]) for at in (4096, 8192)]
    return max((page for page in pages if page), key=lambda one: one.generation)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda _: b"", "too short"),
        (lambda data: data[:100], "too short"),
        (lambda data: data[: layout.DATA], "was cut"),
        (lambda data: data[:-64], "was cut"),
        (lambda data: b"P" + data[1:], "no index of ours"),
        (lambda _: b"SQLite format 3\0" + bytes(20_000), "no index of ours"),
        (lambda data: data[:8] + b"\x09" + data[9:], "version 9"),
        (lambda data: data[:4096] + bytes(8192) + data[12288:], "no whole directory"),
    ],
)
def test_what_is_no_index_is_refused_by_name(tmp_path, good, change, sentence):
    path = tmp_path / "known.idx"
    path.write_bytes(change(good))
    with pytest.raises(BadIndex, match=sentence) as refused:
        Matcher.open(path)
    assert "known.idx" in refused.value.sentence
    assert str(tmp_path) not in refused.value.sentence


def test_a_missing_file_and_a_folder_are_refused(tmp_path):
    with pytest.raises(InputError, match="No such file"):
        Matcher.open(tmp_path / "none.idx")
    with pytest.raises(InputError, match="cannot be opened"):
        Matcher.open(tmp_path)
    with pytest.raises(InputError, match="No such file"):
        Digests.open(tmp_path / "none.dig")


@pytest.mark.parametrize("section", layout.SECTIONS)
def test_verify_finds_a_single_changed_bit_in_any_section(tmp_path, good, section):
    path = tmp_path / "x.idx"
    segment = in_force(good).segments[-1]
    if not segment.size_of(section):
        pytest.skip("this list has no equal fingerprints")
    data = bytearray(good)
    data[segment.at[section] + segment.size_of(section) // 3] ^= 4
    path.write_bytes(data)
    with pytest.raises(BadIndex, match=f"damaged .({section}|buckets)"):
        Matcher.open(path).verify()


def test_verify_finds_a_changed_late_entry(tmp_path, good):
    path = tmp_path / "x.idx"
    data = bytearray(good)
    data[in_force(good).live.words] ^= 1
    path.write_bytes(data)
    with pytest.raises(BadIndex, match="live area"):
        Matcher.open(path).verify()


@pytest.mark.parametrize("bad", [-1, 2**31, 5])
def test_buckets_that_lead_outside_are_refused_on_opening(tmp_path, good, bad):
    path = tmp_path / "x.idx"
    at = in_force(good).segments[-1].at["starts"] + 4 * 40_000
    data = bytearray(good)
    data[at : at + 4] = struct.pack("<i", bad) if bad < 0 else struct.pack("<I", bad)
    path.write_bytes(data)
    with pytest.raises(BadIndex, match="buckets"):
        Matcher.open(path)


@pytest.mark.parametrize("field", range(8, layout.DIRECTORY.size + layout.SEGMENT.size, 8))
def test_a_directory_that_leads_outside_is_refused_or_harmless(tmp_path, good, field):
    """Even with a CRC that fits: every place is compared with the file's size."""
    path = tmp_path / "x.idx"
    path.write_bytes(good)
    at = layout.slot(in_force(good).generation)
    for value in (0, 1, 2**20, 2**40, 2**64 - 1):
        page = bytearray(good[at : at + layout.PAGE])
        page[field : field + 8] = struct.pack("<Q", value)
        with path.open("r+b") as file:
            file.seek(at)
            file.write(sealed(bytes(page)))
        with suppress(BadIndex):
            Matcher.open(path).search(noise(40))


HARMED = """
import json, sys
from pathlib import Path
import numpy as np
from copse.kit.errors import InputError
from copse.kit.matching.matcher import Matcher
from copse.kit.matching.digests import Digests

folder = Path(sys.argv[1])
queries = np.load(folder / "q.npy")
rng = np.random.default_rng(6)

def asked(path):
    try:
        if path.suffix == ".dig":
            return len(Digests.open(path).lookup(queries[:, :16].copy()))
        matcher = Matcher.open(path)
        return len(matcher.search(queries)) >= 0 and str(matcher.stats())[:0]
    except InputError as problem:
        return problem.code

answers = []
for number in range(300):
    print(number, file=sys.stderr, flush=True)
    path = folder / ("x.dig" if number % 2 else "x.idx")
    content = np.memmap(path, np.uint8, "r+")
    places = rng.integers(12_288 if number % 3 else 0, len(content), rng.integers(1, 3_000))
    whole = content[places].copy()
    content[places] = rng.integers(0, 256, len(places))
    if number % 7 == 0:
        path = path.with_stem("cut")
        path.write_bytes(content[: rng.integers(1, len(content))])
    answers.append(asked(path))
    content[places] = whole
print(json.dumps(answers))
"""


def test_hundreds_of_damaged_files_bring_no_process_down(tmp_path, good):
    """Random bytes, anywhere, many at a time; a process of its own searches each of them."""
    (tmp_path / "x.idx").write_bytes(good)
    Digests.build(tmp_path / "x.dig", noise(3_000)[:, :16], np.arange(3_000))
    np.save(tmp_path / "q.npy", np.concatenate([crowd(60), noise(60)]))
    done = subprocess.run(
        [sys.executable, "-c", HARMED, tmp_path],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    answers = json.loads(done.stdout)
    assert len(answers) == 300
    assert len(set(map(str, answers))) > 2, "some are refused, some are searched all the same"
    assert (tmp_path / "x.idx").read_bytes() == good, "each began whole"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=layout.PAGE - 4))
def test_no_page_of_bytes_leads_a_search_outside_the_file(tmp_path, good, page):
    path = tmp_path / "fuzz.idx"
    if not path.exists():
        path.write_bytes(good)
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(sealed(page.ljust(layout.PAGE - 4, b"\0")) + bytes(4096))
    with suppress(BadIndex):
        Matcher.open(path).search(noise(2))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=20_000))
def test_no_bytes_at_all_crash_the_readers(tmp_path, data):
    for reader, magic in ((Matcher, layout.MAGIC), (Digests, b"COPSEDIG")):
        path = tmp_path / "any.idx"
        for content in (data, magic + struct.pack("<I", 1) + data):
            path.write_bytes(content)
            with pytest.raises(BadIndex):
                reader.open(path)


ELSEWHERE = """
import sys, numpy as np
sys.path.insert(0, ".")
from copse.kit.matching.matcher import Matcher
found = Matcher.open(sys.argv[1]).search(np.load(sys.argv[2]))
np.save(sys.argv[3], np.stack([found.query, found.entry.astype(np.int64), found.distance]))
"""


@pytest.fixture(scope="module")
def elsewhere():
    """Where what was compiled for other processors is kept until one of the sources changes.

    Compiling takes ten seconds, and numba itself looks at a function's own file only.
    """
    digest = hashlib.sha256()
    for source in sorted(Path(layout.__file__).parent.glob("*.py")):
        digest.update(source.read_bytes())
    kept = ROOT / "var" / "kernels" / digest.hexdigest()[:16]
    for old in kept.parent.glob("*"):
        if old != kept:
            shutil.rmtree(old, ignore_errors=True)
    return kept


@pytest.mark.slow
def test_a_processor_without_wide_vectors_finds_the_same(tmp_path, elsewhere):
    """On the plainest there is: it has no wide vectors, and does not even count bits."""
    hashes = np.concatenate([crowd(6_000), noise(6_000)])
    matcher = Matcher.build(tmp_path / "x.idx", hashes)
    matcher.add(flipped(hashes[:50], 20), np.arange(12_000, 12_050))
    queries = flipped(hashes[::60], np.arange(200) % 36)
    np.save(tmp_path / "q.npy", queries)
    subprocess.run(
        [
            sys.executable,
            "-c",
            ELSEWHERE,
            *(tmp_path / name for name in ("x.idx", "q.npy", "a.npy")),
        ],
        cwd=ROOT,
        check=True,
        env={
            **os.environ,
            "NUMBA_CPU_NAME": "generic",
            "NUMBA_CPU_FEATURES": "",
            "NUMBA_CACHE_DIR": str(elsewhere),
        },
    )
    rows = {tuple(row) for row in np.load(tmp_path / "a.npy").T.tolist()}
    assert rows == told(matcher.search(queries))
    everything = np.concatenate([hashes, flipped(hashes[:50], 20)])
    assert rows == brute(everything, queries)
