"""Every kind of fingerprint, held to the same suite."""

import io

import numpy as np
import pdqhash
import pytest
from PIL import Image
from threatexchange.signal_type.pdq.pdq_hasher import pdq_from_bytes

from copse.kit.hashing import digests, distance, fingerprint
from tests.kit.drawn import clouds, encoded, shapes
from tests.kit.fingerprint_conformance import FingerprintConformance
from tests.kit.test_hashing_oracle import SHARED, packed

COLOUR = encoded(shapes(700, 500), "JPEG", quality=85)
GREY = encoded(shapes(700, 500).convert("L"), "JPEG", quality=85)
LARGE = encoded(clouds(np.random.default_rng(3), 1200, 1100, 40), "JPEG", quality=85)


def reference_of_luma(data):
    with Image.open(io.BytesIO(data)) as picture:
        picture.draft("L", picture.size)
        luma = np.asarray(picture)
    return packed(pdqhash.compute(np.repeat(luma[:, :, None], 3, 2))[0]).hex()


class TestFullPdq(FingerprintConformance):
    known = tuple((data, reference_of_luma(data)) for data in (COLOUR, GREY, LARGE))
    of_pixels = True

    def make(self, source):
        return fingerprint(source).pdq

    def distance(self, one, other):
        return distance(one, other)


class TestExactPdq(TestFullPdq):
    known = tuple((data, pdq_from_bytes(data)[0]) for data in (COLOUR, GREY, LARGE))

    def make(self, source):
        return fingerprint(source, mode="exact").pdq


class TestFastPdq(TestFullPdq):
    allowed = 8

    def make(self, source):
        return fingerprint(source, mode="fast").pdq


class TestIsolatedPdq(TestFullPdq):
    def make(self, source):
        return fingerprint(source, isolate=True).pdq


class _Digest(FingerprintConformance):
    name = ""

    def make(self, source):
        return getattr(fingerprint(source), self.name)

    def distance(self, one, other):
        return int(one != other)


class TestMd5(_Digest):
    """The last vectors are RFC 1321's, RFC 3174's and FIPS 180's."""

    name = "md5"
    known = (
        (b"", "d41d8cd98f00b204e9800998ecf8427e"),
        (b"message digest", "f96b697d7cb7938d525a2f31aaf161d0"),
    )


class TestSha1(_Digest):
    name = "sha1"
    known = (
        (b"", "da39a3ee5e6b4b0d3255bfef95601890afd80709"),
        (b"abc", "a9993e364706816aba3e25717850c26c9cd0d89d"),
    )


class TestSha256(_Digest):
    name = "sha256"
    known = (
        (b"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        (b"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    )


def test_a_stream_is_digested_in_one_pass():
    found = fingerprint(LARGE)
    assert digests(io.BytesIO(LARGE)) == (found.md5, found.sha1, found.sha256)


@pytest.mark.skipif(not SHARED, reason="the shared pictures are not here")
def test_the_bridge_has_the_hash_that_meta_publishes():
    bridge = next(path for path in SHARED if path.stem == "aaa-orig")
    published = "f8f8f0cee0f4a84f06370a22038f63f0b36e2ed596621e1d33e6b39c4e9c9b22"
    assert fingerprint(bridge, mode="exact").pdq == published
    assert distance(fingerprint(bridge).pdq, published) <= 10


@pytest.mark.parametrize("path", SHARED, ids=lambda path: path.stem)
def test_exact_is_what_threatexchange_computes(path):
    found = fingerprint(path, mode="exact")
    assert (found.pdq, found.quality) == pdq_from_bytes(path.read_bytes())


def test_fast_drifts_little_from_full():
    """The distribution over more pictures is in the package's docstring."""
    rng = np.random.default_rng(11)
    sizes = [(1280, 1100), (1600, 1200), (1080, 1350), (1920, 1080)]
    drawn = [encoded(clouds(rng, *sizes[i % 4], 20 + 5 * i), "JPEG", quality=85) for i in range(12)]
    pictures = drawn + [path.read_bytes() for path in SHARED]
    drifts = []
    for data in pictures:
        fast, full = fingerprint(data, mode="fast"), fingerprint(data)
        drifts.append(distance(fast.pdq, full.pdq))
        assert fast.mode == "fast"
        assert fast.hasher.startswith("copse-pdq/1 fast 1/")
    assert np.percentile(drifts, 95) <= 4
    assert max(drifts) <= 8
