"""The fingerprint on the device, in a real Chromium: our pixels, its pixels, and a canvas that lies."""

import gzip
import io
import math
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pdqhash
import pytest
from PIL import Image, ImageDraw

from copse.kit.device import javascript
from copse.kit.hashing import pdq

SHARED = Path(__file__).parents[3] / "shared" / "reference" / "pdq"


class _Quiet(SimpleHTTPRequestHandler):
    extensions_map = {".mjs": "text/javascript", "": "application/octet-stream"}  # noqa: RUF012

    def log_message(self, *args):
        pass


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """What the loopback server serves: an empty page, the module, and what a test puts there."""
    place = tmp_path_factory.mktemp("device")
    (place / "pdq.mjs").write_text(javascript())
    (place / "page.html").write_text("<!doctype html><title>device</title>")
    return place


@pytest.fixture(scope="module")
def origin(folder):
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


class Opener:
    """Opens pages with the module in `kit`."""

    def __init__(self, chromium, origin):
        self.chromium, self.origin, self.contexts = chromium, origin, []

    def page(self, before=""):
        context = self.chromium.new_context()
        self.contexts.append(context)
        page = context.new_page()
        page.add_init_script(before)
        page.goto(f"{self.origin}/page.html")
        page.evaluate("import('/pdq.mjs').then((kit) => { self.kit = kit; })")
        page.evaluate(
            "self.fetched = async (name) => (await fetch('/' + name, { cache: 'no-store' })).blob()"
        )
        page.asked = []
        page.on("request", lambda request: page.asked.append(request.url))
        return page

    def close(self):
        for context in self.contexts:
            context.close()


@pytest.fixture(scope="module")
def plain(chromium, origin):
    """A page as it comes; whoever changes something in it opens one of their own by `device`."""
    opener = Opener(chromium, origin)
    yield opener.page()
    opener.close()


@pytest.fixture
def device(chromium, origin):
    """`device(before="")` opens a page of the test's own; `before` runs first in it."""
    opener = Opener(chromium, origin)
    yield opener.page
    opener.close()


def drawn(seed, size=None):
    """A harmless picture: a sky of slow waves, some shapes, the grain of a camera."""
    chance = np.random.default_rng(seed)
    wide, high = size or (int(n) for n in chance.integers(40, 900, 2))
    x, y = np.linspace(0, 3, wide), np.linspace(0, 3, high)[:, None]
    shades = []
    for _ in range(3):
        a, b, c, d = chance.uniform(0.3, 6, 4)
        shades.append(127 + 60 * np.sin(a * x + b * y) + 50 * np.cos(c * x * y + d))
    sky = np.stack(shades, axis=2) + chance.normal(0, 6, (high, wide, 1))
    picture = Image.fromarray(sky.clip(0, 255).astype(np.uint8))
    pen = ImageDraw.Draw(picture)
    for _ in range(int(chance.integers(2, 9))):
        left, top, across, down = (int(n) for n in chance.integers(0, [wide, high, wide, high]))
        fill = tuple(int(n) for n in chance.integers(0, 256, 3))
        shape = pen.ellipse if chance.random() < 0.5 else pen.rectangle
        shape([left, top, left + across, top + down], fill=fill)
    return picture


def shared_pictures():
    found = sorted(SHARED.rglob("*.jpg"))
    assert len(found) >= 19
    return found


def reference(picture):
    """Hex and quality by `pdqhash`, whose first bit is our last hex digit's."""
    bits, quality = pdqhash.compute(np.asarray(picture.convert("RGB")))
    return np.packbits(bits).tobytes().hex(), quality


def python(picture):
    """Hex and quality by our own hasher on the server."""
    packed, quality = pdq(np.asarray(picture.convert("RGB")))
    return packed.hex(), quality


def bits_between(one, other):
    return (int(one, 16) ^ int(other, 16)).bit_count()


def on_pixels(page, folder, picture):
    """What the module makes of exactly these pixels."""
    (folder / "pixels").write_bytes(picture.convert("RGBA").tobytes())
    made = page.evaluate(
        "async ([w, h]) => kit.pdq(new Uint8ClampedArray("
        "await (await fetched('pixels')).arrayBuffer()), w, h)",
        list(picture.size),
    )
    return made["hex"], made["quality"]


def on_file(page, folder, content):
    """What the module makes of a file, decoded and drawn by the browser."""
    (folder / "picture").write_bytes(content)
    return page.evaluate("async () => kit.fingerprint(await fetched('picture'))")


def saved(picture, form, **options):
    file = io.BytesIO()
    picture.save(file, form, **options)
    return file.getvalue()


def test_the_module_is_small_and_names_no_network():
    text = javascript()
    assert len(gzip.compress(text.encode(), 9)) <= 4096
    for word in ("fetch(", "XMLHttpRequest", "WebSocket", "sendBeacon", "import(", "http"):
        assert word not in text


@pytest.mark.slow
def test_on_the_same_pixels_no_bit_differs_from_the_reference_and_from_ours(device, folder):
    page = device()
    pictures = [Image.open(path).convert("RGB") for path in shared_pictures()]
    pictures += [drawn(seed) for seed in range(100)]
    pictures += [drawn(seed, size) for seed, size in enumerate([(64, 64), (5, 900), (129, 6)])]
    wrong = {}
    for number, picture in enumerate(pictures):
        made, theirs, ours = on_pixels(page, folder, picture), reference(picture), python(picture)
        if not made == theirs == ours:
            wrong[number] = (bits_between(made[0], theirs[0]), made, theirs, ours)
    assert wrong == {}


def test_below_five_pixels_there_is_no_fingerprint_as_in_the_reference(plain, folder):
    assert on_pixels(plain, folder, drawn(1, (4, 300))) == ("0" * 64, 0)


@pytest.mark.slow
def test_after_the_browsers_own_decoding_at_most_six_bits_in_95_of_100(plain, folder):
    contents = [path.read_bytes() for path in shared_pictures()]
    forms = [("JPEG", {"quality": 85}), ("JPEG", {"quality": 60}), ("PNG", {}), ("WEBP", {})]
    for seed in range(40):
        form, options = forms[seed % 4]
        contents.append(saved(drawn(seed), form, **options))
    moved = []
    for content in contents:
        made = on_file(plain, folder, content)
        hexed, quality = reference(Image.open(io.BytesIO(content)))
        assert made["code"] == "honest"
        assert abs(made["quality"] - quality) <= 2
        moved.append(bits_between(made["hex"], hexed))
    assert sorted(moved)[math.ceil(0.95 * len(moved)) - 1] <= 6


def test_an_alpha_channel_is_laid_on_white(plain, folder):
    picture, veil = drawn(3, (300, 200)), drawn(4, (300, 200)).convert("L")
    clear = picture.copy()
    clear.putalpha(veil)
    laid = Image.composite(picture, Image.new("RGB", picture.size, "white"), veil)
    made = on_file(plain, folder, saved(clear, "PNG"))
    assert bits_between(made["hex"], reference(laid)[0]) <= 2


@pytest.mark.parametrize("form", ["JPEG", "PNG"])
@pytest.mark.parametrize("orientation", [3, 6])
def test_a_turned_photograph_has_both_fingerprints(plain, folder, form, orientation):
    picture = drawn(5, (420, 280))
    tags = Image.Exif()
    tags[0x0112] = orientation
    made = on_file(plain, folder, saved(picture, form, exif=tags))
    turned = picture.rotate(180 if orientation == 3 else -90, expand=True)
    assert made["orientation"] == "both"
    assert (made["width"], made["height"]) == picture.size
    assert (made["upright"]["width"], made["upright"]["height"]) == turned.size
    assert bits_between(made["hex"], reference(picture)[0]) <= 6
    assert bits_between(made["upright"]["hex"], reference(turned)[0]) <= 6


def test_chromium_does_not_turn_webp_and_that_is_said(plain, folder):
    picture, tags = drawn(5, (420, 280)), Image.Exif()
    tags[0x0112] = 6
    made = on_file(plain, folder, saved(picture, "WEBP", exif=tags))
    assert (made["orientation"], made["upright"]) == ("unturned", None)
    assert bits_between(made["hex"], reference(picture)[0]) <= 6


def test_a_browser_that_does_not_turn_is_said_not_to(device, folder):
    page, picture, tags = device(), drawn(5, (420, 280)), Image.Exif()
    tags[0x0112] = 6
    (folder / "plain").write_bytes(saved(picture, "JPEG"))
    page.evaluate("""async () => {
        const plain = await fetched("plain"), real = self.createImageBitmap;
        self.createImageBitmap = (file) => real(file.size === 12342 ? file : plain);
    }""")
    made = on_file(page, folder, saved(picture, "JPEG", exif=tags))
    assert (made["orientation"], made["upright"]) == ("unturned", None)
    assert bits_between(made["hex"], reference(picture)[0]) <= 6


LIES = {
    "one value in a hundred off by one": (
        "randomised",
        "for (let i = 0; i < d.length; i++) if (Math.random() < .01) d[i] ^= 1;",
    ),
    "strong noise": (
        "randomised",
        "for (let i = 0; i < d.length; i++) d[i] = Math.random() * 256;",
    ),
    "another picture": ("randomised", "d.reverse();"),
    "darker": ("randomised", "for (let i = 0; i < d.length; i++) d[i] *= .9;"),
    "white": ("blanked", "d.fill(255);"),
    "clear": ("blanked", "d.fill(0);"),
    "a profile's rounding": (
        "honest",
        "for (let i = 0; i < d.length; i++) d[i] += d[i] > 99;",
    ),
}
LYING = """
    for (const kind of [OffscreenCanvasRenderingContext2D, CanvasRenderingContext2D]) {
        const real = kind.prototype.getImageData;
        kind.prototype.getImageData = function (...where) {
            const given = real.apply(this, where), d = given.data;
            %s
            return given;
        };
    }
"""


@pytest.mark.parametrize("lie", LIES)
def test_a_canvas_that_lies_is_caught(device, folder, lie):
    code, body = LIES[lie]
    page = device(LYING % body)
    assert page.evaluate("kit.honest()")["code"] == code
    made = on_file(page, folder, saved(drawn(8, (300, 200)), "PNG"))
    assert made["code"] == code
    assert (made["hex"] is None) == (code == "blanked")


def test_noise_of_one_is_caught_and_moves_no_bit(device):
    page = device(LYING % LIES["one value in a hundred off by one"][1])
    assert page.evaluate("kit.honest()") == {"code": "randomised", "worst": 1, "moved": False}


def test_an_honest_canvas_gives_back_every_value(plain):
    assert plain.evaluate("kit.honest()") == {"code": "honest", "worst": 0, "moved": False}


@pytest.mark.parametrize("broken", ["getContext = () => null", "getContext = () => { throw 1; }"])
def test_a_page_without_a_canvas_is_said_to_have_none(device, folder, broken):
    page = device(f"OffscreenCanvas.prototype.{broken};")
    made = on_file(page, folder, saved(drawn(8, (60, 60)), "PNG"))
    assert (made["code"], made["hex"]) == ("no-canvas", None)


def test_it_works_without_offscreen_canvas_and_in_a_worker(plain, device, folder):
    content = saved(drawn(9, (300, 200)), "PNG")
    old = device("delete self.OffscreenCanvas;")
    made = on_file(plain, folder, content)
    assert on_file(old, folder, content) == made
    in_worker = plain.evaluate("""async () => {
        const text = `import { fingerprint } from "${location.origin}/pdq.mjs";
            onmessage = async ({ data }) => postMessage(await fingerprint(data));`;
        const address = URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
        const worker = new Worker(address, { type: "module" });
        const file = await fetched("picture");
        return new Promise((resolve, reject) => {
            worker.onmessage = ({ data }) => resolve(data);
            worker.onerror = (fault) => reject(new Error(fault.message));
            worker.postMessage(file);
        });
    }""")
    assert in_worker == made


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not a picture at all",
        b'<svg xmlns="http://www.w3.org/2000/svg"><script>self.ran = 1</script></svg>',
        saved(drawn(2, (90, 90)), "PNG")[:60],
    ],
)
def test_what_is_no_picture_is_said_to_be_none(plain, folder, content):
    made = on_file(plain, folder, content)
    assert (made["code"], made["hex"], made["upright"]) == ("not-a-picture", None, None)
    assert plain.evaluate("self.ran") is None


def test_nothing_is_asked_of_the_network_and_offline_is_enough(device, folder):
    page = device()
    (folder / "picture").write_bytes(saved(drawn(7, (500, 400)), "JPEG"))
    page.evaluate("async () => { self.file = await fetched('picture'); await file.arrayBuffer(); }")
    page.asked.clear()
    page.context.set_offline(True)
    made = page.evaluate("kit.fingerprint(file)")
    assert made["hex"]
    assert page.asked == []


WATCHED = """
    self.sizes = [];
    const real = OffscreenCanvasRenderingContext2D.prototype.getImageData;
    OffscreenCanvasRenderingContext2D.prototype.getImageData = function (x, y, w, h) {
        self.sizes.push([w * h, this.canvas.width * this.canvas.height]);
        return real.call(this, x, y, w, h);
    };
"""


@pytest.mark.parametrize("size", [(9000, 500), (500, 9000), (4097, 1030)])
def test_a_large_picture_goes_through_small_tiles_and_stays_the_same(device, folder, size):
    # Drawn small and enlarged, which is quick, and still over the four million pixels of a canvas.
    page, picture = device(WATCHED), drawn(6, (size[0] // 5, size[1] // 5)).resize(size)
    made = on_file(page, folder, saved(picture, "PNG", compress_level=1))
    assert (made["hex"], made["quality"]) == reference(picture)
    sizes = page.evaluate("self.sizes")
    assert max(max(pair) for pair in sizes) <= 1 << 22
    # The known picture, then every pixel of the picture once: nothing was shrunk before.
    assert sum(read for read, _ in sizes) == 64 * 64 + picture.width * picture.height


def test_the_same_bits_come_twice(plain, folder):
    content = saved(drawn(11, (640, 480)), "WEBP")
    made = [on_file(plain, folder, content) for _ in range(2)]
    assert all(one == other for one, other in pairwise(made))
    assert SimpleNamespace(**made[0]).hex
