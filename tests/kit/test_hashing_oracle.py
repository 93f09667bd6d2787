"""Our PDQ against `pdqhash`, the reference code in C++, on the same pixels: 0 bits, always."""

from pathlib import Path

import numpy as np
import pdqhash
import pytest
from PIL import Image, ImageDraw

from copse.kit.hashing import dihedral, distance, pdq
from copse.kit.hashing.perceptual import VARIANTS

SHARED = sorted((Path(__file__).parents[3] / "shared/reference/pdq").glob("*/*.jpg"))


def packed(bits):
    return np.packbits(np.asarray(bits).astype(np.uint8)).tobytes()


def reference(pixels):
    cube = pixels if pixels.ndim == 3 else np.repeat(pixels[:, :, None], 3, 2)
    bits, quality = pdqhash.compute(np.ascontiguousarray(cube))
    return packed(bits), quality


def colour(rng):
    return tuple(int(value) for value in rng.integers(0, 256, 3))


def flat(rng, width, height):
    return Image.new("RGB", (width, height), colour(rng))


def disc(rng, width, height):
    picture = flat(rng, width, height)
    box = (width // 4, height // 4, width - width // 4 - 1, height - height // 4 - 1)
    ImageDraw.Draw(picture).ellipse(box, fill=colour(rng))
    return picture


def boxes(rng, width, height):
    picture = flat(rng, width, height)
    for _ in range(12):
        left, right = sorted(int(x) for x in rng.integers(0, width, 2))
        top, bottom = sorted(int(y) for y in rng.integers(0, height, 2))
        ImageDraw.Draw(picture).rectangle((left, top, right, bottom), fill=colour(rng))
    return picture


def ramp(rng, width, height):
    values = np.linspace(0, 255, width).astype(np.uint8)
    return np.broadcast_to(values[None, :, None], (height, width, 3))


def noise(rng, width, height):
    return rng.integers(0, 256, (height, width, 3), dtype=np.uint8)


def clouds(rng, width, height):
    small = rng.integers(0, 256, (9, 9, 3), dtype=np.uint8)
    return Image.fromarray(small).resize((width, height), Image.Resampling.BICUBIC)


DRAWN = (flat, disc, boxes, ramp, noise, clouds)


def drawn(number):
    """Picture `number` of a fixed series: kinds in turn, sizes from 5 to 700, every ninth 64."""
    rng = np.random.default_rng(number)
    width, height = (int(side) for side in rng.integers(5, 700, 2))
    if number % 9 == 0:
        width = height = 64
    picture = np.ascontiguousarray(DRAWN[number % len(DRAWN)](rng, width, height))
    return picture[:, :, 1].copy() if number % 4 == 3 else picture


@pytest.mark.parametrize("path", SHARED, ids=lambda path: path.stem)
def test_the_shared_pictures_have_the_references_hash(path):
    with Image.open(path) as picture:
        pixels = np.asarray(picture.convert("RGB"))
    assert pdq(pixels) == reference(pixels)
    grey = np.ascontiguousarray(pixels[:, :, 1])
    assert pdq(grey) == reference(grey)


@pytest.mark.parametrize("tens", range(0, 600, 100))
def test_drawn_pictures_have_the_references_hash_and_quality(tens):
    """Discs, ramps and flat pages hold dozens of exact ties, which only rounding decides."""
    for number in range(tens, tens + 100):
        pixels = drawn(number)
        assert pdq(pixels) == reference(pixels), number


def test_the_eight_variants_are_the_references():
    for number in range(48):
        pixels = drawn(number)
        cube = pixels if pixels.ndim == 3 else np.repeat(pixels[:, :, None], 3, 2)
        hashes, _ = pdqhash.compute_dihedral(np.ascontiguousarray(cube))
        theirs = dict(zip(VARIANTS, map(packed, hashes), strict=True))
        assert dihedral(pixels) == theirs, number


@pytest.mark.parametrize("shape", [(4, 200), (200, 4), (1, 1)])
def test_a_side_under_five_pixels_is_not_hashed(shape):
    pixels = np.full(shape, 7, np.uint8)
    assert pdq(pixels) == (bytes(32), 0) == reference(pixels)
    assert set(dihedral(pixels).values()) == {bytes(32)}


def test_a_variant_is_near_the_hash_of_the_picture_turned():
    small = np.random.default_rng(5).integers(0, 256, (24, 32, 3), dtype=np.uint8)
    pixels = np.asarray(Image.fromarray(small).resize((1024, 768), Image.Resampling.BICUBIC))
    turned = {
        "rotate90": np.rot90(pixels, 1),
        "rotate180": np.rot90(pixels, 2),
        "rotate270": np.rot90(pixels, 3),
        "flipx": pixels[::-1],
        "flipy": pixels[:, ::-1],
        "flip+": pixels.swapaxes(0, 1),
    }
    variants = dihedral(pixels)
    for name, picture in turned.items():
        assert distance(variants[name], pdq(picture)[0]) <= 16, name
