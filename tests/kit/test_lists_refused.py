"""What a subscriber refuses, and that the last good list serves on through all of it."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from copse.kit.checkpoint import Signer, Verifier
from copse.kit.errors import CopseError, LaterError
from copse.kit.lists import (
    BadManifest, Expired, KnownList, Publication, RolledBack, import_file, pull, verify,
)  # fmt: skip
from copse.kit.lists import versions
from copse.kit.lists.applying import BrokenDelta
from copse.kit.lists.importing import NothingRead
from copse.kit.lists.known import Plain
from copse.kit.lists.manifest import Manifest, claimed_version
from copse.kit.lists.pulling import BadFile, from_folder
from copse.kit.lists.versions import Busy, NoList
from tests.kit.listed import KEY, NOW, SIGNER, TERMS, gone, made, publish, take

NEXT = Signer("arbora.example/list-2", b"n" * 32)


class Service:
    """A publisher at version 3 and a subscriber who has version 1."""

    def __init__(self, folder):
        self.publication = Publication.create(folder / "publisher", TERMS)
        self.public = self.publication.public
        self.here = folder / "here"
        publish(self.publication, *[made(n) for n in range(10)])
        take(self.publication, self.here)
        shutil.copytree(self.public, folder / "public-1")
        self.old = folder / "public-1"
        publish(self.publication, made(20))
        publish(self.publication, made(21), gone(0))

    def pull(self, **more):
        return pull(self.public, self.here, now=NOW, **more)

    def assert_still_serves(self, version=1):
        known = KnownList.open(self.here)
        assert known.version == version
        assert known.match(Plain(md5=made(5).md5))
        assert verify(self.here, now=NOW).ok
        assert list(self.here.glob("incoming-*/lock")) == []

    def resign(self, change, signer=SIGNER):
        """Sign the latest manifest anew, changed; as only somebody with the key could."""
        manifest = change(self.publication.manifest())
        note = manifest.sign([signer])
        (self.public / "manifest.note").write_text(note)
        (self.public / f"manifest-{manifest.version}.note").write_text(note)

    def rewrite(self, name, raw, *, signed):
        """Change a file; `signed`: and the manifest with it."""
        (self.public / name).write_bytes(raw)
        if signed:
            digest = sha256(raw).hexdigest()
            self.resign(
                lambda m: replace(
                    m,
                    files=tuple(
                        replace(f, size=len(raw), sha256=digest) if f.name == name else f
                        for f in m.files
                    ),
                )
            )


@pytest.fixture
def service(tmp_path):
    made_ = Service(tmp_path)
    yield made_
    made_.publication.close()


# Files


@pytest.mark.parametrize(
    "damage",
    [
        lambda raw: raw[:-1],
        lambda raw: raw + b"\n",
        lambda raw: raw.replace(b"0", b"1", 1),
        lambda raw: b"".join(reversed(raw.splitlines(keepends=True))),
        lambda _: b"",
    ],
    ids=["truncated", "longer", "corrupted", "reordered", "empty"],
)
@pytest.mark.parametrize("name", ["2.delta.jsonl", "3.delta.jsonl"])
def test_a_file_that_is_not_what_was_signed_is_refused(service, name, damage):
    service.rewrite(name, damage((service.public / name).read_bytes()), signed=False)
    with pytest.raises(BadFile, match="cut off or changed"):
        service.pull()
    service.assert_still_serves()


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (lambda lines: [lines[0], *lines[:0:-1]], None),
        (lambda lines: lines[:-1], "count and sum"),
        (lambda lines: [*lines, lines[-1]], "not here"),
        (lambda lines: lines[1:], "another version"),
        (lambda lines: [lines[0].replace(b'"to":3', b'"to":2'), *lines[1:]], "another version"),
        (lambda lines: [lines[0].replace(b"arbora", b"barbora"), *lines[1:]], "another version"),
        (lambda lines: [*lines, b"{}\n"], "line 4"),
    ],
    ids=["order within", "missing", "twice", "no header", "wrong step", "other list", "wrong row"],
)
def test_a_delta_signed_by_mistake_is_refused_unless_it_comes_to_the_same(service, change, what):
    path = service.public / "3.delta.jsonl"
    service.rewrite(path.name, b"".join(change(path.read_bytes().splitlines(True))), signed=True)
    if what is None:
        assert service.pull().version == 3
        return
    with pytest.raises(CopseError, match=what):
        service.pull()
    service.assert_still_serves()


def test_a_missing_file_is_a_matter_of_trying_again(service):
    (service.public / "2.delta.jsonl").unlink()
    with pytest.raises(LaterError, match="cannot be read"):
        service.pull()
    service.assert_still_serves()


def test_a_source_that_sends_without_end_is_stopped(service):
    taken = []

    def endless(name, most):
        if name.endswith(".jsonl"):
            while True:
                taken.append(1)
                yield b"x" * 1000
        yield from from_folder(service.public)(name, most)

    with pytest.raises(BadFile):
        pull(endless, service.here, now=NOW)
    assert len(taken) < 10
    with pytest.raises(BadManifest, match="longer than any manifest"):
        pull(lambda _name, _most: iter(lambda: b"x" * 100_000, b""), service.here, now=NOW)
    service.assert_still_serves()


# Versions


def test_an_older_version_is_refused(service):
    service.pull()
    with pytest.raises(RolledBack, match="version 1 of arbora, but version 3"):
        pull(service.old, service.here, now=NOW)
    service.assert_still_serves(3)


def test_another_history_of_the_same_version_is_refused(service, tmp_path):
    service.pull()
    service.resign(lambda m: replace(m, count=m.count, hasher="other"))
    with pytest.raises(RolledBack, match="two histories"):
        service.pull()
    service.assert_still_serves(3)


def test_a_broken_chain_is_refused(service):
    service.resign(lambda m: replace(m, previous="0" * 64))
    with pytest.raises(RolledBack, match="does not continue"):
        service.pull()
    service.assert_still_serves()


def test_a_chain_with_a_step_of_another_version_is_refused(service):
    shutil.copy(service.public / "manifest-1.note", service.public / "manifest-2.note")
    with pytest.raises(RolledBack, match="Version 2 of the source does not continue"):
        service.pull()
    service.assert_still_serves()


def test_a_version_out_of_all_reach_is_refused_without_walking_there(service):
    note = (service.public / "manifest.note").read_text()
    (service.public / "manifest.note").write_text(note.replace('"version":3', '"version":99999999'))
    with pytest.raises(RolledBack):
        service.pull()
    service.assert_still_serves()


def test_an_expired_version_is_not_taken_and_the_old_list_serves_as_stale(service):
    late = NOW + TERMS.valid
    with pytest.raises(Expired, match="ran out on 2026-12-09"):
        pull(service.public, service.here, now=late)
    service.assert_still_serves()
    known = KnownList.open(service.here)
    assert known.stale(late)
    assert not known.stale(late - timedelta(seconds=1))
    verdict = verify(service.here, now=late)
    assert (verdict.ok, verdict.stale) == (True, True)


# Keys


def test_an_unknown_key_is_refused(service):
    service.resign(lambda m: m, Signer(SIGNER.verifier.name, b"x" * 32))
    with pytest.raises(BadManifest, match="not signed by the key"):
        service.pull()
    service.assert_still_serves()


def test_the_first_pull_needs_the_key_and_the_right_one(service, tmp_path):
    for key, what in ((None, "Give the publisher's key"), ("nonsense", "name.id.key"),
                      (str(NEXT.verifier), "not signed by")):  # fmt: skip
        with pytest.raises(BadManifest, match=what):
            pull(service.public, tmp_path / "other", key, now=NOW)
    assert not (tmp_path / "other" / "current").exists()


def test_a_later_pull_with_another_key_is_refused(service):
    with pytest.raises(BadManifest, match="did not hand over"):
        service.pull(key=str(NEXT.verifier))
    service.assert_still_serves()


def test_a_key_hands_over_to_the_next_and_is_not_believed_afterwards(service):
    service.publication.publish([made(30)], SIGNER, next_signer=NEXT, now=NOW)
    service.publication.publish([made(31)], NEXT, now=NOW)
    pulled = service.pull()
    assert pulled.version == 5
    service.publication.publish([made(32)], NEXT, now=NOW)
    assert service.pull(key=str(NEXT.verifier)).version == 6
    service.assert_still_serves(6)
    service.publication.publish([made(33)], NEXT, now=NOW)
    service.resign(lambda m: m, SIGNER)
    with pytest.raises(BadManifest, match="not signed by"):
        service.pull()
    service.assert_still_serves(6)


def test_a_subscriber_at_the_handing_over_goes_on_with_the_next_key(service):
    service.publication.publish([made(30)], SIGNER, next_signer=NEXT, now=NOW)
    assert service.pull().version == 4
    assert service.pull().new is False
    service.publication.publish([made(31)], NEXT, now=NOW)
    assert service.pull().version == 5


def test_a_next_key_that_did_not_sign_is_refused(service):
    service.resign(lambda m: replace(m, next_key=str(NEXT.verifier)))
    with pytest.raises(BadManifest, match=r"not signed by the key of arbora\.example/list-2"):
        service.pull()
    service.assert_still_serves()


# Manifests


def manifest():
    return Manifest.parse(
        '{"copse_manifest":1,"count":0,"created":"2026-11-25T10:00:00Z","expires":'
        '"2026-12-09T10:00:00Z","hasher":"h","kinds":["pdq"],"licence":{"text":"t","url":"u"},'
        f'"name":"n","previous":"","publisher":"p","sum":"{"0" * 64}","version":1}}\n'
    )


@pytest.mark.parametrize(
    "change",
    [
        {"name": "../n"}, {"name": "N"}, {"version": 0}, {"version": True}, {"version": "1"},
        {"version": 2}, {"previous": "0" * 64}, {"count": -1}, {"sum": "0"}, {"kinds": ["photo"]},
        {"expires": "2026-11-25T10:00:00Z"}, {"created": "2026-11-25 10:00:00"},
        {"licence": {"text": 1, "url": "u"}}, {"more": 1}, {"copse_manifest": 2}, {"hasher": None},
        {"kinds": [["pdq"]]}, {"name": 7}, {"sum": 7}, {"name": []}, {"previous": 7, "version": 2},
    ],
    ids=str,
)  # fmt: skip
def test_a_signed_manifest_that_makes_no_sense_is_refused(change):
    fields = {**json.loads(manifest().text()), **change}
    text = json.dumps(fields, sort_keys=True, separators=(",", ":")) + "\n"
    with pytest.raises(BadManifest):
        Manifest.open(SIGNER.sign(text), SIGNER.verifier)


FILE = {"kind": "snapshot", "name": "1.snapshot.jsonl", "sha256": "0" * 64, "size": 9, "to": 1}


@pytest.mark.parametrize(
    "change",
    [
        {"name": "../../etc/passwd"}, {"name": "/etc/passwd"}, {"name": "a/b"}, {"name": ".hidden"},
        {"name": ""}, {"size": 0}, {"size": 1 << 50}, {"to": 2}, {"sha256": "0"},
        {"kind": "delta", "from": 0}, {"kind": "delta", "from": 1}, {"name": 7}, {"name": ["x"]},
        {"sha256": 7}, {"to": None}, {"size": []},
    ],
    ids=str,
)  # fmt: skip
def test_a_manifest_leads_to_no_file_outside_its_folder(change):
    def text(**more):
        line = json.dumps({**FILE, **more}, sort_keys=True, separators=(",", ":"))
        return f"{manifest().text()}{line}\n"

    assert Manifest.parse(text()).files[0].name == FILE["name"]
    with pytest.raises(BadManifest):
        Manifest.parse(text(**change))


@given(raw=st.text(max_size=300) | st.binary(max_size=300).map(lambda b: b.decode("latin-1")))
def test_any_text_for_a_manifest_is_refused_in_words(raw):
    for read in (Manifest.parse, claimed_version, lambda t: Manifest.open(t, SIGNER.verifier)):
        with pytest.raises(BadManifest):
            read(raw)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_damaged_source_never_gets_in(service, data):
    """Bytes changed anywhere in what is served: refused in words, and the old list serves."""
    names = sorted(path.name for path in service.public.iterdir())
    name = data.draw(st.sampled_from(names))
    path = service.public / name
    raw = bytearray(whole := path.read_bytes())
    at = data.draw(st.integers(0, len(raw) - 1))
    raw[at : at + data.draw(st.integers(0, 40))] = data.draw(st.binary(max_size=20))
    path.write_bytes(raw)
    try:
        shutil.rmtree(service.here)
        pull(service.old, service.here, KEY, now=NOW)
        with suppress(CopseError):
            pulled = service.pull()
            # What was not needed may be damaged; what came in is what was signed.
            assert pulled.version in {1, 3}
            assert verify(service.here, now=NOW).ok
        assert KnownList.open(service.here).match(Plain(md5=made(5).md5))
    finally:
        path.write_bytes(whole)


# The folder


def test_two_pulls_at_once_do_not_mix(service):
    with versions.writing(service.here), pytest.raises(Busy, match="Another process"):
        service.pull()
    assert service.pull().version == 3


def test_a_damaged_folder_is_said_and_not_guessed_at(service, tmp_path):
    (service.here / "current").write_text("../publisher\n")
    with pytest.raises(NoList, match="damaged"):
        KnownList.open(service.here)
    with pytest.raises(NoList, match="copse list pull"):
        KnownList.open(tmp_path / "nothing")


@pytest.mark.parametrize("name", ["entries.sqlite", "pdq.idx", "md5.idx"])
def test_a_list_that_rotted_on_the_disk_does_not_verify(service, name):
    path = next(service.here.glob(f"base-*/{name}"))
    raw = bytearray(path.read_bytes())
    third = len(raw) // 3
    raw[third : 2 * third] = bytes(255 - byte for byte in raw[third : 2 * third])
    path.write_bytes(raw)
    verdict = verify(service.here, now=NOW)
    assert not verdict.ok
    assert "another folder" in verdict.remarks[-1]


def test_a_published_folder_verifies_and_a_damaged_one_does_not(service):
    assert verify(service.public, KEY, now=NOW).ok
    with pytest.raises(BadManifest, match="--key"):
        verify(service.public, now=NOW)
    service.rewrite("3.delta.jsonl", b"{}", signed=False)
    assert verify(service.public, KEY, now=NOW).problems == [
        "3.delta.jsonl is not what the manifest names."
    ]
    assert not verify(service.public, str(NEXT.verifier), now=NOW).ok


def test_local_and_signed_lists_do_not_take_each_other_s_folder(service, tmp_path):
    path = tmp_path / "x.csv"
    path.write_text(f"md5\n{made(1).md5}\n")
    with pytest.raises(RolledBack, match="signed list"):
        import_file(path, service.here)
    import_file(path, tmp_path / "local")
    with pytest.raises(RolledBack, match="local list"):
        pull(service.public, tmp_path / "local", KEY, now=NOW)
    path.write_text("md5\nzz\n")
    with pytest.raises(NothingRead, match="no entry that could be taken"):
        import_file(path, tmp_path / "local")
    assert len(KnownList.open(tmp_path / "local")) == 1


KILLED = """
import sys
from datetime import datetime
from pathlib import Path
from copse.kit.lists import pull
print("begun", flush=True)
pull(Path(sys.argv[1]), Path(sys.argv[2]), now=datetime.fromisoformat(sys.argv[3]))
print("done", flush=True)
"""


def test_a_pull_that_is_killed_at_any_moment_leaves_a_whole_list(service):
    """Killed 8 times between its beginning and its end; the last one is let through."""
    publish(service.publication, *[made(n) for n in range(100, 3_000)])
    words = [sys.executable, "-c", KILLED, service.public, service.here, NOW.isoformat()]
    served = set()
    for step in range(8):
        with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as pulling:
            assert pulling.stdout.readline() == "begun\n"
            time.sleep(0.06 * step)
            os.kill(pulling.pid, signal.SIGKILL)
        known = KnownList.open(service.here)
        served.add(known.version)
        assert known.match(Plain(md5=made(5).md5))
        assert verify(service.here, now=NOW).problems == []
    assert served <= {1, 4}
    assert service.pull().version == 4
    assert list(service.here.glob("incoming-*")) == []


def test_the_sum_catches_what_the_count_does_not(service):
    service.resign(lambda m: replace(m, total="1" * 64))
    with pytest.raises(BrokenDelta, match="count and sum"):
        service.pull()
    service.assert_still_serves()


def test_a_key_travels_as_text():
    assert Verifier.parse(KEY) == SIGNER.verifier
