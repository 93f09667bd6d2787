"""Draws common harmless pictures and writes their fingerprints to `benign.csv`.

    python -m copse.kit.lists.harmless

Nothing is taken from anywhere: every picture is made of the shapes below, so that anybody can see
what the benign guard holds for harmless, add a shape, and write the file anew.
"""

import csv
import io
import math
from collections.abc import Callable, Iterator
from itertools import permutations
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw

SIZE = 256
BLACK, DARK, MIDDLE, LIGHT, WHITE = 0, 60, 128, 200, 255
Picture = Image.Image
Named = Iterator[tuple[str, Picture]]
Brightness = npt.NDArray[np.float64]
Y, X = np.mgrid[0:SIZE, 0:SIZE] / (SIZE - 1)
TINY = 1e-9  # keeps the last pixel, where X is 1, out of a stripe of its own
LINES_IN_PARAGRAPH = 7

# Shapes on a grid of 100: polygons, circles (x, y, radius) and lines (points, width).
ICONS: dict[str, list[tuple[str, list[float]]]] = {
    "menu": [("box", [15, 22, 85, 34]), ("box", [15, 44, 85, 56]), ("box", [15, 66, 85, 78])],
    "dots": [("disc", [50, 20, 9]), ("disc", [50, 50, 9]), ("disc", [50, 80, 9])],
    "plus": [("box", [42, 15, 58, 85]), ("box", [15, 42, 85, 58])],
    "minus": [("box", [15, 42, 85, 58])],
    "close": [("line", [18, 18, 82, 82]), ("line", [82, 18, 18, 82])],
    "check": [("line", [15, 55, 40, 78]), ("line", [40, 78, 86, 24])],
    "left": [("line", [65, 15, 30, 50]), ("line", [30, 50, 65, 85])],
    "right": [("line", [35, 15, 70, 50]), ("line", [70, 50, 35, 85])],
    "up": [("line", [15, 65, 50, 30]), ("line", [50, 30, 85, 65])],
    "down": [("line", [15, 35, 50, 70]), ("line", [50, 70, 85, 35])],
    "play": [("polygon", [25, 12, 88, 50, 25, 88])],
    "back": [("polygon", [75, 12, 12, 50, 75, 88])],
    "pause": [("box", [22, 15, 42, 85]), ("box", [58, 15, 78, 85])],
    "stop": [("box", [20, 20, 80, 80])],
    "record": [("disc", [50, 50, 34])],
    "ring": [("ring", [50, 50, 36])],
    "search": [("ring", [42, 42, 27]), ("line", [62, 62, 86, 86])],
    "home": [("polygon", [50, 12, 92, 50, 8, 50]), ("box", [20, 50, 80, 88])],
    "heart": [
        ("disc", [32, 36, 20]), ("disc", [68, 36, 20]), ("polygon", [14, 45, 86, 45, 50, 90]),
    ],
    "mail": [("frame", [10, 24, 90, 76]), ("line", [10, 24, 50, 56]), ("line", [50, 56, 90, 24])],
    "lock": [("box", [22, 46, 78, 88]), ("ring", [50, 40, 20])],
    "camera": [("frame", [10, 28, 90, 82]), ("ring", [50, 55, 18]), ("box", [36, 16, 64, 28])],
    "placeholder": [
        ("frame", [10, 16, 90, 84]), ("disc", [32, 36, 8]),
        ("polygon", [14, 80, 42, 46, 62, 66, 74, 56, 88, 80]),
    ],
    "person": [("disc", [50, 34, 19]), ("slice", [50, 98, 38])],
    "people": [
        ("disc", [32, 36, 14]), ("slice", [32, 84, 25]), ("disc", [68, 36, 14]),
        ("slice", [68, 84, 25]),
    ],
    "smile": [("ring", [50, 50, 40]), ("disc", [35, 40, 6]), ("disc", [65, 40, 6]),
              ("line", [32, 64, 50, 72]), ("line", [50, 72, 68, 64])],
    "bell": [("slice", [50, 68, 30]), ("box", [20, 56, 80, 72]), ("disc", [50, 82, 8])],
    "cloud": [("disc", [34, 56, 20]), ("disc", [58, 46, 25]), ("box", [30, 56, 82, 76])],
    "pin": [("disc", [50, 36, 25]), ("polygon", [28, 48, 72, 48, 50, 92])],
    "trash": [("box", [26, 30, 74, 90]), ("box", [16, 18, 84, 26])],
    "moon": [("disc", [48, 50, 36]), ("hole", [64, 40, 30])],
    "sun": [("disc", [50, 50, 20]), *(("line", [
        50 + 28 * math.cos(a), 50 + 28 * math.sin(a),
        50 + 42 * math.cos(a), 50 + 42 * math.sin(a),
    ]) for a in (k * math.pi / 4 for k in range(8)))],
    "star": [("polygon", [c for k in range(10) for c in (
        50 + (42, 18)[k % 2] * math.sin(k * math.pi / 5),
        50 - (42, 18)[k % 2] * math.cos(k * math.pi / 5),
    )])],
    "share": [("disc", [24, 50, 11]), ("disc", [76, 22, 11]), ("disc", [76, 78, 11]),
              ("line", [24, 50, 76, 22]), ("line", [24, 50, 76, 78])],
    "chat": [("box", [10, 16, 90, 66]), ("polygon", [24, 66, 48, 66, 24, 88])],
    "text": [("box", [12, 14 + 18 * k, 88 - 6 * k, 22 + 18 * k]) for k in range(5)],
    "grid": [("box", [12 + 28 * x, 12 + 28 * y, 32 + 28 * x, 32 + 28 * y])
             for x in range(3) for y in range(3)],
    "tiles": [("box", [12 + 42 * x, 12 + 42 * y, 46 + 42 * x, 46 + 42 * y])
              for x in range(2) for y in range(2)],
    "bars": [("box", [12, 60, 30, 90]), ("box", [41, 35, 59, 90]), ("box", [70, 12, 88, 90])],
    "falling-bars": [("box", [12, 12, 30, 90]), ("box", [41, 35, 59, 90]),
                     ("box", [70, 60, 88, 90])],
    "chart": [("line", [10, 80, 35, 50]), ("line", [35, 50, 58, 64]), ("line", [58, 64, 90, 18])],
    "calendar": [("frame", [12, 18, 88, 88]), ("box", [12, 18, 88, 38])],
    "file": [("polygon", [24, 8, 60, 8, 80, 28, 80, 92, 24, 92])],
    "folder": [("box", [10, 32, 90, 82]), ("box", [10, 20, 45, 34])],
    "phone": [("frame", [30, 8, 70, 92]), ("disc", [50, 82, 4])],
    "screen": [("frame", [8, 16, 92, 70]), ("box", [40, 70, 60, 84]), ("box", [28, 84, 72, 90])],
    "warning": [("polygon", [50, 10, 94, 88, 6, 88])],
    "diamond": [("polygon", [50, 8, 92, 50, 50, 92, 8, 50])],
    "triangle-down": [("polygon", [6, 14, 94, 14, 50, 92])],
    "hexagon": [("polygon", [50, 8, 88, 29, 88, 71, 50, 92, 12, 71, 12, 29])],
    "half": [("slice", [50, 68, 42])],
    "target": [("ring", [50, 50, 40]), ("ring", [50, 50, 24]), ("disc", [50, 50, 8])],
    "crosshair": [("line", [50, 4, 50, 96]), ("line", [4, 50, 96, 50]), ("ring", [50, 50, 26])],
    "empty-frame": [("frame", [8, 8, 92, 92])],
}  # fmt: skip


def _blank(
    shade: int = WHITE, width: int = SIZE, height: int = SIZE
) -> tuple[Picture, ImageDraw.ImageDraw]:
    picture = Image.new("L", (width, height), shade)
    return picture, ImageDraw.Draw(picture)


def _of(brightness: Brightness) -> Picture:
    """A picture of numbers from 0, black, to 1."""
    return Image.fromarray(np.clip(brightness * WHITE, 0, WHITE).astype(np.uint8))


def icons() -> Named:
    """Symbols as buttons have them, dark on light and light on dark."""
    for name, shapes in ICONS.items():
        for tone, (back, ink) in {"dark": (WHITE, BLACK), "light": (BLACK, WHITE)}.items():
            picture, draw = _blank(back)
            for shape, numbers in shapes:
                _shape(draw, shape, [n * SIZE / 100 for n in numbers], ink, back)
            yield f"icon-{name}-{tone}", picture


def _shape(draw: ImageDraw.ImageDraw, shape: str, at: list[float], ink: int, back: int) -> None:
    width = SIZE // 14
    if shape in {"disc", "ring", "hole", "slice"}:
        x, y, r = at
        around = [x - r, y - r, x + r, y + r]
        if shape == "slice":
            draw.pieslice(around, 180, 360, fill=ink)
        elif shape == "ring":
            draw.ellipse(around, outline=ink, width=width)
        else:
            draw.ellipse(around, fill=back if shape == "hole" else ink)
    elif shape == "box":
        draw.rectangle(at, fill=ink)
    elif shape == "frame":
        draw.rectangle(at, outline=ink, width=width)
    elif shape == "line":
        draw.line(at, fill=ink, width=width)
    else:
        draw.polygon(at, fill=ink)


def avatars() -> Named:
    """The head and shoulders that stand for whoever has no picture."""
    for back, ink in (
        (LIGHT, WHITE),
        (LIGHT, DARK),
        (DARK, LIGHT),
        (WHITE, MIDDLE),
        (BLACK, MIDDLE),
    ):
        for frame in ("square", "circle"):
            for head in (36, 46, 56):
                corner = WHITE if frame == "circle" else back
                picture, draw = _blank(corner)
                if frame == "circle":
                    draw.ellipse([0, 0, SIZE, SIZE], fill=back)
                middle, top = SIZE / 2, SIZE * 0.4
                draw.ellipse([middle - head, top - head, middle + head, top + head], fill=ink)
                wide = head * 1.9
                draw.ellipse([middle - wide, SIZE * 0.66, middle + wide, SIZE * 1.3], fill=ink)
                yield f"avatar-{back}-{ink}-{frame}-{head}", picture


def gradients() -> Named:
    """From light to dark: straight in 16 directions, round, and in steps."""
    for step in range(16):
        angle = step * math.pi / 8
        along = (X - 0.5) * math.cos(angle) + (Y - 0.5) * math.sin(angle)
        yield f"gradient-{step}", _of(0.5 + along / 1.5)
    for name, sign in (("out", 1), ("in", -1)):
        yield f"vignette-{name}", _of(0.5 + sign * (0.5 - np.hypot(X - 0.5, Y - 0.5)))
    for count in (4, 8, 11, 16):
        yield f"ramp-{count}", _of(np.floor(X * count) / count)
        yield f"ramp-down-{count}", _of(np.floor(Y * count) / count)


def patterns() -> Named:
    """Checkerboards, stripes, waves and rings."""
    for count in (2, 3, 4, 5, 6, 8, 10, 12, 16):
        squares = np.floor(X * count - TINY) + np.floor(Y * count - TINY)
        yield f"checks-{count}-0", _of(squares % 2)
        yield f"checks-{count}-1", _of((squares + 1) % 2)
    ways = {"down": X, "across": Y, "rising": X + Y, "falling": X - Y}
    for count in (1, 2, 3, 4, 6, 8, 12):
        for name, along in ways.items():
            yield f"stripes-{name}-{count}", _of(np.floor((along + 1) * count * 2 - TINY) % 2)
        yield f"waves-{count}", _of(0.5 + 0.5 * np.sin(X * count * 2 * np.pi))
        yield f"rings-{count}", _of(np.floor(np.hypot(X - 0.5, Y - 0.5) * count * 4) % 2)


def scans() -> Named:
    """Paper: the shadow of an edge, ruled and squared sheets, holes, columns of text, forms."""
    for name, away in {"left": X, "right": 1 - X, "top": Y, "bottom": 1 - Y}.items():
        for depth in (5, 15):
            yield f"scan-shadow-{name}-{depth}", _of(1 - 0.6 * np.exp(-away / (depth / 100)))
    for gap in (12, 20, 32):
        ruled, draw = _blank(width=SIZE, height=362)
        squared, lines = _blank(width=SIZE, height=362)
        for y in range(gap, 362, gap):
            draw.line([0, y, SIZE, y], fill=LIGHT, width=2)
            lines.line([0, y, SIZE, y], fill=LIGHT, width=2)
        for x in range(gap, SIZE, gap):
            lines.line([x, 0, x, 362], fill=LIGHT, width=2)
        yield f"paper-ruled-{gap}", ruled
        yield f"paper-squared-{gap}", squared
    for count in (2, 4):
        picture, draw = _blank(width=SIZE, height=362)
        for hole in range(count):
            down = 362 * (hole + 1) / (count + 1)
            draw.ellipse([12, down - 8, 28, down + 8], fill=DARK)
        yield f"paper-holes-{count}", picture
    for columns in (1, 2, 3):
        for gap in (10, 16):
            yield f"page-{columns}-{gap}", _page(columns, gap)


def _page(columns: int, gap: int) -> Picture:
    picture, draw = _blank(width=SIZE, height=362)
    wide = (SIZE - 40) / columns
    for column in range(columns):
        for number, y in enumerate(range(30, 335, gap)):
            left = 20 + column * wide
            long = 0.92 if (number + 1) % LINES_IN_PARAGRAPH else 0.6
            draw.rectangle([left, y, left + wide * long, y + 4], fill=DARK)
    return picture


def flags() -> Named:
    """Stripes, crosses, discs and triangles in three shades, as flags have them."""
    wide, high = 384, SIZE
    for shades in permutations((DARK, MIDDLE, WHITE)):
        for way in ("across", "down"):
            picture, draw = _blank(width=wide, height=high)
            for part, shade in enumerate(shades):
                across = [0, high * part / 3, wide, high * (part + 1) / 3]
                down = [wide * part / 3, 0, wide * (part + 1) / 3, high]
                draw.rectangle(across if way == "across" else down, fill=shade)
            yield f"flag-{way}-{'-'.join(map(str, shades))}", picture
    for field, mark in ((DARK, WHITE), (WHITE, DARK), (MIDDLE, WHITE), (DARK, LIGHT)):
        yield from _marked(field, mark, wide, high)


def _marked(field: int, mark: int, wide: int, high: int) -> Named:
    marks: dict[str, Callable[[ImageDraw.ImageDraw], None]] = {
        "disc": lambda d: d.ellipse([wide / 2 - 77, 51, wide / 2 + 77, 205], fill=mark),
        "nordic": lambda d: _cross(d, wide * 0.36, high, wide, mark),
        "cross": lambda d: _cross(d, wide * 0.5, high, wide, mark),
        "half": lambda d: d.rectangle([0, 0, wide, high / 2], fill=mark),
        "hoist": lambda d: d.rectangle([0, 0, wide / 3, high], fill=mark),
        "canton": lambda d: d.rectangle([0, 0, wide * 0.4, high / 2], fill=mark),
        "triangle": lambda d: d.polygon([0, 0, wide * 0.45, high / 2, 0, high], fill=mark),
        "diagonal": lambda d: d.polygon([0, 0, wide, 0, 0, high], fill=mark),
    }
    for name, draw_mark in marks.items():
        picture, draw = _blank(field, wide, high)
        draw_mark(draw)
        yield f"flag-{name}-{field}-{mark}", picture


def _cross(draw: ImageDraw.ImageDraw, x: float, high: int, wide: int, shade: int) -> None:
    draw.rectangle([x - 22, 0, x + 22, high], fill=shade)
    draw.rectangle([0, high / 2 - 22, wide, high / 2 + 22], fill=shade)


def codes() -> Named:
    """The three corners of a square code, and the bars of a striped one; no content."""
    for modules in (21, 25, 29, 33, 41):
        cell = 8
        picture, draw = _blank(width=(modules + 8) * cell, height=(modules + 8) * cell)
        for x, y in ((4, 4), (modules - 3, 4), (4, modules - 3)):
            for inset, shade in ((0, BLACK), (1, WHITE), (2, BLACK)):
                draw.rectangle(
                    [(x + inset) * cell, (y + inset) * cell,
                     (x + 7 - inset) * cell - 1, (y + 7 - inset) * cell - 1],
                    fill=shade,
                )  # fmt: skip
        yield f"square-code-{modules}", picture
    for seed in range(6):
        chance = np.random.default_rng(seed)
        bars = np.repeat(chance.integers(0, 2, 64), 4) * WHITE
        yield f"bar-code-{seed}", Image.fromarray(np.tile(bars.astype(np.uint8), (120, 1)))


def pictures() -> Named:
    """Every harmless picture, with its name."""
    for family in (icons, avatars, gradients, patterns, scans, flags, codes):
        yield from family()


def table() -> str:
    """The names and PDQ hashes of all pictures as CSV."""
    from copse.kit.hashing import pdq

    out = io.StringIO()
    write = csv.writer(out, lineterminator="\n")
    write.writerow(["name", "pdq"])
    for name, picture in pictures():
        write.writerow([name, pdq(np.asarray(picture.convert("RGB")))[0].hex()])
    return out.getvalue()


if __name__ == "__main__":
    Path(__file__).with_name("benign.csv").write_text(table(), "utf-8")
