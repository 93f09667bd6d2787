"""Films, vPDQ's way: one frame a second, each with its PDQ and quality.

After Meta's vPDQ: a film is known when enough of its frames are, so all are kept, dull ones too.
"""

import io
from collections.abc import Iterator
from typing import IO, Any

import numpy as np

from copse.kit.hashing import pictures
from copse.kit.hashing.model import Frame, Look, Mode, Problem, Refused
from copse.kit.hashing.perceptual import pdq_of_pixels
from copse.kit.hashing.pixels import from_array

MOST_FRAMES = 36_000  # ten hours
NEEDS_EXTRA = Problem(
    "needs-video-extra",
    "Films are read with one more package: pip install 'copse[video]'. The digests are here.",
)
# Named, never guessed: among FFmpeg's formats are playlists, which open other files and addresses.
_FORMATS = (
    (b"\x1a\x45\xdf\xa3", "matroska"),
    (b"FLV\x01", "flv"),
    (b"OggS", "ogg"),
    (b"\x30\x26\xb2\x75", "asf"),
    (b"\x00\x00\x01\xba", "mpeg"),
    (b"\x00\x00\x01\xb3", "mpegvideo"),
    (b"RIFF", "avi"),
    (b"GGG"[:1], "mpegts"),
)


def format_of(head: bytes) -> str:
    """FFmpeg's name for a film that starts like this; what is left over is MP4 and QuickTime."""
    if head[4:8] in {b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip", b"moof"}:
        return "mov"
    return next((name for magic, name in _FORMATS if head.startswith(magic)), "mov")


def look_at_film(film: bytes | IO[bytes], *, mode: Mode, most_pixels: int) -> Look:
    """One frame a second of a film; what stands in the way is in `Look.problem`, never raised."""
    try:
        import av
    except ImportError:
        return Look("video", problem=NEEDS_EXTRA)
    stream = io.BytesIO(film) if isinstance(film, bytes) else film
    head = stream.read(16)
    stream.seek(0)
    frames: list[Frame] = []
    size: tuple[int, int] | None = None
    problem = None
    try:
        with av.open(stream, format=format_of(head), metadata_errors="ignore") as container:
            for moment in _moments(container, mode, most_pixels):
                frames.append(_hashed(*moment))
                size = moment[1].shape[1], moment[1].shape[0]
    except Refused as refusal:
        problem, size = refusal.problem, size or refusal.size
    except pictures.BROKEN:  # FFmpeg's errors are OSErrors and ValueErrors as well
        problem = _broken(frames)
    if not frames and problem is None:
        problem = Problem("not-a-picture", "The film has no frame that can be shown.")
    width, height = size or (None, None)
    if not frames:
        return Look("video", width=width, height=height, problem=problem)
    first = frames[0]
    return Look("video", first.pdq, first.quality, None, tuple(frames), width, height, 1, problem)


def _broken(frames: list[Frame]) -> Problem:
    if frames:
        last = frames[-1].second
        return Problem("truncated", f"The film breaks off after about {last:.0f} seconds.")
    return Problem("damaged", "The film cannot be decoded. Fetch the file again.")


def _moments(container: Any, mode: Mode, most_pixels: int) -> Iterator[tuple[float, Any]]:
    """(second, pixels), the first frame at or after each whole second."""
    if not container.streams.video:
        raise Refused("not-a-picture", "The film has sound only; there is nothing to look at.")
    stream = container.streams.video[0]
    pictures.check_size((stream.codec_context.width, stream.codec_context.height), most_pixels)
    stream.thread_type = "NONE"  # one file, one core: a scan is parallel by files
    colours = "rgb24" if mode == "exact" else "gray"
    next_look, count, start = 0.0, 0, None
    for frame in container.decode(stream):
        second = count / 25 if frame.time is None else float(frame.time)
        count += 1
        start = second if start is None else start
        if second - start < next_look:
            continue
        pictures.check_size((frame.width, frame.height), most_pixels)
        yield second - start, frame.to_ndarray(format=colours)
        next_look = np.floor(second - start) + 1
        if next_look > MOST_FRAMES:
            raise Refused("frames-cut", f"The film was followed for {MOST_FRAMES:,} seconds only.")


def _hashed(second: float, pixels: Any) -> Frame:
    packed, quality = pdq_of_pixels(from_array(pixels))
    return Frame(round(second, 3), packed.hex(), quality)
