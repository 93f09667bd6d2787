"""The fingerprint on the device, in Chromium: time for 12 megapixels, and bits from ours.

    python benchmarks/kit_device.py FOLDER

The drawn and shared pictures go through Chromium as JPEG, and some again as PNG and WebP; what the module
makes of each is compared with our own full decoding. Prints one line of JSON.
"""

import gzip
import io
import json
import shutil
import statistics
import sys
from pathlib import Path

import numpy as np
from kit_pictures import SHARED
from PIL import Image
from playwright.sync_api import sync_playwright

from copse.kit.device import javascript
from copse.kit.hashing import fingerprint, pdq
from copse.kit.hashing.perceptual import distance

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
ORIGIN = "http://device.example/"
TIMED = """async () => {
    const file = await (await fetch("picture")).blob(), picture = await createImageBitmap(file);
    const sheet = new OffscreenCanvas(picture.width, picture.height);
    const pen = sheet.getContext("2d", { willReadFrequently: true });
    pen.drawImage(picture, 0, 0);
    const pixels = pen.getImageData(0, 0, picture.width, picture.height).data;
    const took = { pixels: [], bitmap: [], file: [] };
    const timed = async (name, run) => {
        const began = performance.now();
        await run();
        took[name].push(performance.now() - began);
    };
    for (let i = 0; i < 9; i++) {
        await timed("pixels", () => kit.pdq(pixels, picture.width, picture.height));
        await timed("bitmap", () => kit.fingerprint(picture));
        await timed("file", () => kit.fingerprint(file));
    }
    return took;
}"""


class Device:
    """A page that has the module, and one file of ours at a time."""

    def __init__(self, browser):
        self.content = b""
        self.page = browser.new_context().new_page()
        self.page.route("**/*", self.answer)
        self.page.goto(ORIGIN)
        self.page.evaluate("import('/pdq.mjs').then((kit) => { self.kit = kit; })")

    def answer(self, route):
        path = route.request.url.removeprefix(ORIGIN)
        kind, body = {
            "": ("text/html", b"<!doctype html>"),
            "pdq.mjs": ("text/javascript", javascript().encode()),
        }.get(path, ("application/octet-stream", self.content))
        route.fulfill(body=body, content_type=kind, headers={"Cache-Control": "no-store"})

    def of_file(self, content):
        self.content = content
        found = self.page.evaluate(
            "async () => kit.fingerprint(await (await fetch('picture')).blob())"
        )
        return found["hex"], found["quality"]

    def of_pixels(self, picture):
        self.content = picture.convert("RGBA").tobytes()
        found = self.page.evaluate(
            "async ([w, h]) => kit.pdq(new Uint8Array(await (await fetch('picture')).arrayBuffer()),"
            "w, h)",
            list(picture.size),
        )
        return found["hex"], found["quality"]

    def times(self, content):
        self.content = content
        return {name: statistics.median(took) for name, took in self.page.evaluate(TIMED).items()}


def forms(path, others):
    """The file itself; with `others` a PNG and a WebP of it, too."""
    yield "jpeg", path.read_bytes()
    with Image.open(path) as picture:
        for form in ("png", "webp") if others else ():
            file = io.BytesIO()
            picture.save(file, form, exif=b"")
            yield form, file.getvalue()


def spread(moved):
    ordered = sorted(moved)
    return {
        "pictures": len(ordered), "median": statistics.median(ordered),
        "p95": ordered[int(np.ceil(0.95 * len(ordered))) - 1], "max": ordered[-1],
    }  # fmt: skip


def compared(device, paths):
    """Bits moved by Chromium's decoding, by form; and by our arithmetic, on the same pixels."""
    seen, same = [], []
    for number, path in enumerate(paths):
        for form, content in forms(path, others=number % 3 == 0):
            made, ours = device.of_file(content), fingerprint(content)
            apart = abs(made[1] - ours.quality)
            seen.append((form, distance(made[0], ours.pdq), apart, ours.quality))
        with Image.open(path) as picture:
            made, (packed, quality) = device.of_pixels(picture), pdq(np.asarray(picture))
        same.append(distance(made[0], packed.hex()) + abs(made[1] - quality))
    by_form = {
        form: spread([bits for kind, bits, _, good in seen if kind == form and good >= 50])
        for form in ("jpeg", "png", "webp")
    }
    return {
        # Below quality 50 a fingerprint is chance, and lists do not take it.
        "decoded": spread([bits for _, bits, _, good in seen if good >= 50]), **by_form,
        "decoded_any_quality": spread([bits for _, bits, _, _ in seen]),
        "same_pixels": spread(same), "quality": max(apart for _, _, apart, _ in seen),
    }  # fmt: skip


def main(folder):
    large = sorted(Path(folder).glob("large-*.jpg"))
    paths = sorted(Path(folder).glob("small-*.jpg")) + sorted(SHARED.rglob("*.jpg"))
    with sync_playwright() as player:
        browser = player.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        device = Device(browser)
        result = {
            "gzip_bytes": len(gzip.compress(javascript().encode(), 9)),
            "twelve_megapixels_ms": device.times(large[0].read_bytes()),
            **compared(device, paths), "browser": browser.version,
        }  # fmt: skip
        browser.close()
    print(json.dumps(result))


if __name__ == "__main__":
    main(sys.argv[1])
