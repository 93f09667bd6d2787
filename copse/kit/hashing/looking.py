"""From bytes to a `Look`: which decoder, which pixels, which hashes. No digests, no files."""

from copse.kit.errors import InputError
from copse.kit.hashing import boxes, containers, jpeg, pictures
from copse.kit.hashing.film import look_at_film
from copse.kit.hashing.model import MOST_PIXELS, Frame, Look, Mode, Problem, Refused
from copse.kit.hashing.perceptual import orientation_for, pdq_of_pixels
from copse.kit.hashing.pixels import Pixels
from copse.kit.hashing.skimming import Waves

TOO_MUCH_MEMORY = "Decoding took more memory than there is. Look at the file by hand."


def look(data: bytes, *, mode: Mode = "full", most_pixels: int = MOST_PIXELS) -> Look:
    """Hash the picture in `data`; what stands in the way is in `Look.problem`, never raised."""
    kind = containers.kind_of(data[: containers.HEAD])
    try:
        if kind == "jpeg":
            return _look_at_jpeg(data, mode, most_pixels)
        if kind == "unknown":
            return Look(kind, problem=_not_a_picture(data))
        if kind == "video":
            return look_at_film(data, mode=mode, most_pixels=most_pixels)
        with pictures.quiet():
            return _look_through_pillow(data, kind, most_pixels)
    except Refused as refusal:
        width, height = refusal.size or (None, None)
        return Look(kind, width=width, height=height, problem=refusal.problem)
    except MemoryError:
        return Look(kind, problem=Problem("out-of-bounds", TOO_MUCH_MEMORY))


def pdq_of(data: bytes, mode: Mode = "full", most_pixels: int = MOST_PIXELS) -> tuple[bytes, int]:
    """PDQ and quality of an encoded picture, with no digests: the shortest way from bytes.

    Args:
        data: a whole file's bytes.
        mode: "exact", "full" or "fast"; see `copse.kit.hashing`.
        most_pixels: more than this is refused before it is decoded.

    Returns:
        32 bytes and the quality from 0 to 100.

    Raises:
        InputError: there is no picture in it; the code is that of `Problem`.
    """
    try:
        if data[:3] == b"\xff\xd8\xff":
            return pdq_of_pixels(_jpeg_pixels(data, jpeg.header(data), mode, most_pixels))
    except Refused as refusal:
        raise InputError(refusal.problem.sentence, code=refusal.problem.code) from None
    found = look(data, mode=mode, most_pixels=most_pixels)
    if found.pdq is None or found.quality is None:
        problem = found.problem or _not_a_picture(data)
        raise InputError(problem.sentence, code=problem.code)
    return bytes.fromhex(found.pdq), found.quality


def _not_a_picture(data: bytes) -> Problem:
    if not data:
        return Problem("empty", "The file is empty. Fetch it again.")
    return Problem("not-a-picture", containers.why_unknown(data[: containers.HEAD]))


def _jpeg_pixels(data: bytes, found: jpeg.Header, mode: Mode, most_pixels: int) -> Pixels | Waves:
    pictures.check_size((found.width, found.height), most_pixels)
    if found.components > 3:  # noqa: PLR2004 - ink, which only Pillow turns into colours
        with pictures.quiet():
            return pictures.decode(pictures.open_picture(data, "jpeg", most_pixels), "jpeg")
    jpeg.check_scans(data, found, most_pixels)
    return jpeg.read(data, found, mode)


def _look_at_jpeg(data: bytes, mode: Mode, most_pixels: int) -> Look:
    found = jpeg.header(data)
    try:
        pixels = _jpeg_pixels(data, found, mode, most_pixels)
    except Refused as refusal:
        refusal.size = found.width, found.height
        raise
    return _look_at_pixels("jpeg", pixels, found.orientation)


def _look_at_pixels(kind: str, pixels: Pixels | Waves, orientation: int = 1) -> Look:
    packed, quality = pdq_of_pixels(pixels)
    upright = pdq_of_pixels(pixels, orientation)[0].hex() if orientation > 1 else None
    return Look(
        kind,
        packed.hex(),
        quality,
        upright if upright != packed.hex() else None,
        width=pixels.width,
        height=pixels.height,
        factor=pixels.factor,
    )


def _look_through_pillow(data: bytes, kind: str, most_pixels: int) -> Look:
    image = pictures.open_picture(data, kind, most_pixels)
    if not pictures.is_animated(image):
        pixels = pictures.decode(image, kind)
        turn = boxes.turn_of(data) if kind == "heic" else boxes.AS_STORED
        if turn != boxes.AS_STORED:
            return _look_at_pixels(kind, pixels.turned(*boxes.back(turn)), orientation_for(turn))
        return _look_at_pixels(kind, pixels, pictures.orientation_of(image))
    frames: list[Frame] = []
    problem = None
    try:
        for second, pixels in pictures.moments(image, kind, most_pixels):
            packed, quality = pdq_of_pixels(pixels)
            frames.append(Frame(round(second, 3), packed.hex(), quality))
    except Refused as refusal:
        if not frames:
            raise
        problem = refusal.problem
    first = frames[0]
    width, height = image.size
    return Look(kind, first.pdq, first.quality, None, tuple(frames), width, height, 1, problem)
