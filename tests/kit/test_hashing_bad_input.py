"""Bombs, halves and lies: each one is named in the result, and nothing crashes."""

import io
import os
import struct
import zipfile
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from copse.kit.errors import CopseError, InputError
from copse.kit.hashing import Unreadable, fingerprint
from tests.kit.drawn import encoded, shapes
from tests.kit.test_hashing_inputs import HEIC

FILES = {
    "jpeg": encoded(shapes(), "JPEG"),
    "progressive": encoded(shapes(), "JPEG", progressive=True),
    "ink": encoded(shapes().convert("CMYK"), "JPEG"),
    "png": encoded(shapes(), "PNG"),
    "webp": encoded(shapes(), "WEBP"),
    "gif": encoded(shapes(), "GIF"),
    "bmp": encoded(shapes(), "BMP"),
    "tiff": encoded(shapes(), "TIFF"),
    "avif": encoded(shapes(), "AVIF"),
    "heic": HEIC,
}


def chunk(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png(width, height, *chunks):
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join([chunk(b"IHDR", head), *chunks, chunk(b"IEND", b"")])


def refusal(data, **options):
    """The code of a picture that gets no PDQ; its digests it has all the same."""
    found = fingerprint(data, **options)
    assert found.pdq is None
    assert found.quality is None
    assert found.sha256
    assert found.problem.sentence.endswith((".", "it"))
    return found.problem.code


def test_an_empty_file_is_named():
    assert refusal(b"") == "empty"


@pytest.mark.parametrize("kind", FILES)
def test_half_a_picture_is_no_picture(kind):
    data = FILES[kind]
    for part in (0.5, 0.8):
        assert refusal(data[: int(len(data) * part)]) in {"truncated", "damaged"}
    assert refusal(data[:40]) in {"truncated", "damaged", "not-a-picture"}


@pytest.mark.parametrize("kind", ["jpeg", "progressive", "png", "gif"])
def test_a_picture_cut_short_is_called_truncated(kind):
    data = FILES[kind]
    assert refusal(data[: len(data) // 2]) == "truncated"


def test_a_jpeg_that_only_lacks_its_end_mark_is_whole():
    """Every viewer shows it; two bytes less must not be a way around a list."""
    whole = fingerprint(FILES["jpeg"])
    for mode in ("full", "exact", "fast"):
        assert fingerprint(FILES["jpeg"][:-2], mode=mode).pdq == whole.pdq or mode != "full"
        assert fingerprint(FILES["jpeg"][:-2], mode=mode).problem is None


def test_a_jpeg_with_stray_bytes_is_shown_and_hashed():
    data = FILES["jpeg"]
    assert fingerprint(data[:-2] + b"\0\0\0\0" + data[-2:]).pdq == fingerprint(data).pdq
    assert fingerprint(data + b"after the end").pdq == fingerprint(data).pdq


def test_900_megapixels_are_refused_by_their_header():
    bombs = {
        "png": png(30_000, 30_000, chunk(b"IDAT", zlib.compress(b"\0" * 10_000))),
        "gif": b"GIF89a" + struct.pack("<HH", 30_000, 30_000) + FILES["gif"][10:],
        "bmp": FILES["bmp"][:18] + struct.pack("<ii", 30_000, 30_000) + FILES["bmp"][26:],
    }
    jpeg = bytearray(FILES["jpeg"])
    at = jpeg.index(b"\xff\xc0") + 5
    jpeg[at : at + 4] = struct.pack(">HH", 30_000, 30_000)
    bombs["jpeg"] = bytes(jpeg)
    for kind, data in bombs.items():
        found = fingerprint(data)
        assert found.problem.code == "too-many-pixels", kind
        assert (found.width, found.height, found.kind) == (30_000, 30_000, kind)


def test_the_limit_of_pixels_is_the_callers():
    for kind in ("jpeg", "png", "ink", "webp", "avif"):
        assert refusal(FILES[kind], most_pixels=320 * 240 - 1) == "too-many-pixels"
        assert fingerprint(FILES[kind], most_pixels=320 * 240).pdq


def test_an_animation_that_adds_up_to_a_bomb_is_followed_for_a_while():
    frames = [shapes(seed=seed) for seed in range(12)]
    data = encoded(frames[0], "GIF", save_all=True, append_images=frames[1:], duration=1000)
    found = fingerprint(data, most_pixels=320 * 240)
    assert found.problem.code == "frames-cut"
    assert len(found.frames) == 5
    assert found.pdq


def frames_of_gif(*corners):
    """A screen of one pixel, and frames that reach so far right and down; nothing is in them."""
    frames = (struct.pack("<BHHHHBBB", 0x2C, 0, 0, *corner, 0, 2, 0) for corner in corners)
    return b"GIF89a" + struct.pack("<HHBBB", 1, 1, 0, 0, 0) + b"".join(frames)


def test_a_frame_that_claims_gigapixels_on_a_small_screen_is_refused():
    assert refusal(frames_of_gif((65_535, 65_535))) == "too-many-pixels"
    two = encoded(shapes(), "GIF")[:-1] + frames_of_gif((65_535, 65_535))[13:]
    found = fingerprint(two)
    assert found.pdq == fingerprint(FILES["gif"]).pdq
    assert found.problem.code == "too-many-pixels"


def test_an_animation_cut_anywhere_is_hashed_up_to_there():
    frames = [shapes(64, 48, seed) for seed in (1, 2)]
    data = encoded(frames[0], "GIF", save_all=True, append_images=frames[1:], duration=1000)
    second = data.rindex(b"!\xf9")
    first = fingerprint(data).frames[0].pdq
    for end in range(second, second + 40):
        assert fingerprint(data[:end]).pdq == first


def test_a_jpeg_painted_hundreds_of_times_is_refused():
    data = FILES["progressive"]
    scans = data[data.rindex(b"\xff\xda") : -2]
    assert (
        refusal(data[:-2] + scans * 500 + b"\xff\xd9", most_pixels=320 * 240) == "too-many-pixels"
    )


def test_text_that_unpacks_to_gigabytes_is_not_unpacked():
    text = b"a\0\0" + zlib.compress(bytes(200_000_000), 9)
    assert refusal(png(8, 8, chunk(b"zTXt", text))) == "damaged"


def archive():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as file:
        file.writestr("hidden.txt", "not looked at")
    return stream.getvalue()


def test_an_archive_behind_a_picture_is_noted_and_the_picture_hashed():
    found = fingerprint(FILES["png"] + archive())
    assert found.pdq == fingerprint(FILES["png"]).pdq
    assert found.problem.code == "trailing"


def test_an_archive_that_calls_itself_a_picture_is_none(tmp_path):
    path = tmp_path / "picture.png"
    path.write_bytes(archive())
    found = fingerprint(path)
    assert (found.kind, found.pdq, found.problem.code) == ("unknown", None, "not-a-picture")
    assert "ZIP" in found.problem.sentence


def test_a_wrong_ending_is_noted_and_the_picture_hashed(tmp_path):
    path = tmp_path / "holiday.JPG"
    path.write_bytes(FILES["png"])
    found = fingerprint(path)
    assert (found.kind, found.problem.code) == ("png", "mislabelled")
    assert found.pdq == fingerprint(FILES["png"]).pdq


@pytest.mark.parametrize(
    "text",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"<?xml version='1.0'?>\n<!DOCTYPE svg PUBLIC 'x' 'http://x/'>\n<svg onload='x()'/>",
    ],
)
def test_an_svg_is_refused_and_never_run(text):
    found = fingerprint(text)
    assert found.problem.code == "not-a-picture"
    assert "SVG" in found.problem.sentence


def test_what_cannot_be_read_is_an_error_that_says_so(tmp_path):
    with pytest.raises(Unreadable, match="no such file") as caught:
        fingerprint(tmp_path / "vanished.jpg")
    assert caught.value.code == "missing"
    with pytest.raises(Unreadable, match="folder, a pipe or a device"):
        fingerprint(tmp_path)
    with pytest.raises(Unreadable, match="cannot be read"):
        fingerprint("nul\0byte.jpg")
    with pytest.raises(Unreadable, match="binary"):
        fingerprint(io.StringIO("text"))
    with pytest.raises(Unreadable, match="give a path"):
        fingerprint(42)


def test_a_pipe_among_the_files_does_not_hold_us(tmp_path):
    pipe = tmp_path / "pipe.jpg"
    os.mkfifo(pipe)
    with pytest.raises(Unreadable, match="a pipe"):
        fingerprint(pipe)


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is forbidden to root")
def test_a_forbidden_file_is_an_error_that_says_so(tmp_path):
    path = tmp_path / "locked.jpg"
    path.write_bytes(FILES["jpeg"])
    path.chmod(0)
    with pytest.raises(Unreadable, match="may not read") as caught:
        fingerprint(path)
    assert caught.value.code == "forbidden"


def test_a_name_that_is_not_utf_8_is_read(tmp_path):
    name = os.fsencode(tmp_path) + b"/\xff\xfe picture.jpg"
    Path(os.fsdecode(name)).write_bytes(FILES["jpeg"])
    assert fingerprint(os.fsdecode(name)).pdq == fingerprint(FILES["jpeg"]).pdq


def test_a_file_that_vanishes_while_it_is_read_is_an_error():
    class Vanishing(io.BytesIO):
        def read(self, *_):
            raise OSError(5, "Input/output error")

    with pytest.raises(Unreadable, match="Input/output error"):
        fingerprint(Vanishing())


def test_a_flat_page_has_quality_zero():
    assert fingerprint(encoded(Image.new("RGB", (300, 200), "white"), "PNG")).quality == 0


def test_a_side_of_few_pixels_has_quality_zero():
    for size in ((1, 1), (4, 300)):
        for kind in ("JPEG", "PNG"):
            found = fingerprint(encoded(shapes(*size), kind))
            assert (found.pdq, found.quality) == ("0" * 64, 0)


def test_floating_point_pixels_are_converted_or_refused():
    picture = Image.fromarray(np.ones((20, 20), np.float32))
    found = fingerprint(encoded(picture, "TIFF"))
    assert found.pdq or found.problem


def test_broken_metadata_does_not_hide_a_picture():
    info = PngImagePlugin.PngInfo()
    info.add(b"eXIf", b"II*\0\xff\xff\xff\xff")
    assert fingerprint(encoded(shapes(), "PNG", pnginfo=info)).pdq
    data = FILES["jpeg"]
    broken = b"\xff\xe1\x00\x10Exif\0\0II*\0\xff\xff\xff\x7f"
    assert fingerprint(data[:2] + broken + data[2:]).pdq == fingerprint(data).pdq


@settings(suppress_health_check=list(HealthCheck))
@given(st.sampled_from(sorted(FILES)), st.data())
def test_no_bent_file_is_more_than_a_named_problem(kind, data):
    """Bytes changed, cut and inserted anywhere: a fingerprint or a problem, never an exception."""
    bent = bytearray(FILES[kind])
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(bent) - 1))
        if data.draw(st.booleans()):
            bent[at] = data.draw(st.integers(0, 255))
        else:
            length = data.draw(st.integers(0, 50))
            bent[at : at + length] = data.draw(st.binary(max_size=20))
        if not bent:
            break
    found = fingerprint(bytes(bent), most_pixels=4_000_000)
    assert found.pdq or found.problem


@given(st.binary(max_size=300))
def test_no_bytes_at_all_raise(data):
    starts = (b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"RIFF\0\0\0\0WEBP", b"II*\0")
    for start in starts:
        try:
            fingerprint(start + data)
        except CopseError as error:
            assert isinstance(error, InputError)  # noqa: PT017 - the claim is which kind
