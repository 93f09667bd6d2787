"""Fast mode reads a JPEG's slowest waves itself; libjpeg is the oracle, and gets what is odd."""

import io

import numpy as np
import pytest
import simplejpeg
from PIL import Image

from copse.kit.hashing import distance, fingerprint
from copse.kit.hashing.jpegplan import plan
from copse.kit.hashing.skimming import KEPT, ZIGZAG, skim
from tests.kit.drawn import clouds, encoded, shapes


def means_by_libjpeg(data):
    """Of each block of 8 x 8, rounded, as the decoder that shrinks by 8 gives them."""
    wide, high = Image.open(io.BytesIO(data)).size
    grey = simplejpeg.decode_jpeg(
        data, "GRAY", min_height=-(-high // 8), min_width=-(-wide // 8), min_factor=8
    )
    return grey[:, :, 0].astype(float)


def coefficients(picture, quality=90):
    """All of luma, from an exact transform of what a decoder shows; blocks down and across."""
    data = encoded(picture, "JPEG", quality=quality, subsampling=0)
    grey = simplejpeg.decode_jpeg(data, "GRAY", fastdct=False)[:, :, 0].astype(float) - 128
    high, wide = grey.shape
    cubes = grey.reshape(high // 8, 8, wide // 8, 8)
    waves = np.cos(np.outer(np.arange(8), 2 * np.arange(8) + 1) * np.pi / 16) / 2
    waves[0] /= np.sqrt(2)
    return data, np.einsum("vy,aybx,ux->abvu", waves, cubes, waves)


def grainy(picture, seed=0, strength=12):
    pixels = np.asarray(picture, np.float32)
    grain = np.random.default_rng(seed).normal(0, strength, pixels.shape)
    return Image.fromarray((pixels + grain).clip(0, 255).astype(np.uint8))


WRITTEN = {
    "4:2:0": {"quality": 85},
    "4:4:4": {"quality": 92, "subsampling": 0},
    "4:2:2": {"quality": 75, "subsampling": 1},
    "own tables": {"quality": 85, "optimize": True},
    "coarse": {"quality": 20},
    "nearly lossless, long codes": {"quality": 100, "subsampling": 0},
    "restarts": {"quality": 85, "restart_marker_blocks": 7},
    "many restarts": {"quality": 85, "restart_marker_blocks": 1},
    "a restart a row": {"quality": 95, "restart_marker_rows": 1},
}


@pytest.mark.parametrize("size", [(640, 512), (633, 519), (517, 600)])
@pytest.mark.parametrize("written", WRITTEN)
def test_each_blocks_mean_is_the_decoders(written, size):
    picture = grainy(shapes(*size))
    for shown in (picture, picture.convert("L")):
        data = encoded(shown, "JPEG", **WRITTEN[written])
        by_libjpeg = means_by_libjpeg(data)
        for factor, kept in KEPT.items():
            found = skim(data, factor)
            assert found.planes.shape[0] == kept
            means = found.planes[0].reshape(-1, found.stride) * found.steps[0] / 8.0 + 128
            means = means[: by_libjpeg.shape[0], : by_libjpeg.shape[1]].clip(0, 255)
            assert np.abs(means - by_libjpeg).max() <= 0.5


def test_the_kept_waves_are_those_of_the_picture():
    data, expected = coefficients(clouds(np.random.default_rng(4), 640, 520, 60))
    found = skim(data, 2)
    for plane, step, (down, across) in zip(found.planes, found.steps, ZIGZAG, strict=True):
        seen = plane.reshape(-1, found.stride) * step
        # The decoder rounds and cuts its pixels, which the file's own coefficients are not.
        assert np.abs(seen - expected[:, :, down, across]).max() <= 4


def odd(name):
    picture = grainy(shapes(640, 520))
    plain = encoded(picture, "JPEG", quality=85)
    return {
        "progressive": lambda: encoded(picture, "JPEG", progressive=True),
        "ink": lambda: encoded(picture.convert("CMYK"), "JPEG"),
        "red, green and blue": lambda: encoded(picture, "JPEG", keep_rgb=True),
        "cut": lambda: plain[: len(plain) // 2],
        "without its end": lambda: plain[:-2],
        "a scan's head that claims more": lambda: (
            plain[: plain.index(b"\xff\xda") + 2]
            + b"\xff\xff"
            + plain[plain.index(b"\xff\xda") + 4 : plan(plain).start]
        ),
        "without a scan": lambda: plain[: plain.index(b"\xff\xda")],
        "bytes before its end": lambda: plain[:-2] + b"abc" + plain[-2:],
        "no JPEG": lambda: b"\xff\xd8\xff" + bytes(600),
    }[name]()


@pytest.mark.parametrize(
    "name",
    ["progressive", "ink", "red, green and blue", "cut", "without its end", "a scan's head that claims more",
     "without a scan",
     "bytes before its end", "no JPEG"],
)  # fmt: skip
def test_what_is_odd_is_left_to_libjpeg(name):
    data = odd(name)
    assert skim(data, 4) is None
    full, fast = fingerprint(data), fingerprint(data, mode="fast")
    assert fast.problem == full.problem
    assert (fast.pdq is None) == (full.pdq is None)
    assert full.pdq is None or distance(fast.pdq, full.pdq) <= 8


def test_a_damaged_scan_is_refused_or_read_and_never_read_past():
    """Each byte of the tables and many of the scan, turned into others."""
    plain = encoded(grainy(shapes(520, 512)), "JPEG", quality=60)
    chance = np.random.default_rng(7)
    start = plan(plain).start
    places = [*range(2, start), *chance.integers(start, len(plain), 600)]
    read = 0
    for place in places:
        damaged = bytearray(plain)
        damaged[place] ^= int(chance.integers(1, 256))
        found = plan(bytes(damaged))
        if found and found.width * found.height < 1 << 22:
            read += skim(bytes(damaged), int(chance.choice([8, 4, 2]))) is not None
    assert 0 < read < len(places)
    for length in range(0, len(plain), 97):
        assert skim(plain[:length], 4) is None


def test_a_scan_of_nothing_but_ones_and_zeros_ends():
    plain = encoded(shapes(2100, 2050), "JPEG")
    start = plan(plain).start
    for filling in (b"\0", b"\xff\0", b"\x55", b"\xaa"):
        for factor in KEPT:
            assert skim(plain[:start] + filling * 5000 + b"\xff\xd9", factor) is None


@pytest.mark.parametrize("short", [512, 700, 899, 900, 1200, 2047, 2048])
def test_a_skimmed_picture_is_near_the_full_one(short):
    wide = short * 4 // 3 + 5
    for seed in range(3 if short < 1500 else 1):
        picture = clouds(np.random.default_rng(seed), wide, short, 30 + 40 * seed)
        data = encoded(grainy(picture, seed, 4), "JPEG", quality=(85, 60, 95)[seed])
        full, fast = fingerprint(data), fingerprint(data, mode="fast")
        factor = 8 if short >= 2048 else 4 if short >= 900 else 2
        assert fast.hasher == f"copse-pdq/1 fast 1/{factor}"
        assert (fast.width, fast.height) == (wide, short)
        assert distance(fast.pdq, full.pdq) <= 4
        assert abs(fast.quality - full.quality) <= 2


@pytest.mark.parametrize("orientation", range(2, 9))
def test_a_skimmed_picture_is_turned_like_the_full_one(orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    data = encoded(grainy(shapes(1000, 907), 3, 4), "JPEG", exif=exif)
    full, fast = fingerprint(data), fingerprint(data, mode="fast")
    assert skim(data, 4) is not None
    assert distance(fast.upright, full.upright) <= 4
