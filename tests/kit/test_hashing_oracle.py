"""Our PDQ against `pdqhash`, the reference code in C++, on the same pixels: 0 bits, always."""

from pathlib import Path

import numpy as np
import pdqhash
import pytest
from PIL import Image

from copse.kit.hashing import dihedral, distance, pdq
from copse.kit.hashing.perceptual import VARIANTS
from tests.kit.drawn import clouds, drawn

SHARED = sorted((Path(__file__).parents[3] / "shared/reference/pdq").glob("*/*.jpg"))


def packed(bits):
    return np.packbits(np.asarray(bits).astype(np.uint8)).tobytes()


def reference(pixels):
    cube = pixels if pixels.ndim == 3 else np.repeat(pixels[:, :, None], 3, 2)
    bits, quality = pdqhash.compute(np.ascontiguousarray(cube))
    return packed(bits), quality


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
    pixels = np.asarray(clouds(np.random.default_rng(5), 1024, 768, 24))
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
