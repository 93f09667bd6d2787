"""HEIC and AVIF that say how they are to be turned: hashed as stored and upright, like JPEG."""

import base64
import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageOps

from copse.kit.hashing import boxes, fingerprint, pdq
from tests.kit.drawn import encoded, shapes

HEIC = base64.b64decode((Path(__file__).parent / "shapes.heic.txt").read_text())
# How HEIF says each EXIF orientation: quarter turns to the left, then a mirror's axis.
SAID = {2: (0, 1), 3: (2, None), 4: (0, 0), 5: (1, 0), 6: (3, None), 7: (1, 1), 8: (1, None)}


def turned_heic(quarters, axis):
    """The stored HEIC with the properties `irot` and `imir` written into its boxes."""
    added = b""
    if quarters:
        added += (9).to_bytes(4) + b"irot" + bytes([quarters])
    if axis is not None:
        added += (9).to_bytes(4) + b"imir" + bytes([axis])
    count = len(added) // 9
    data = bytearray(HEIC)
    shift = len(added) + count
    for kind, more in ((b"meta", shift), (b"iprp", shift), (b"ipco", len(added)), (b"ipma", count)):
        at = data.index(kind) - 4
        data[at : at + 4] = (int.from_bytes(data[at : at + 4]) + more).to_bytes(4)
    place = data.index(b"mdat") + 4  # where the one item lies, in four bytes of `iloc`
    old = data.index(place.to_bytes(4), data.index(b"iloc"))
    data[old : old + 4] = (place + shift).to_bytes(4)
    at = data.index(b"ipma") + 14
    assert data[at] == 4  # properties of the item, the last being the fourth
    data[at] += count
    data[at + 5 : at + 5] = bytes(range(0x85, 0x85 + count))
    at = data.index(b"ipma") - 4
    data[at:at] = added
    return bytes(data)


def hexed(pixels):
    return pdq(np.ascontiguousarray(pixels))[0].hex()


@pytest.mark.parametrize("orientation", SAID)
def test_a_turned_heic_is_hashed_as_stored_and_upright(orientation):
    from pi_heif.as_plugin import HeifImageFile

    data = turned_heic(*SAID[orientation])
    shown = np.asarray(HeifImageFile(io.BytesIO(data)))
    found, stored = fingerprint(data), fingerprint(HEIC)
    assert found.problem is None
    assert found.pdq == stored.pdq
    assert (found.width, found.height) == (stored.width, stored.height)
    assert found.upright == hexed(shown) != stored.pdq
    exif = Image.Exif()
    exif[0x0112] = orientation
    plain = Image.fromarray(np.asarray(HeifImageFile(io.BytesIO(HEIC))))
    plain = Image.open(io.BytesIO(encoded(plain, "PNG", exif=exif)))
    assert (np.asarray(ImageOps.exif_transpose(plain)) == shown).all()


def test_a_heic_that_says_nothing_is_upright():
    assert fingerprint(HEIC).upright is None


@pytest.mark.parametrize("orientation", range(2, 9))
def test_a_turned_avif_is_hashed_as_stored_and_upright(orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    data = encoded(shapes(), "AVIF", exif=exif)
    shown = ImageOps.exif_transpose(Image.open(io.BytesIO(data)))
    found = fingerprint(data)
    assert found.pdq == fingerprint(encoded(shapes(), "AVIF")).pdq
    assert found.upright == hexed(np.asarray(shown))


def test_broken_boxes_turn_nothing_and_end():
    data = turned_heic(3, 1)
    for length in range(0, 420, 3):
        boxes.turn_of(data[:length])
    for at in range(28, 380):
        damaged = bytearray(data)
        damaged[at] = 255
        boxes.turn_of(bytes(damaged))
    assert boxes.turn_of(b"\0" * 100_000) == boxes.AS_STORED
    assert boxes.turn_of((8).to_bytes(4) + b"free" * 40_000) == boxes.AS_STORED
