"""Harmless pictures for the toolkit's measurements: waves, cloud, grain and drawn shapes.

`python benchmarks/kit_pictures.py FOLDER` writes 72 JPEGs of 1 to 2 megapixels (mean about 196 KB, as the
baselines had) and six of 12 megapixels. A third are crops of the shared reference pictures, enlarged
and given grain again, so that they are as hard to decode as what a camera writes.
"""

import io
import json
import sys
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

SHARED = Path(__file__).parents[2] / "shared" / "reference" / "pdq"
SIZES = ((1280, 960), (1440, 1080), (1600, 1200), (1600, 1004), (1080, 1350), (1920, 1080))
LARGE = (4000, 3000)


def cloud(chance, wide, high):
    """Noise at every scale, coarse strong and fine weak, as outdoor photographs have it."""
    total = np.zeros((high, wide, 3), np.float32)
    for octave in range(2, 9):
        coarse = chance.normal(size=(2**octave, 2**octave, 3)).astype(np.float32)
        for channel in range(3):
            plane = Image.fromarray(coarse[..., channel]).resize((wide, high), Image.BICUBIC)
            total[..., channel] += np.asarray(plane) / 1.7**octave
    total -= total.min()
    return total * (255 / total.max())


def waves(chance, wide, high):
    """Slow gradients of three colours."""
    x, y = np.linspace(0, 3, wide)[None], np.linspace(0, 3, high)[:, None]
    planes = []
    for _ in range(3):
        a, b, c, d = chance.uniform(0.3, 6, 4)
        planes.append(127 + 60 * np.sin(a * x + b * y) + 60 * np.cos(c * x * y + d))
    return np.stack(planes, axis=2).astype(np.float32)


def crop(chance, wide, high):
    """Part of a shared picture, enlarged."""
    paths = sorted(SHARED.rglob("*.jpg"))
    with Image.open(paths[int(chance.integers(len(paths)))]) as opened:
        whole = opened.convert("RGB")
    across, down = (int(side * chance.uniform(0.55, 1)) for side in whole.size)
    left = int(chance.integers(whole.width - across + 1))
    top = int(chance.integers(whole.height - down + 1))
    part = whole.crop((left, top, left + across, top + down)).resize((wide, high), Image.BICUBIC)
    return np.asarray(part, np.float32)


def shapes(chance, picture):
    """Some drawn shapes: hard edges."""
    pen = ImageDraw.Draw(picture)
    for _ in range(int(chance.integers(0, 12))):
        wide, high = picture.size
        left, top, across, down = (int(n) for n in chance.integers(0, [wide, high, wide, high]))
        fill = tuple(int(n) for n in chance.integers(0, 256, 3))
        draw = pen.ellipse if chance.random() < 0.5 else pen.rectangle
        draw([left, top, left + across // 2, top + down // 2], fill=fill)
    return picture


def drawn(number, size):
    """Picture `number`, the same on every machine."""
    chance = np.random.default_rng(number)
    kind = (crop, cloud, waves)[number % 3]
    pixels = kind(chance, *size)
    picture = Image.fromarray(pixels.clip(0, 255).astype(np.uint8))
    pixels = np.asarray(shapes(chance, picture), np.float32)
    grain = chance.normal(0, 2.9, (*pixels.shape[:2], 1)) + chance.normal(0, 1.1, pixels.shape)
    return Image.fromarray((pixels + grain).clip(0, 255).astype(np.uint8))


def jpeg(picture, quality=85):
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=quality)
    return file.getvalue()


def varied(count=1000):
    """JPEGs of many sizes, qualities and subsamplings, one after another: what drift is told of."""
    for number in range(count):
        chance = np.random.default_rng(10_000 + number)
        short = int(chance.integers(400, 1100))
        size = (short, int(short * chance.uniform(1, 1.7)))[:: -1 if number % 2 else 1]
        file = io.BytesIO()
        options = {"quality": int(chance.integers(40, 97)), "subsampling": number % 3}
        drawn(number, size).save(file, "JPEG", optimize=number % 5 == 0, **options)
        yield file.getvalue()


def write(folder, count=72, large=6):
    """Write the two sets as `small-NNN.jpg` and `large-NNN.jpg`, unless they are there."""
    folder.mkdir(parents=True, exist_ok=True)
    wanted = [(f"small-{n:03d}.jpg", n, SIZES[n % 6]) for n in range(count)]
    wanted += [(f"large-{n:03d}.jpg", 1000 + n, LARGE) for n in range(large)]
    for name, number, size in wanted:
        if not (folder / name).exists():
            (folder / name).write_bytes(jpeg(drawn(number, size)))


if __name__ == "__main__":
    write(Path(sys.argv[1]))
    sizes = [path.stat().st_size for path in Path(sys.argv[1]).glob("small-*.jpg")]
    print(json.dumps({"pictures": len(sizes), "mean_kb": sum(sizes) / len(sizes) / 1024}))
