"""A publisher and its list of made-up hashes, for every test about lists."""

from datetime import UTC, datetime

import numpy as np

from copse.kit.checkpoint import Signer
from copse.kit.lists import Entry, Licence, Terms, pull

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


def publish(publication, *changes, **more):
    return publication.publish(changes, SIGNER, now=NOW, **more)


def take(publication, here, key=KEY, now=NOW):
    return pull(publication.public, here, key, now=now)
