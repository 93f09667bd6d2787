"""The child process behind `isolate=True`: decodes what it is handed, and can do nothing else.

It never sees a name. After it has loaded what it needs it gives up the network, new files and
most memory; then it answers one request after another until its pipe closes. Its answers are JSON,
checked by the parent, so a decoder that was taken over can lie about a hash and no more.
"""

import contextlib
import ctypes
import io
import json
import os
import resource
import struct
from dataclasses import asdict
from functools import cache
from importlib import import_module
from pkgutil import walk_packages
from typing import Any

_NEW_USER, _NEW_NETWORK = 0x10000000, 0x40000000
_NO_NEW_PRIVILEGES = 38
LENGTHS = struct.Struct("<IQ")  # of the request's JSON, and of the data after it
ANSWER = struct.Struct("<I")
FILM = 3  # the descriptor of a film that is too long to be sent


def serve() -> None:
    """Confine this process and answer requests on its standard input."""
    leave_the_network()
    warm_up()
    requests, answers = os.fdopen(0, "rb"), os.fdopen(1, "wb")
    first = True
    while head := requests.read(LENGTHS.size):
        json_length, data_length = LENGTHS.unpack(head)
        request = json.loads(requests.read(json_length))
        if first:
            confine(request["memory"], descriptors=FILM + bool(request["film"]))
            first = False
        allow(request["seconds"], request["memory"])
        answer = json.dumps(_answer(request, requests.read(data_length))).encode()
        answers.write(ANSWER.pack(len(answer)) + answer)
        answers.flush()


def _answer(request: dict[str, Any], data: bytes) -> dict[str, Any]:
    from copse.kit.hashing import film, looking

    options = {"mode": request["mode"], "most_pixels": request["most_pixels"]}
    if request["film"]:
        with os.fdopen(FILM, "rb", closefd=False) as stream:
            return asdict(film.look_at_film(stream, **options))
    return asdict(looking.look(data, **options))


def leave_the_network() -> None:
    """An empty network of its own, where the kernel lets us; `confine` closes sockets anyway."""
    with contextlib.suppress(OSError, AttributeError):
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.unshare(_NEW_NETWORK) != 0:
            libc.unshare(_NEW_USER | _NEW_NETWORK)
        libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)


def warm_up() -> None:
    """Load every decoder and compiled kernel while files can still be opened."""
    import numpy as np
    import pi_heif.as_plugin
    from PIL import Image

    from copse.kit.hashing import looking, perceptual

    with contextlib.suppress(ImportError):
        import av

        for module in walk_packages(av.__path__, "av."):  # it imports its parts when it meets them
            import_module(module.name)
    del pi_heif
    picture = Image.fromarray(np.arange(96 * 80, dtype=np.uint8).reshape(80, 96))
    for kind in ("JPEG", "PNG", "WEBP", "GIF", "AVIF", "BMP", "TIFF"):
        for mode in ("RGB", "L"):
            encoded = io.BytesIO()
            picture.convert(mode).save(encoded, kind)
            looking.look(encoded.getvalue())
            looking.look(encoded.getvalue(), mode="exact")
    large = picture.resize((600, 520))
    for options in ({}, {"progressive": True}):  # skimmed, and shrunk by the decoder
        encoded = io.BytesIO()
        large.save(encoded, "JPEG", **options)
        looking.look(encoded.getvalue(), mode="fast")
    perceptual.pdq(np.zeros((80, 80), np.uint8))
    perceptual.pdq(np.zeros((700, 700, 3), np.uint8))


def confine(memory: int, descriptors: int = FILM) -> None:
    """No new descriptor of any kind (so no file and no socket), no writing, `memory` bytes more."""
    os.closerange(descriptors, min(resource.getrlimit(resource.RLIMIT_NOFILE)[0], 1 << 16))
    limits = {
        resource.RLIMIT_AS: _used() + memory,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_NOFILE: descriptors,
    }
    for limit, most in limits.items():
        resource.setrlimit(limit, (most, most))


def allow(seconds: int, memory: int) -> None:
    """So many seconds of computing and bytes more from now on, within what `confine` left."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    spent = int(usage.ru_utime + usage.ru_stime)
    resource.setrlimit(resource.RLIMIT_CPU, (spent + seconds + 1, resource.RLIM_INFINITY))
    most = resource.getrlimit(resource.RLIMIT_AS)[1]
    resource.setrlimit(resource.RLIMIT_AS, (min(_used() + memory, most), most))


def _used() -> int:
    """Bytes of address space; its file is opened once, for nothing can be opened later."""
    return int(os.pread(_statm(), 64, 0).split()[0]) * resource.getpagesize()


@cache
def _statm() -> int:
    return os.open("/proc/self/statm", os.O_RDONLY)
