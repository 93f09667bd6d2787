"""EXIF: the one tag that turns a picture."""

_ORIENTATION = 0x0112
_ENTRY = 12


def orientation_in(tiff: bytes) -> int:
    """The orientation, 1 to 8, in an EXIF block without its "Exif" mark; 1 where none is said."""
    order = {b"II": "little", b"MM": "big"}.get(bytes(tiff[:2]))
    if order is None:
        return 1

    def number(at: int, size: int) -> int:
        return int.from_bytes(tiff[at : at + size], "little" if order == "little" else "big")

    start = number(4, 4)
    for index in range(number(start, 2)):
        at = start + 2 + index * _ENTRY
        if at + _ENTRY > len(tiff):
            break
        if number(at, 2) == _ORIENTATION:
            said = number(at + 8, 2)
            return said if 1 <= said <= 8 else 1  # noqa: PLR2004 - the standard has eight
    return 1
