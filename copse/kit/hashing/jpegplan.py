"""A baseline JPEG's markers, read into what skimming its one scan takes."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from copse.kit.hashing.huffman import COUNTS, Kinds

_SEQUENTIAL = {0xC0, 0xC1}
_SCAN, _CODES, _STEPS, _INTERVAL, _JFIF, _ADOBE = 0xDA, 0xC4, 0xDB, 0xDD, 0xE0, 0xEE
_PLAIN = range(0xE0, 0xFF)  # applications' own and comments
_COLOURS = 3
_MOST_BLOCKS = 10  # of an MCU, says the standard


@dataclass(frozen=True)
class Component:
    """One of a picture's planes, as the frame has it: blocks across and down in an MCU."""

    name: int
    across: int
    down: int
    steps: int
    codes: int = -1  # the scan's choice, two halves of a byte


@dataclass(frozen=True)
class Plan:
    """Where the scan starts, how it is coded, and which of its blocks are luma.

    Attributes:
        start: of the scan's codes in the file.
        width, height: in pixels.
        components: luma first.
        codes: by class (16 is added for all but the constant) and number: counts, then symbols.
        steps: what a step of luma's coefficients is worth, in zigzag order.
        interval: MCUs between restarts; 0: none.
    """

    start: int
    width: int
    height: int
    components: tuple[Component, ...]
    codes: dict[int, bytes]
    steps: bytes
    interval: int

    @property
    def wide(self) -> int:
        """Blocks of luma across an MCU."""
        return self.components[0].across

    @property
    def high(self) -> int:
        """Blocks of luma down an MCU."""
        return self.components[0].down

    @property
    def across(self) -> int:
        """MCUs in a row."""
        return -(-self.width // (8 * self.wide))

    @property
    def down(self) -> int:
        """Rows of MCUs."""
        return -(-self.height // (8 * self.high))

    def layout(self, *, alone: bool) -> tuple[Kinds, Any]:
        """The kinds of blocks, and (n, 3) int64 of an MCU's: kind, luma's place there, or -1.

        `alone`: luma's coefficients are read, so none may be skipped with the constant.
        """
        each = [
            (self.codes[one.codes >> 4], self.codes[16 | (one.codes & 15)], alone and not number)
            for number, one in enumerate(self.components)
        ]
        kinds = tuple(dict.fromkeys(each))
        blocks = [
            (kinds.index(each[number]), x if number == 0 else -1, y)
            for number, one in enumerate(self.components)
            for y in range(one.down)
            for x in range(one.across)
        ]
        return kinds, np.array(blocks, np.int64)


def plan(data: bytes) -> Plan | None:
    """Read the markers up to the scan; None for anything but one plain sequential scan."""
    try:
        return _Reader(data).read()
    except (IndexError, KeyError, ValueError):
        return None


class _Reader:
    """Walks over the markers and keeps what they say."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.codes: dict[int, bytes] = {}
        self.steps: dict[int, bytes] = {}
        self.size = (0, 0)
        self.components: list[Component] = []
        self.interval = 0
        self.adobe = -1
        self.is_jfif = False

    def read(self) -> Plan | None:
        at = 2
        while self.data[at] == 0xFF:  # noqa: PLR2004 - what every marker starts with
            marker = self.data[at + 1]
            end = at + 2 + int.from_bytes(self.data[at + 2 : at + 4])
            body = self.data[at + 4 : end]
            if marker == _SCAN:
                return self._scan(body, end)
            if not self._see(marker, body):
                return None
            at = end
        return None

    def _see(self, marker: int, body: bytes) -> bool:
        if marker in _SEQUENTIAL:
            return self._frame(body)
        if marker == _CODES:
            return self._tables(body)
        if marker == _STEPS:
            for at in range(0, len(body), 65):
                self.steps[body[at]] = body[at + 1 : at + 65]
        elif marker == _INTERVAL:
            self.interval = int.from_bytes(body)
        elif marker == _JFIF:
            self.is_jfif |= body[:5] == b"JFIF\0"
        elif marker == _ADOBE and body[:5] == b"Adobe":
            self.adobe = body[11]
        return marker in _PLAIN or marker in {_STEPS, _INTERVAL}

    def _frame(self, body: bytes) -> bool:
        depth, height, width, count = body[0], body[1:3], body[3:5], body[5]
        self.size = int.from_bytes(width), int.from_bytes(height)
        if self.components or depth != 8 or count not in {1, _COLOURS} or not min(self.size):  # noqa: PLR2004
            return False
        for name, shape, steps in zip(body[6::3], body[7::3], body[8::3], strict=True):
            self.components.append(Component(name, shape >> 4, shape & 15, steps))
        if count == 1:  # a lone component's MCU is one block, whatever the frame says
            self.components[0] = Component(self.components[0].name, 1, 1, self.components[0].steps)
        luma, *others = self.components
        shapes = all(
            0 < one.across <= luma.across and 0 < one.down <= luma.down for one in self.components
        )
        blocks = sum(one.across * one.down for one in self.components)
        return len(others) == count - 1 and shapes and blocks <= _MOST_BLOCKS

    def _tables(self, body: bytes) -> bool:
        while body:
            end = 1 + COUNTS + sum(body[1 : 1 + COUNTS])
            if len(body) < end:
                return False
            self.codes[body[0]] = body[1:end]
            body = body[end:]
        return True

    def _scan(self, body: bytes, start: int) -> Plan | None:
        count = len(self.components)
        chosen = dict(zip(body[1 : 1 + 2 * count : 2], body[2 : 2 + 2 * count : 2], strict=True))
        if (
            start > len(self.data)
            or not count
            or body[0] != count
            or body[1 + 2 * count :] != b"\0\x3f\0"
        ):
            return None
        if count == _COLOURS and not self._luma_is_first():
            return None
        components = tuple(
            Component(one.name, one.across, one.down, one.steps, chosen[one.name])
            for one in self.components
        )
        steps = self.steps[components[0].steps]
        if any(
            not {one.codes >> 4, 16 | (one.codes & 15)} <= self.codes.keys() for one in components
        ):
            return None
        if len(steps) != 64 or [*chosen] != [one.name for one in components]:  # noqa: PLR2004
            return None
        return Plan(start, *self.size, components, self.codes, steps, self.interval)

    def _luma_is_first(self) -> bool:
        """As libjpeg guesses; what it takes for red, green and blue is left to it."""
        if self.is_jfif or self.adobe == 1:
            return True
        return self.adobe < 0 and [one.name for one in self.components] == [1, 2, 3]
