"""`fingerprint`: any source of bytes or pixels, read once, digested and looked at."""

from typing import Any

from copse.kit.hashing import containers
from copse.kit.hashing.film import look_at_film
from copse.kit.hashing.looking import look
from copse.kit.hashing.model import HASHER, MOST_PIXELS, Fingerprint, Look, Mode, Problem
from copse.kit.hashing.perceptual import pdq_of_pixels
from copse.kit.hashing.pixels import pixels_of
from copse.kit.hashing.sources import Content, opened

TOO_LONG = Problem(
    "too-long",
    "The content is too long to be looked at in memory: give a film as a file. Digests are here.",
)


def fingerprint(
    source: Any, *, mode: Mode = "full", isolate: bool = False, most_pixels: int = MOST_PIXELS
) -> Fingerprint:
    """Digests, PDQ and quality of one picture, animation or film.

    Source: PDQ as in “TMK+PDQF and PDQ” (Facebook, 2019) and its reference code, bit for bit; MD5,
    SHA-1 and SHA-256 of the bytes as they are.

    Args:
        source: a path, bytes, an open binary file, or decoded pixels as an array ((H, W),
            (H, W, 3) or (H, W, 4) uint8).
        mode: "full" (default), "exact" or "fast"; see `copse.kit.hashing`.
        isolate: decode in a child process that has no network, no files, and bounds on memory and
            time. An array is decoded already, so nothing changes for it.
        most_pixels: a picture that claims more is refused before it is decoded.

    Returns:
        A `Fingerprint`. Content that cannot be decoded gives `pdq` None and says why in `problem`.

    Raises:
        Unreadable: the bytes themselves cannot be read: missing, forbidden or vanished.
        InputError: an array of a shape or type that is no picture.
    """
    if hasattr(source, "__array_interface__"):
        return _of_array(source, mode)
    with opened(source) as content:
        found = _look_at(content, mode, most_pixels, isolate=isolate)
        problem = found.problem or _note(found, content)
        return _compose(found, content.size, content.digests, mode, problem)


def _of_array(array: Any, mode: Mode) -> Fingerprint:
    pixels = pixels_of(array)
    packed, quality = pdq_of_pixels(pixels)
    found = Look("array", packed.hex(), quality, width=pixels.width, height=pixels.height)
    return _compose(found, int(array.nbytes), (None, None, None), mode, None)


def _look_at(content: Content, mode: Mode, most_pixels: int, *, isolate: bool) -> Look:
    kind = containers.kind_of(content.data[: containers.HEAD])
    if content.left_out:
        return Look(kind, problem=TOO_LONG)
    if kind == "unknown" or (content.film is None and not isolate):
        return look(content.data, mode=mode, most_pixels=most_pixels)
    if not isolate and content.film is not None:
        return look_at_film(content.film, mode=mode, most_pixels=most_pixels)
    from dataclasses import replace

    from copse.kit.hashing.isolation import FILMS, PICTURE, look_isolated

    film = None if content.film is None else content.film.fileno()
    bounds = FILMS if kind == "video" else PICTURE
    data = b"" if content.film else content.data
    found = look_isolated(data, mode=mode, most_pixels=most_pixels, film=film, bounds=bounds)
    return replace(found, kind=kind)


def _note(found: Look, content: Content) -> Problem | None:
    """What is odd about a picture that was read all the same."""
    if found.pdq is None:
        return None
    promised = containers.expected_kind(content.name)
    if promised and promised != found.kind:
        return Problem("mislabelled", f"The name promises {promised}, the content is {found.kind}.")
    trailing = containers.bytes_after_png(content.data) if found.kind == "png" else 0
    if trailing:
        return Problem("trailing", f"{trailing:,} bytes follow the picture and were not looked at.")
    return None


def _compose(
    found: Look,
    size: int,
    digests: tuple[str, str, str] | tuple[None, None, None],
    mode: Mode,
    problem: Problem | None,
) -> Fingerprint:
    md5, sha1, sha256 = digests
    return Fingerprint(
        size, md5, sha1, sha256, found.pdq, found.quality, found.upright, found.frames,
        found.kind, found.width, found.height, mode, f"{HASHER} {mode} 1/{found.factor}", problem,
    )  # fmt: skip
