"""What a fingerprint is: digests of the bytes, PDQ of the picture, and what stood in the way."""

from dataclasses import asdict, dataclass
from typing import Any, Literal

from copse.kit.errors import InputError

Mode = Literal["exact", "full", "fast"]
Kind = Literal[
    "jpeg", "png", "webp", "gif", "avif", "heic", "bmp", "tiff", "video", "array", "unknown"
]

# The version changes when the same picture would get other bits.
HASHER = "copse-pdq/1"
# Pillow's own threshold for an error; a 14,000 x 12,700 scan passes, a bomb does not.
MOST_PIXELS = 178_956_970


class Unreadable(InputError):  # noqa: N818 - named for the state
    """The bytes themselves cannot be had: missing, forbidden, or gone while we read."""

    code = "unreadable"


@dataclass(frozen=True)
class Problem:
    """Why there is no PDQ, or what is odd about a picture that has one.

    Attributes:
        code: short and stable: "empty", "truncated", "damaged", "not-a-picture",
            "too-many-pixels", "needs-video-extra", "out-of-bounds", and the notes "mislabelled",
            "trailing", "frames-cut".
        sentence: what happened and what to do.
    """

    code: str
    sentence: str


@dataclass(frozen=True)
class Frame:
    """One moment of a film or an animation, `second` seconds after its start."""

    second: float
    pdq: str
    quality: int


@dataclass(frozen=True)
class Fingerprint:
    """Everything a list is asked about one file.

    Attributes:
        size: bytes.
        md5, sha1, sha256: lowercase hex of the bytes; None for an array.
        pdq: 64 lowercase hex digits, or None with a `problem`.
        quality: 0 to 100, None without a PDQ; lists rarely hold anything below 50.
        upright: PDQ turned as the camera asked (EXIF orientation), when that turns it at all.
        frames: an animation or a film, about one a second.
        kind: what the content is, whatever the name says.
        width, height: pixels as stored, or None.
        mode: "exact", "full" or "fast"; see `copse.kit.hashing`.
        hasher: version, mode and decode factor, as "copse-pdq/1 fast 1/4".
        problem: why `pdq` is None, or a note beside one.
    """

    size: int
    md5: str | None
    sha1: str | None
    sha256: str | None
    pdq: str | None
    quality: int | None
    upright: str | None
    frames: tuple[Frame, ...]
    kind: str
    width: int | None
    height: int | None
    mode: str
    hasher: str
    problem: Problem | None

    def all_pdq(self) -> tuple[str, ...]:
        """Each different PDQ once: as stored, upright, then the frames'."""
        found = (self.pdq, self.upright, *(frame.pdq for frame in self.frames))
        return tuple(dict.fromkeys(value for value in found if value))

    def as_dict(self) -> dict[str, Any]:
        """Plain values, ready for JSON."""
        return asdict(self)


@dataclass(frozen=True)
class Look:
    """What decoding alone says of some bytes; a fingerprint without its digests."""

    kind: str
    pdq: str | None = None
    quality: int | None = None
    upright: str | None = None
    frames: tuple[Frame, ...] = ()
    width: int | None = None
    height: int | None = None
    factor: int = 1
    problem: Problem | None = None


class Refused(Exception):  # noqa: N818 - carried inside this package only
    """A decoder's no, on its way to becoming a `Problem`."""

    def __init__(self, code: str, sentence: str, size: tuple[int, int] | None = None) -> None:
        super().__init__(sentence)
        self.problem = Problem(code, sentence)
        self.size = size
