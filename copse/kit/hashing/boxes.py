"""HEIF boxes: how a HEIC's main picture is turned, which its decoder does without a word.

The stored picture is what tools hash that turn nothing, and what lists hold of such files once they
were made JPEG; so the turn is read here, to be taken back.
"""

from collections.abc import Iterator

# Mirrored down, mirrored across, then rows and columns exchanged.
Turn = tuple[bool, bool, bool]
AS_STORED: Turn = (False, False, False)

_MOST_BOXES = 4096  # a hostile file may hold millions of empty ones
_FULL = 4  # bytes of version and flags


def turn_of(data: bytes) -> Turn:
    """What the decoder does to the main picture; `AS_STORED` for nothing, or for broken boxes."""
    meta = _first(data, b"meta")[_FULL:]
    main = _first(meta, b"pitm")
    tables = _first(meta, b"iprp")
    wanted = int.from_bytes(main[_FULL:])
    properties = list(_boxes(_first(tables, b"ipco")))
    turn = AS_STORED
    for index in _of_item(_first(tables, b"ipma"), wanted):
        if 0 < index <= len(properties):
            kind, body = properties[index - 1]
            if body and kind == b"irot":
                for _ in range(body[0] & 3):
                    turn = _exchanged(_mirrored(turn, down=False))
            elif body and kind == b"imir":
                turn = _mirrored(turn, down=not body[0] & 1)
    return turn


def back(turn: Turn) -> Turn:
    """The turn that undoes another."""
    down, across, exchanged = turn
    return (across, down, True) if exchanged else turn


def _mirrored(turn: Turn, *, down: bool) -> Turn:
    """Then mirrored: what is down after an exchange was across before it."""
    return (turn[0] ^ (down != turn[2]), turn[1] ^ (down == turn[2]), turn[2])


def _exchanged(turn: Turn) -> Turn:
    return (turn[0], turn[1], not turn[2])


def _first(data: bytes, wanted: bytes) -> bytes:
    return next((body for kind, body in _boxes(data) if kind == wanted), b"")


def _boxes(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """(kind, body) of the boxes that stand side by side in `data`."""
    at = 0
    for _ in range(_MOST_BOXES):
        length, head = int.from_bytes(data[at : at + 4]), 8
        if length == 1:
            length, head = int.from_bytes(data[at + 8 : at + 16]), 16
        elif length == 0:  # up to the end
            length = len(data) - at
        if length < head or at + length > len(data):
            return
        yield data[at + 4 : at + 8], data[at + head : at + length]
        at += length


def _of_item(table: bytes, wanted: int) -> list[int]:
    """Which properties an item has, by their place from 1, in the order they are applied."""
    id_size = 4 if table[:1] > b"\0" else 2
    size = 2 if table[3:4] > b"\0" and table[3] & 1 else 1
    at = _FULL + 4
    for _ in range(min(int.from_bytes(table[_FULL:at]), _MOST_BOXES)):
        item, at = int.from_bytes(table[at : at + id_size]), at + id_size
        if at >= len(table):
            break
        count, at = table[at], at + 1
        places = [table[place : place + size] for place in range(at, at + count * size, size)]
        if item == wanted:
            # The top bit says that a reader must understand the property.
            return [int.from_bytes(place) & ((1 << (8 * size - 1)) - 1) for place in places]
        at += count * size
    return []
