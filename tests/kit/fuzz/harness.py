"""Feeds chance to a reader: `harness.py TARGET [options of libFuzzer]`; see README.md."""

import io
import json
import os
import shutil
import struct
import sys
import tempfile
import zlib
from contextlib import suppress
from copy import deepcopy
from hashlib import sha256
from pathlib import Path

import atheris

ROOT = Path(__file__).parents[3]
sys.path.insert(0, str(ROOT))
# The compiler cannot read what was instrumented.
COMPILED = [
    f"copse.kit.matching.{name}" for name in "kernels lookups sorting telling words".split()
]

with atheris.instrument_imports(include=["copse"], exclude=COMPILED):
    from copse.kit.checkpoint import Signer
    from copse.kit.errors import CopseError
    from copse.kit.exchange import csvfile, formats, hashsharing, local_file, own, vics
    from copse.kit.lists import applying, manifest, pulling, table, versions
    from copse.kit.matching import digestfile, layout, matcher, view

import numpy as np

from copse.kit.lists import KnownList, Publication
from copse.kit.matching import Digests, Matcher
from tests.kit.listed import KEY, NOW, SIGNER, TERMS, gone, made

assert all((applying, table, versions, digestfile, matcher, view))
READERS = {"own": own, "csv": csvfile, "hashsharing": hashsharing, "vics": vics,
           "local_file": local_file}  # fmt: skip
SCRATCH = Path(tempfile.mkdtemp(dir="/dev/shm" if Path("/dev/shm").is_dir() else None))


def read(reader, data):
    for entry in reader(io.BytesIO(data)):
        assert entry.id


def guess(data):
    _, reading = formats.open_list(io.BytesIO(data))
    for entry in reading:
        assert entry.id


def a_manifest(data):
    """The text as a publisher's bug or malice would sign it, and the note as it comes."""
    text = data.decode("utf-8", "replace")
    manifest.claimed_version(text)
    manifest.Manifest.open(SIGNER.sign(text), SIGNER.verifier).way(None)


STRANGE = (None, True, 0, -1, 1.5, float("nan"), 2**70, "", "x", "\ud800", "0" * 64, "2026-13-01T00:00:00Z",
           "0001-01-01T00:00:00+23:59", [], [[]], ["pdq", ["x"]], {}, {"a": {}}, [0], "a" * 3000)  # fmt: skip


def places_in(value, path=()):
    """Every place in a JSON value."""
    inner = enumerate(value) if isinstance(value, list) else ()
    for name, one in value.items() if isinstance(value, dict) else inner:
        yield (*path, name)
        yield from places_in(one, (*path, name))


def turned(value, chance):
    """A JSON value with some of its parts replaced by strange ones, or missing."""
    value = json.loads(json.dumps(value))
    for _ in range(chance.ConsumeIntInRange(1, 4)):
        *path, last = chance.PickValueInList(list(places_in(value)) or [(0,)])
        inner = value
        for name in path:
            inner = inner[name]
        with suppress(IndexError, KeyError, TypeError):
            if chance.ConsumeBool():
                inner[last] = deepcopy(chance.PickValueInList(list(STRANGE)))
            else:
                del inner[last]
    return value


def a_turned_manifest(data):
    chance = atheris.FuzzedDataProvider(data)
    lines = turned([json.loads(line) for line in WHOLE["text"].splitlines()], chance)
    with suppress(UnicodeEncodeError):
        a_manifest("".join(f"{own.dumps(line)}\n" for line in lines).encode())


def a_turned_list(data):
    chance = atheris.FuzzedDataProvider(data)
    if chance.ConsumeBool():
        lines = turned([json.loads(line) for line in WHOLE["own"].splitlines()], chance)
        read(own.read, "\n".join(map(json.dumps, lines)).encode())
    else:
        read(vics.read, json.dumps(turned(json.loads(WHOLE["vics"]), chance)).encode())


def a_note(data):
    manifest.Manifest.open(data.decode("utf-8", "replace"), SIGNER.verifier)


def key(data):
    Signer.parse(data.decode("utf-8", "replace"))


def a_pull(data):
    """A snapshot or, from version 1 on, a delta of these bytes, signed as if all were well."""
    base = SCRATCH / "base"
    here = SCRATCH / "here"
    start = 1 if data[:1] > b"\x7f" else None
    body = data[1:] or b"\n"
    if start:
        shutil.copytree(base, here)
    public = SCRATCH / "public" / "manifest.note"
    first = manifest.Manifest.open(public.read_text(), SIGNER.verifier)
    told = _manifest(first, body, start)
    files = {"manifest.note": told.sign([SIGNER]).encode(), "x.jsonl": body}
    files[f"manifest-{told.version}.note"] = files["manifest.note"]
    try:
        pulling.pull(lambda name, _: [files[name]], here, KEY, now=NOW)
        KnownList.open(here)
    finally:
        shutil.rmtree(here)


def _manifest(first, body, start):
    entries, count, total = body.splitlines()[1:], 0, 0
    for line in entries:
        try:
            total += table.weight(own.entry(json.loads(line)))
            count += 1
        except (ValueError, TypeError, KeyError, AttributeError, CopseError):
            continue
    version = (start or 0) + 1
    return manifest.Manifest(**{
        **first.__dict__, "version": version, "previous": first.digest if start else "",
        "count": count, "total": f"{total % table.MODULUS:064x}",
        "files": (manifest.File("x.jsonl", len(body), sha256(body).hexdigest(), version, start),),
    })  # fmt: skip


QUERIES = np.frombuffer(np.random.default_rng(5).bytes(320), np.uint8).reshape(10, 32)


def changed(whole, data, heads):
    """A good file with some of its bytes replaced, half of them in its heads (start, length)."""
    file = bytearray(whole)
    for at in range(0, len(data) - 12, 12):
        place, value = struct.unpack("<I8s", data[at : at + 12])
        if place & 1:
            start, length = heads[(place >> 1) % len(heads)]
            place = start + (place >> 8) % length
        else:
            place %= len(file) - 8
        file[place : place + 8] = value
    return file


def an_index(data):
    used = layout.DIRECTORY.size + layout.SEGMENT.size
    heads = [(0, 32), (layout.PAGE, used), (2 * layout.PAGE, used)]
    file = changed(WHOLE["matcher"], data, heads)
    # The CRCs fit again, as malice would have it.
    for page in (layout.PAGE, 2 * layout.PAGE):
        end = page + layout.PAGE - 4
        file[end : end + 4] = struct.pack("<I", zlib.crc32(file[page:end]))
    path = SCRATCH / "x.idx"
    path.write_bytes(file)
    opened = Matcher.open(path)
    opened.search(QUERIES)
    opened.search(np.vstack([QUERIES, np.zeros((1, 32), np.uint8)]), 20, 5)
    opened.verify()


def a_digest_file(data):
    end = digestfile.HEAD.size
    file = changed(WHOLE["digests"], data, [(8, end - 16)])
    file[end : end + 4] = struct.pack("<I", zlib.crc32(file[:end]))
    path = SCRATCH / "x.dig"
    path.write_bytes(file)
    opened = Digests.open(path)
    opened.lookup(QUERIES[:, :20])
    opened.verify()


TARGETS = {
    **{name: lambda data, one=one: read(one.read, data) for name, one in READERS.items()},
    "guess": guess, "turned-list": a_turned_list, "turned-manifest": a_turned_manifest, "manifest": a_manifest, "note": a_note, "key": key, "pull": a_pull,
    "matcher": an_index, "digests": a_digest_file,
}  # fmt: skip
WHOLE = {}


def seeds(target):
    """Good files to begin with."""
    entries = [made(1), made(2, pdq=(), labels=()), made(3, md5=None)]
    for name, one in READERS.items():
        out = io.BytesIO()
        one.write(entries, out)
        WHOLE[name] = out.getvalue()
        if target in (name, "guess"):
            yield out.getvalue()
    publication = Publication.create(SCRATCH / "publisher", TERMS)
    told = publication.publish([made(n) for n in range(5)], SIGNER, now=NOW)
    WHOLE["text"] = told.text()
    shutil.copytree(publication.public, SCRATCH / "public")
    pulling.pull(publication.public, SCRATCH / "base", KEY, now=NOW)
    if target.startswith("turned"):
        yield bytes(range(32))
    if target in ("manifest", "note"):
        yield (told.text() if target == "manifest" else told.sign([SIGNER])).encode()
    if target == "key":
        yield SIGNER.secret().encode()
    if target == "pull":
        yield from _files_of(publication)
    noise = np.random.default_rng(1)
    if target == "matcher":
        index = Matcher.build(SCRATCH / "x.idx", noise.integers(0, 256, (500, 32), np.uint8))
        index.add(QUERIES, np.arange(900, 910))
        WHOLE[target] = (SCRATCH / "x.idx").read_bytes()
        yield bytes(24)
    if target == "digests":
        Digests.build(SCRATCH / "x.dig", noise.integers(0, 256, (500, 20), np.uint8))
        WHOLE[target] = (SCRATCH / "x.dig").read_bytes()
        yield bytes(24)


def _files_of(publication):
    yield b"\0" + (publication.public / "1.snapshot.jsonl").read_bytes()
    publication.publish([made(7), gone(2), made(1, md5=None)], SIGNER, now=NOW)
    yield b"\xff" + (publication.public / "2.delta.jsonl").read_bytes()


def main():
    target, *options = sys.argv[1:] or [""]
    if target not in TARGETS:
        sys.exit(f"Name a target: {', '.join(TARGETS)}.")
    corpus = SCRATCH / "corpus"
    corpus.mkdir()
    for number, seed in enumerate(seeds(target)):
        (corpus / str(number)).write_bytes(seed)

    def one(data):
        # An error of ours is what was meant to happen.
        with suppress(CopseError):
            TARGETS[target](data)

    atheris.Setup([sys.argv[0], str(corpus), "-max_len=20000", *options], one)
    try:
        atheris.Fuzz()
    finally:
        shutil.rmtree(SCRATCH, ignore_errors=True)
        os._exit(0)


if __name__ == "__main__":
    main()
