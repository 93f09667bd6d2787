"""A list from its publisher to a match: signed, pulled, applied, and refused when it is not right."""

from datetime import UTC, datetime

import numpy as np
import pytest

from copse.kit.checkpoint import Signer
from copse.kit.lists import Entry, KnownList, Licence, Publication, Terms, pull
from copse.kit.lists.known import Plain

SIGNER = Signer("arbora.example/list", b"s" * 32)
KEY = str(SIGNER.verifier)
NOW = datetime(2026, 11, 25, 10, tzinfo=UTC)
TERMS = Terms(
    "arbora",
    "Arbora Hotline",
    Licence("For finding and removing known material only.", "https://hotline.example/terms"),
    hasher="copse-pdq/1",
)


def made(number, *, label="material_label/1/baseline_act", **more):
    """Entry `number`: a hash of chance, and digests of its own."""
    chance = np.random.default_rng(number)
    fields = {
        "pdq": (chance.bytes(32).hex(),),
        "md5": chance.bytes(16).hex(),
        "sha1": chance.bytes(20).hex(),
        "sha256": chance.bytes(32).hex(),
        "labels": (label,),
        "updated": NOW,
    }
    return Entry(f"a-{number:06d}", **{**fields, **more})


def gone(number):
    return Entry(f"a-{number:06d}", updated=NOW, withdrawn=True)


def turned(value, bits):
    """The hash with its first `bits` bits turned over."""
    return f"{int(value, 16) ^ ((1 << bits) - 1) << (256 - bits):064x}"


@pytest.fixture
def publication(tmp_path):
    made_ = Publication.create(tmp_path / "publisher", TERMS)
    yield made_
    made_.close()


@pytest.fixture
def here(tmp_path):
    return tmp_path / "here"


def publish(publication, *changes, **more):
    return publication.publish(changes, SIGNER, now=NOW, **more)


def take(publication, here, **more):
    return pull(publication.public, here, KEY, now=NOW, **more)


def test_what_is_published_is_pulled_and_matched(publication, here):
    entries = [made(n) for n in range(50)]
    publish(publication, *entries)
    pulled = take(publication, here)
    assert (pulled.name, pulled.version, pulled.added) == ("arbora", 1, 50)
    known = KnownList.open(here)
    assert (known.name, known.version, len(known), known.signed) == ("arbora", 1, 50, True)
    assert list(known.entries()) == entries
    found = known.match(Plain(pdq=turned(entries[7].pdq[0], 31), sha1=entries[9].sha1))
    assert [(m.entry, m.how, m.distance) for m in found] == [
        ("a-000009", "sha1", None),
        ("a-000007", "pdq", 31),
    ]
    assert found.found[0].labels == ("material_label/1/baseline_act",)
    assert not known.match(Plain(pdq=turned(entries[7].pdq[0], 32)))


def test_a_delta_adds_changes_and_withdraws(publication, here):
    publish(publication, *[made(n) for n in range(10)])
    take(publication, here)
    known = KnownList.open(here)
    changed = made(3, pdq=made(103).pdq)
    publish(publication, made(20), changed, gone(4))
    pulled = take(publication, here)
    assert (pulled.before, pulled.version) == (1, 2)
    assert (pulled.added, pulled.changed, pulled.withdrawn) == (1, 1, 1)
    assert known.version == 2, "a list in use notices the new version"
    assert known.match(Plain(md5=made(20).md5))
    assert not known.match(Plain(md5=made(4).md5))
    assert not known.match(Plain(pdq=made(3).pdq[0]))
    assert known.match(Plain(pdq=made(103).pdq[0])).found[0].entry == "a-000003"
    assert list(known.entries()) == list(publication.entries())
