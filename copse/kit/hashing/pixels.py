"""Decoded pixels as the kernel takes them: whole rows of bytes, one or three to a pixel."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from copse.kit.errors import InputError

Bytes = np.ndarray[Any, np.dtype[np.uint8]]

# What shows through a transparent picture. White: a page is white in browsers and in the tools
# that moderators look with, so this is the picture people saw. (Dropping alpha instead, as the
# peer does, hashes colours nobody sees, and an attacker picks them freely.)
BACKGROUND = 255


@dataclass(frozen=True)
class Pixels:
    """A picture's rows.

    Attributes:
        rows: (H / factor, W / factor * channels) uint8, contiguous, not to be written to.
        channels: 1 (luma) or 3 (red, green, blue).
        width, height: of the full-size picture, in pixels.
        factor: rows hold averages over factor x factor pixels.
    """

    rows: Bytes
    channels: int
    width: int
    height: int
    factor: int = 1

    def __post_init__(self) -> None:
        # One kind of array means one compiled kernel.
        self.rows.flags.writeable = False

    def turned(self, down: bool, across: bool, exchanged: bool) -> "Pixels":
        """Mirrored down or across, then with rows and columns exchanged."""
        if not (down or across or exchanged):
            return self
        cube = self.rows.reshape(self.height, self.width, self.channels)
        cube = cube[:: -1 if down else 1, :: -1 if across else 1]
        return from_array(cube.transpose(1, 0, 2) if exchanged else cube)


def from_array(cube: Bytes) -> Pixels:
    """(H, W), (H, W, 1) or (H, W, 3) uint8."""
    height, width = cube.shape[:2]
    channels = 1 if cube.ndim == 2 else cube.shape[2]  # noqa: PLR2004 - a plane has two sides
    rows = np.ascontiguousarray(cube).reshape(height, width * channels)
    return Pixels(rows, channels, width, height)


def pixels_of(array: Any) -> Pixels:
    """An array somebody else decoded. Raises `InputError` saying which shapes are taken."""
    array = np.asarray(array)
    if array.dtype == np.bool_:
        array = array.astype(np.uint8) * 255
    elif array.dtype == np.uint16:
        array = (array >> 8).astype(np.uint8)
    shaped = array.ndim == 2 or (array.ndim == 3 and array.shape[2] in {1, 3, 4})  # noqa: PLR2004
    if array.dtype != np.uint8 or not shaped or not array.size:
        raise InputError(
            f"An array of shape {array.shape} and type {array.dtype} is no picture: give uint8 of"
            " shape (H, W), (H, W, 3) for RGB or (H, W, 4) for RGBA.",
            code="array",
        )
    if array.ndim == 3 and array.shape[2] == 4:  # noqa: PLR2004 - red, green, blue, alpha
        array = over_background(array)
    return from_array(array)


def over_background(rgba: Bytes) -> Bytes:
    """(H, W, 4) uint8 to (H, W, 3), laid over `BACKGROUND` and rounded to the nearest."""
    alpha = rgba[..., 3:].astype(np.uint32)
    mixed = rgba[..., :3] * alpha + BACKGROUND * (255 - alpha)
    return ((mixed + 127) // 255).astype(np.uint8)
