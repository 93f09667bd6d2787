"""JPEG to PDQ: pictures a second with one thread, and how far each way strays, in bits.

    python benchmarks/kit_hash.py FOLDER

FOLDER holds the drawn pictures; the shared reference pictures are added for the drift. Prints one line of
JSON. Every way takes the file's bytes and gives a fingerprint; passes of all ways take turns, so that
a crowded minute strikes all alike. Times are processor time, medians of passes.
"""

import io
import json
import os
import statistics
import sys
import time
from functools import partial
from itertools import islice
from pathlib import Path

import numpy as np
import pdqhash
import simplejpeg
from kit_pictures import SHARED, varied
from PIL import Image
from threatexchange.signal_type.pdq.pdq_hasher import pdq_from_bytes

from copse.kit.hashing import fingerprint, pdq_of
from copse.kit.hashing.perceptual import distance

PASSES = 5
GENERATED = int(os.environ.get("GENERATED", "500"))  # QUICK runs may ask for fewer


def pillow_and_pdqhash(content):
    bits, quality = pdqhash.compute(np.asarray(Image.open(io.BytesIO(content)).convert("RGB")))
    return np.packbits(bits).tobytes().hex(), quality


def luma_and_pdqhash(content):
    """The reference on the very pixels that mode "full" looks at."""
    grey = simplejpeg.decode_jpeg(content, "GRAY", fastdct=False, fastupsample=False)
    bits, quality = pdqhash.compute(np.repeat(grey, 3, axis=2))
    return np.packbits(bits).tobytes().hex(), quality


def ours(mode, content):
    packed, quality = pdq_of(content, mode=mode)
    return packed.hex(), quality


def whole(mode, content):
    """With all three digests, as `fingerprint` gives them."""
    found = fingerprint(content, mode=mode)
    return found.pdq, found.quality


WAYS = {
    "threatexchange": pdq_from_bytes,
    "Pillow + pdqhash": pillow_and_pdqhash,
    "copse exact": partial(ours, "exact"),
    "copse full": partial(ours, "full"),
    "copse fast": partial(ours, "fast"),
    "copse fast + MD5, SHA-1, SHA-256": partial(whole, "fast"),
}


def speeds(contents, passes=PASSES):
    """Pictures a second of processor time, by way."""
    took = {name: [] for name in WAYS}
    for number in range(passes + 1):
        for name, way in WAYS.items():
            began = time.process_time()
            for content in contents:
                way(content)
            if number:
                took[name].append(time.process_time() - began)
    return {name: len(contents) / statistics.median(times) for name, times in took.items()}


def drift(contents, way, against):
    """Bits between two ways: median, 95th percentile, largest; quality's largest difference."""
    pairs = [(way(content), against(content)) for content in contents]
    moved = sorted(distance(one[0], other[0]) for one, other in pairs)
    return {
        "pictures": len(moved), "median": statistics.median(moved),
        **{f"p{share}": moved[int(np.ceil(share / 100 * len(moved))) - 1] for share in (95, 99)},
        "max": moved[-1],
        "quality": max(abs(one[1] - other[1]) for one, other in pairs),
    }  # fmt: skip


def settled(content):
    """Of quality 50 and more, as lists take them: below it bits are chance in every way."""
    return pillow_and_pdqhash(content)[1] >= 50


def main(folder):
    small, large = (
        [path.read_bytes() for path in sorted(Path(folder).glob(f"{kind}-*.jpg"))]
        for kind in ("small", "large")
    )
    shared = [path.read_bytes() for path in sorted(SHARED.rglob("*.jpg"))]
    usable = [content for content in small + large + shared if settled(content)]
    exact, full, fast = (partial(ours, mode) for mode in ("exact", "full", "fast"))
    print(json.dumps({
        "pictures": len(small), "mean_kb": sum(map(len, small)) / len(small) / 1024,
        "large": len(large), "shared": len(shared), "below_quality_50":
            len(small + large + shared) - len(usable),
        "speed": speeds(small), "speed_large": speeds(large, 5),
        "exact_to_threatexchange": drift(small + large + shared, exact, pdq_from_bytes),
        "full_to_pdqhash_same_pixels": drift(small + large + shared, full, luma_and_pdqhash),
        "full_to_exact": drift(usable, full, exact),
        "fast_to_full": drift(usable, fast, full),
        "fast_to_full_generated": drift(list(islice(filter(settled, varied()), GENERATED)), fast, full),
        "fast_to_exact": drift(usable, fast, exact),
        "fast_to_full_any_quality": drift(small + large + shared, fast, full),
    }))  # fmt: skip


if __name__ == "__main__":
    main(sys.argv[1])
