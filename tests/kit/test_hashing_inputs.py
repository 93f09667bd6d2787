"""Every kind of picture, read as a viewer shows it; what the peer misreads is not missed here."""

import base64
import io
from pathlib import Path

import numpy as np
import pytest
import simplejpeg
from PIL import Image, ImageOps

from copse.kit.errors import InputError
from copse.kit.hashing import distance, fingerprint, pdq, pdq_of
from tests.kit.drawn import encoded, shapes

HEIC = base64.b64decode((Path(__file__).parent / "shapes.heic.txt").read_text())


def array(picture):
    return np.asarray(picture)


def hexed(pixels):
    return pdq(pixels)[0].hex()


def test_decoders_that_lose_nothing_agree_to_the_bit():
    picture = shapes()
    expected = hexed(array(picture))
    kinds = {"PNG": {}, "BMP": {}, "TIFF": {}, "WEBP": {"lossless": True}}
    for kind, options in kinds.items():
        found = fingerprint(encoded(picture, kind, **options))
        assert (found.pdq, found.kind, found.problem) == (expected, kind.lower(), None)
        assert (found.width, found.height, found.mode) == (320, 240, "full")
        assert found.hasher == "copse-pdq/1 full 1/1"


def test_a_palette_is_looked_up():
    picture = shapes().quantize(200)
    expected = hexed(array(picture.convert("RGB")))
    assert fingerprint(encoded(picture, "PNG")).pdq == expected
    assert fingerprint(encoded(picture, "GIF")).pdq == expected


def test_sixteen_bits_are_the_upper_eight():
    grey = array(shapes().convert("L"))
    deep = (grey.astype(np.uint16) << 8) | 0x7F
    assert fingerprint(encoded(Image.fromarray(deep), "PNG")).pdq == hexed(grey)
    assert fingerprint(deep).pdq == hexed(grey)


def test_one_bit_is_black_and_white():
    dots = shapes().convert("1")
    expected = hexed(array(dots.convert("L")))
    assert fingerprint(encoded(dots, "PNG")).pdq == expected
    assert fingerprint(array(dots)).pdq == expected


@pytest.mark.parametrize("mode", ["RGBA", "LA"])
def test_alpha_is_laid_over_white(mode):
    picture = shapes().convert(mode)
    picture.putalpha(Image.linear_gradient("L").resize(picture.size))
    page = Image.new("RGBA", picture.size, "white")
    page.alpha_composite(picture.convert("RGBA"))
    found = fingerprint(encoded(picture, "PNG"))
    assert distance(found.pdq, hexed(array(page.convert("RGB")))) <= 2
    assert found.pdq == fingerprint(array(picture.convert("RGBA"))).pdq


def test_a_transparent_colour_of_the_palette_is_white_too():
    picture = shapes().quantize(16)
    data = encoded(picture, "PNG", transparency=3)
    with Image.open(io.BytesIO(data)) as again:
        page = Image.new("RGBA", again.size, "white")
        page.alpha_composite(again.convert("RGBA"))
    assert fingerprint(data).pdq == hexed(array(page.convert("RGB")))


def test_ink_is_turned_into_colours():
    """Meta's tool is 254 of 256 bits off on such a JPEG, since ink is stored upside down."""
    picture = shapes(640, 480)
    colours = hexed(array(picture))
    printed = encoded(picture.convert("CMYK"), "JPEG", quality=95)
    ink = np.ascontiguousarray(255 - array(picture.convert("CMYK")))
    ycck = simplejpeg.encode_jpeg(ink, 95, "CMYK", "420")
    for data in (printed, ycck):
        for mode in ("full", "exact", "fast"):
            found = fingerprint(data, mode=mode)
            assert found.problem is None
            assert distance(found.pdq, colours) <= 6


def test_a_progressive_jpeg_is_the_plain_one():
    plain = encoded(shapes(), "JPEG", quality=90)
    progressive = encoded(shapes(), "JPEG", quality=90, progressive=True)
    for mode in ("full", "exact", "fast"):
        assert fingerprint(progressive, mode=mode).pdq == fingerprint(plain, mode=mode).pdq


def turned(kind, orientation, size=(320, 240)):
    exif = Image.Exif()
    exif[0x0112] = orientation
    return encoded(shapes(*size), kind, exif=exif, **({"quality": 90} if kind == "JPEG" else {}))


@pytest.mark.parametrize("orientation", range(2, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_turned_picture_is_hashed_raw_and_upright(kind, orientation):
    data = turned(kind, orientation)
    with Image.open(io.BytesIO(data)) as picture:
        picture.draft("L", picture.size)
        upright = hexed(array(ImageOps.exif_transpose(picture)))
    found = fingerprint(data)
    assert found.pdq == fingerprint(turned(kind, 1)).pdq
    assert found.upright == upright
    assert found.all_pdq() == (found.pdq, upright)


@pytest.mark.parametrize("orientation", range(2, 9))
def test_a_turned_picture_is_upright_in_fast_mode(orientation):
    data = turned("JPEG", orientation, (1230, 1025))
    fast, full = fingerprint(data, mode="fast"), fingerprint(data)
    assert fast.hasher.endswith("1/4")
    assert distance(fast.upright, full.upright) <= 4


def test_nothing_is_upright_where_nothing_is_turned():
    for said in (1, 0, 9, 65535):
        assert fingerprint(turned("JPEG", said)).upright is None


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP", "AVIF"])
def test_an_animation_is_sampled_once_a_second(kind):
    frames = [shapes(160, 120, seed) for seed in range(8)]
    data = encoded(frames[0], kind, save_all=True, append_images=frames[1:], duration=400)
    found = fingerprint(data)
    assert [frame.second for frame in found.frames] == [0, 1.2, 2.0]
    assert found.pdq == found.frames[0].pdq
    for frame, number in zip(found.frames, (0, 3, 5), strict=True):
        assert distance(frame.pdq, hexed(array(frames[number]))) <= 24
    assert len(found.all_pdq()) == 3


def test_avif_and_heic_are_read():
    for data, kind, drift in ((encoded(shapes(), "AVIF"), "avif", 6), (HEIC, "heic", 16)):
        found = fingerprint(data)
        size = (320, 240) if kind == "avif" else (128, 96)
        assert (found.kind, found.problem, found.width, found.height) == (kind, None, *size)
        assert distance(found.pdq, hexed(array(shapes(*size)))) <= drift


@pytest.mark.parametrize("shape", [(3,), (4, 4, 2), (2, 2, 2, 2), (0, 10)])
def test_an_array_that_is_no_picture_is_an_error(shape):
    with pytest.raises(InputError, match="give uint8 of shape"):
        fingerprint(np.zeros(shape, np.uint8))
    with pytest.raises(InputError, match="float64"):
        pdq(np.zeros((8, 8)))


def test_a_slice_and_a_mirrored_view_are_pixels_too():
    pixels = array(shapes())
    view = pixels[::-1, 10:300]
    assert pdq(view) == pdq(np.ascontiguousarray(view))


def test_the_short_way_gives_the_same():
    for data in (encoded(shapes(), "JPEG"), encoded(shapes(), "PNG")):
        for mode in ("full", "exact", "fast"):
            found = fingerprint(data, mode=mode)
            assert pdq_of(data, mode) == (bytes.fromhex(found.pdq), found.quality)
    for nothing, code in (
        (b"", "empty"),
        (b"text", "not-a-picture"),
        (b"\xff\xd8\xff", "truncated"),
    ):
        with pytest.raises(InputError) as caught:
            pdq_of(nothing)
        assert caught.value.code == code
