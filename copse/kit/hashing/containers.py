"""What some bytes are, told by their first bytes and never by their name."""

import re
from pathlib import PurePath

HEAD = 4096

_PICTURES = (
    (b"\xff\xd8\xff", "jpeg"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"GIF87a", "gif"),
    (b"GIF89a", "gif"),
    (b"BM", "bmp"),
    (b"II*\0", "tiff"),
    (b"MM\0*", "tiff"),
)
_FILMS = (
    b"\x1a\x45\xdf\xa3",  # Matroska, WebM
    b"FLV\x01",
    b"OggS",
    b"\x30\x26\xb2\x75\x8e\x66\xcf\x11",  # ASF, WMV
    b"\x00\x00\x01\xba",  # MPEG program stream
    b"\x00\x00\x01\xb3",
)
_AVIF, _HEIC = {b"avif", b"avis"}, {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx"}
_ISO_FILM_BOXES = {b"moov", b"mdat", b"wide", b"free", b"skip", b"moof"}
_TRANSPORT_PACKET = 188

_ENDINGS = {
    "jpeg": "jpg jpeg jpe jfif mpo",
    "png": "png apng",
    "webp": "webp",
    "gif": "gif",
    "avif": "avif avifs",
    "heic": "heic heif hif",
    "bmp": "bmp dib",
    "tiff": "tif tiff",
    "video": "mp4 m4v mov qt mkv webm avi flv ogv ogg wmv asf mpg mpeg ts mts m2ts 3gp 3g2",
}
_KIND_OF_ENDING = {ending: kind for kind, names in _ENDINGS.items() for ending in names.split()}

_DRAWING = re.compile(rb"<(svg|!doctype\s+svg)[\s>]", re.IGNORECASE)


def kind_of(head: bytes) -> str:
    """The kind of a file from its first `HEAD` bytes; "unknown" for what we do not read."""
    for magic, kind in _PICTURES:
        if head.startswith(magic):
            return kind
    if head[:4] == b"RIFF":
        return {b"WEBP": "webp", b"AVI ": "video"}.get(head[8:12], "unknown")
    if head[4:8] == b"ftyp":
        return _iso_kind(head)
    film = head.startswith(_FILMS) or head[4:8] in _ISO_FILM_BOXES or _is_transport(head)
    return "video" if film else "unknown"


def _iso_kind(head: bytes) -> str:
    size = min(int.from_bytes(head[:4]), len(head))
    brands = {head[8:12]} | {head[at : at + 4] for at in range(16, size - 3, 4)}
    if head[8:12] in _HEIC or (brands & {b"mif1", b"msf1"} and brands & _HEIC):
        return "heic"
    return "avif" if brands & _AVIF else "video"


def _is_transport(head: bytes) -> bool:
    marks = head[: _TRANSPORT_PACKET * 3 : _TRANSPORT_PACKET]
    return marks == b"GGG"  # 0x47 starts every packet


def why_unknown(head: bytes) -> str:
    """A sentence for bytes that are no picture we read."""
    if _DRAWING.search(head):
        return "This is an SVG: a program that draws, not a picture. Hash a rendered copy of it."
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return "This is a ZIP archive. Unpack it and hash what is inside."
    if head.startswith(b"%PDF"):
        return "This is a PDF. Hash the pictures taken out of it."
    return "The content is no picture or film we read. Nothing about it was compared."


def expected_kind(name: str) -> str | None:
    """The kind a file's name promises, or None where its ending promises nothing."""
    return _KIND_OF_ENDING.get(PurePath(name).suffix[1:].lower())


def bytes_after_png(data: bytes) -> int:
    """How many bytes follow a PNG's closing chunk; 0 where it has none."""
    at = 8
    while at + 12 <= len(data):
        length = int.from_bytes(data[at : at + 4])
        closing = data[at + 4 : at + 8] == b"IEND"
        at += 12 + length
        if closing:
            return len(data) - at
    return 0
