"""Films: one frame a second, each near the hash of the picture that was drawn for it."""

import io
import sys

import av
import numpy as np
import pytest

from copse.kit.hashing import distance, fingerprint, pdq
from tests.kit.drawn import shapes

SECONDS, RATE = 4, 5
PICTURES = [shapes(320, 240, seed) for seed in range(SECONDS)]


def film(container, codec, pictures=PICTURES, **options):
    """Each picture shown for one second."""
    stream = io.BytesIO()
    with av.open(stream, "w", format=container) as output:
        track = output.add_stream(codec, rate=RATE, options=options)
        track.width, track.height, track.pix_fmt = 320, 240, "yuv420p"
        track.bit_rate = 4_000_000
        for picture in pictures:
            for _ in range(RATE):
                frame = av.VideoFrame.from_ndarray(np.asarray(picture), format="rgb24")
                output.mux(track.encode(frame))
        output.mux(track.encode(None))
    return stream.getvalue()


@pytest.fixture(scope="module")
def mp4():
    return film("mp4", "mpeg4")


@pytest.mark.parametrize(
    ("container", "codec"),
    [("mp4", "mpeg4"), ("matroska", "mpeg4"), ("avi", "mpeg4"), ("mpegts", "mpeg2video"),
     ("webm", "libvpx"), ("mov", "mpeg4"), ("flv", "flv")],
)  # fmt: skip
def test_a_film_is_one_frame_a_second(container, codec):
    found = fingerprint(film(container, codec))
    assert (found.kind, found.problem, found.width, found.height) == ("video", None, 320, 240)
    assert [round(frame.second) for frame in found.frames] == list(range(SECONDS))
    assert found.pdq == found.frames[0].pdq
    for frame, picture in zip(found.frames, PICTURES, strict=True):
        expected, quality = pdq(np.asarray(picture))
        assert distance(frame.pdq, expected.hex()) <= 20
        assert abs(frame.quality - quality) <= 5
    assert len(found.all_pdq()) == SECONDS


def test_path_file_and_bytes_give_the_same(mp4, tmp_path):
    path = tmp_path / "film.mp4"
    path.write_bytes(mp4)
    expected = fingerprint(mp4)
    assert fingerprint(path) == expected
    with path.open("rb") as file:
        assert fingerprint(file) == expected


def test_a_long_film_is_read_from_its_file_and_never_held_whole(mp4, tmp_path, monkeypatch):
    path = tmp_path / "film.mp4"
    path.write_bytes(mp4)
    expected = fingerprint(mp4)
    monkeypatch.setattr("copse.kit.hashing.sources.WHOLE", 10_000)
    for isolate in (False, True):
        assert fingerprint(path, isolate=isolate) == expected
    assert fingerprint(io.BytesIO(mp4)) == expected


def test_a_film_is_decoded_in_the_child_too(mp4):
    assert fingerprint(mp4, isolate=True) == fingerprint(mp4)


def test_a_film_that_breaks_off_keeps_the_frames_before():
    whole = film("mpegts", "mpeg2video")
    found = fingerprint(whole[: len(whole) // 2])
    assert 1 <= len(found.frames) < SECONDS
    found = fingerprint(film("mp4", "mpeg4")[:3000])
    assert found.pdq is None
    assert found.problem.code in {"damaged", "truncated"}


def test_a_film_of_too_many_pixels_is_refused(mp4):
    found = fingerprint(mp4, most_pixels=320 * 240 - 1)
    assert (found.pdq, found.problem.code) == (None, "too-many-pixels")


def test_sound_alone_is_no_picture():
    stream = io.BytesIO()
    with av.open(stream, "w", format="matroska") as output:
        track = output.add_stream("pcm_s16le", rate=8000, layout="mono")
        frame = av.AudioFrame.from_ndarray(
            np.zeros((1, 8000), np.int16), format="s16", layout="mono"
        )
        frame.sample_rate = 8000
        output.mux(track.encode(frame))
        output.mux(track.encode(None))
    found = fingerprint(stream.getvalue())
    assert (found.pdq, found.problem.code) == (None, "not-a-picture")


def test_without_the_extra_the_command_is_named_and_digests_are_there(mp4, monkeypatch):
    monkeypatch.setitem(sys.modules, "av", None)
    found = fingerprint(mp4)
    assert (found.pdq, found.problem.code) == (None, "needs-video-extra")
    assert "pip install 'copse[video]'" in found.problem.sentence
    assert found.md5


def test_a_playlist_is_never_followed(tmp_path):
    """FFmpeg would open the files and addresses that a playlist names."""
    secret = tmp_path / "secret.mp4"
    secret.write_bytes(film("mp4", "mpeg4"))
    lists = (
        b"#EXTM3U\n#EXTINF:4,\n" + bytes(secret) + b"\n",
        b"ffconcat version 1.0\nfile '" + bytes(secret) + b"'\n",
        b"GGG#EXTM3U\n" + bytes(secret),
        b"OggS#EXTM3U\n#EXTINF:4,\n" + bytes(secret),
    )
    for text in lists:
        found = fingerprint(text)
        assert found.pdq is None
        assert not found.frames
