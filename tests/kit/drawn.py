"""Harmless pictures for the toolkit's tests: shapes, ramps, noise and clouds, never a photograph."""

import io

import numpy as np
from PIL import Image, ImageDraw


def colour(rng):
    return tuple(int(value) for value in rng.integers(0, 256, 3))


def flat(rng, width, height):
    return Image.new("RGB", (width, height), colour(rng))


def disc(rng, width, height):
    picture = flat(rng, width, height)
    box = (width // 4, height // 4, width - width // 4 - 1, height - height // 4 - 1)
    ImageDraw.Draw(picture).ellipse(box, fill=colour(rng))
    return picture


def boxes(rng, width, height):
    picture = flat(rng, width, height)
    for _ in range(12):
        left, right = sorted(int(x) for x in rng.integers(0, width, 2))
        top, bottom = sorted(int(y) for y in rng.integers(0, height, 2))
        ImageDraw.Draw(picture).rectangle((left, top, right, bottom), fill=colour(rng))
    return picture


def ramp(rng, width, height):
    values = np.linspace(0, 255, width).astype(np.uint8)
    return np.broadcast_to(values[None, :, None], (height, width, 3))


def noise(rng, width, height):
    return rng.integers(0, 256, (height, width, 3), dtype=np.uint8)


def clouds(rng, width, height, grain=9):
    small = rng.integers(0, 256, (grain, grain, 3), dtype=np.uint8)
    return Image.fromarray(small).resize((width, height), Image.Resampling.BICUBIC)


DRAWN = (flat, disc, boxes, ramp, noise, clouds)


def drawn(number):
    """Picture `number` of a fixed series: kinds in turn, sizes from 5 to 700, every ninth 64."""
    rng = np.random.default_rng(number)
    width, height = (int(side) for side in rng.integers(5, 700, 2))
    if number % 9 == 0:
        width = height = 64
    picture = np.ascontiguousarray(DRAWN[number % len(DRAWN)](rng, width, height))
    return picture[:, :, 1].copy() if number % 4 == 3 else picture


def shapes(width=320, height=240, seed=1):
    """A lopsided drawing: no turn or mirror of it looks like another."""
    picture = clouds(np.random.default_rng(seed), width, height, 24)
    pen = ImageDraw.Draw(picture)
    pen.ellipse((width // 16, height // 8, width // 2, height * 3 // 4), fill=(20, 40, 200))
    pen.rectangle((width // 2, height // 10, width * 9 // 10, height // 3), fill=(200, 20, 30))
    corners = [(width // 2, height * 9 // 10), (width * 3 // 4, height // 2), (width, height)]
    pen.polygon(corners, fill=(240, 230, 90))
    return picture


def encoded(picture, kind, **options):
    """A picture as the bytes of a file."""
    stream = io.BytesIO()
    picture.save(stream, kind, **options)
    return stream.getvalue()
