"""Everything but the common JPEG, through Pillow: bounded before it is decoded, then made plain."""

import io
import struct
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any

import numpy as np
from PIL import (
    AvifImagePlugin,
    BmpImagePlugin,
    GifImagePlugin,
    Image,
    JpegImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    WebPImagePlugin,
)

from copse.kit.hashing.model import Refused
from copse.kit.hashing.pixels import Bytes, Pixels, from_array, over_background

# Opened by their own classes: no other format is tried on hostile bytes, and no limit of the whole
# process is consulted or changed.
_READERS: dict[str, Any] = {
    "jpeg": JpegImagePlugin.JpegImageFile,
    "png": PngImagePlugin.PngImageFile,
    "webp": WebPImagePlugin.WebPImageFile,
    "gif": GifImagePlugin.GifImageFile,
    "avif": AvifImagePlugin.AvifImageFile,
    "bmp": BmpImagePlugin.BmpImageFile,
    "tiff": TiffImagePlugin.TiffImageFile,
}
# What Pillow and the libraries under it raise on bytes that are not what they should be.
BROKEN = (OSError, SyntaxError, ValueError, EOFError, IndexError, KeyError, TypeError,
          OverflowError, RuntimeError, struct.error, zlib.error,
          Image.DecompressionBombError)  # fmt: skip

# Animation: one look a second, and no more decoding than this many of the largest stills.
MOST_STILLS = 5
SHORTEST_SHOWN = 0.02  # browsers show anything briefer for a tenth of a second
SHOWN_INSTEAD = 0.1


class _Quiet:
    """Pillow's warnings about hostile files are kept off the screen while any thread decodes.

    Python's own `catch_warnings` puts back what another thread has just changed, so we count.
    """

    def __init__(self) -> None:
        self._lock, self._inside = Lock(), 0
        self._caught: warnings.catch_warnings[Any] = warnings.catch_warnings()

    @contextmanager
    def __call__(self) -> Iterator[None]:
        with self._lock:
            self._inside += 1
            if self._inside == 1:
                self._caught = warnings.catch_warnings()
                self._caught.__enter__()
                warnings.simplefilter("ignore")
        try:
            yield
        finally:
            with self._lock:
                self._inside -= 1
                if self._inside == 0:
                    self._caught.__exit__(None, None, None)


quiet = _Quiet()


def open_picture(data: bytes, kind: str, most_pixels: int) -> Image.Image:
    """Read the header only. Raises `Refused` for a broken one or too many pixels."""
    try:
        image: Image.Image = _reader(kind)(io.BytesIO(data))
    except BROKEN as error:
        raise broken(kind, error) from None
    check_size(image.size, most_pixels)
    return image


def _reader(kind: str) -> Any:
    if kind == "heic":
        from pi_heif.as_plugin import HeifImageFile

        return HeifImageFile
    return _READERS[kind]


def check_size(size: tuple[int, int], most_pixels: int) -> None:
    """Raises `Refused` before anything that large is decoded."""
    width, height = size
    if width * height > most_pixels:
        raise Refused(
            "too-many-pixels",
            f"The picture claims {width} × {height} pixels, more than the {most_pixels:,} allowed."
            " It was not decoded; look at it by hand or raise the limit.",
            size,
        )
    if not width or not height:
        raise Refused("damaged", "The picture claims to have no pixels at all.", size)


def broken(kind: str, error: Exception) -> Refused:
    """The refusal for a decoder's complaint."""
    if isinstance(error, Image.DecompressionBombError):
        return Refused(
            "too-many-pixels",
            f"A frame of the {kind.upper()} claims more pixels than any real one has. It was not"
            " decoded; look at it by hand.",
        )
    complaint = str(error).lower()
    if any(
        word in complaint for word in ("truncated", "end of", "eof", "incomplete", "not enough")
    ):
        return Refused("truncated", f"The {kind.upper()} ends too early. Fetch the file again.")
    return Refused("damaged", f"The {kind.upper()} cannot be decoded. Fetch the file again.")


def decode(image: Image.Image, kind: str) -> Pixels:
    """The picture an opened file now shows. Raises `Refused`; a partial picture is none."""
    try:
        image.load()
        return plain(image)
    except BROKEN as error:
        refusal = broken(kind, error)
        refusal.size = image.size
        raise refusal from None


def plain(image: Image.Image) -> Pixels:
    """Grey or RGB bytes of any mode: palettes looked up, alpha laid over white, 16 bits halved."""
    if image.mode.startswith("I"):
        return from_array(_eight_bits(np.asarray(image)))
    if image.mode == "1":
        image = image.convert("L")
    elif image.mode in {"LA", "La", "PA", "RGBa", "RGBA"} or "transparency" in image.info:
        return from_array(over_background(np.asarray(image.convert("RGBA"))))
    elif image.mode not in {"L", "RGB"}:
        image = image.convert("RGB")
    return from_array(np.asarray(image))


def _eight_bits(samples: np.ndarray[Any, Any]) -> Bytes:
    """The upper byte of 16, as decoders for 8 bits take it."""
    upper: Bytes = (np.clip(samples, 0, 65535).astype(np.uint32) >> 8).astype(np.uint8)
    return upper


def orientation_of(image: Image.Image) -> int:
    """EXIF orientation, 1 where it is missing or broken.

    Pillow gives an AVIF's own turn as such; the reader of HEIC keeps what EXIF said elsewhere.
    """
    try:
        said = image.info.get("original_orientation") or image.getexif().get(0x0112, 1)
    except BROKEN:
        return 1
    return said if said in range(1, 9) else 1


def is_animated(image: Image.Image) -> bool:
    """Whether there is more than one frame; a second one that is broken is for `moments` to say."""
    try:
        return bool(getattr(image, "is_animated", False))
    except BROKEN:
        return True


def moments(image: Image.Image, kind: str, most_pixels: int) -> Iterator[tuple[float, Pixels]]:
    """(second, pixels) of an animation, the first frame and then one a second.

    Raises `Refused` midway when a frame is broken, or when the frames add up to a bomb.
    """
    second, next_look, decoded, index = 0.0, 0.0, 0, 0
    while True:
        try:
            image.seek(index)
        except EOFError:
            return
        except BROKEN as error:
            raise broken(kind, error) from None
        decoded += image.width * image.height
        if decoded > MOST_STILLS * most_pixels:
            raise Refused(
                "frames-cut", f"The animation was followed for {second:.0f} seconds only."
            )
        picture = decode(image, kind)  # the duration of a frame is known once it is decoded
        if second >= next_look:
            yield second, picture
            next_look = int(second) + 1
        shown = image.info.get("duration", 0) / 1000
        second += shown if shown >= SHORTEST_SHOWN else SHOWN_INSTEAD
        index += 1
