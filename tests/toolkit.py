"""Drawn pictures and small lists of their fingerprints, for the toolkit's tests."""

import asyncio
import random
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

from PIL import Image, ImageDraw

from copse.kit.checkpoint import Signer
from copse.kit.hashing import fingerprint
from copse.kit.lists import Entry, KnownList, Licence, Publication, Terms, pull

LABEL = "material_label/1/national_child"
NOW = datetime(2026, 11, 25, 10, tzinfo=UTC)


def drawn(number, size=(420, 320)):
    """A picture of coloured shapes; each number has its own."""
    dice = random.Random(number)
    image = Image.new("RGB", size, tuple(dice.randrange(256) for _ in range(3)))
    pen = ImageDraw.Draw(image)
    for _ in range(40):
        left, top = dice.randrange(size[0]), dice.randrange(size[1])
        box = (left, top, left + dice.randrange(10, 160), top + dice.randrange(10, 160))
        colour = tuple(dice.randrange(256) for _ in range(3))
        (pen.ellipse if dice.random() < 0.5 else pen.rectangle)(box, fill=colour)
    return image


def saved(path, number, **how):
    """The drawn picture as a file; its path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    drawn(number).save(path, **how)
    return path


def entry(name, path, *, exact=True, **more):
    """An entry on a picture: by its PDQ, and by its digests unless told otherwise."""
    told = fingerprint(path)
    digests = {"md5": told.md5, "sha1": told.sha1, "sha256": told.sha256} if exact else {}
    return Entry(name, pdq=(told.pdq,), labels=(LABEL,), updated=NOW, **digests, **more)


def awaited(coroutine, seconds=60):
    """What a coroutine answers, in a thread: in ours, a browser's loop may stand already."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, asyncio.wait_for(coroutine, seconds)).result()


class Arbora:
    """A publisher with one list, and a provider's folder that follows it."""

    def __init__(self, folder, name="arbora"):
        self.signer = Signer("arbora.example/list", b"\1" * 32)
        terms = Terms(name, "Hotline of Arbora", Licence("For tests.", "https://licence.example"))
        self.publication = Publication.create(folder / f"{name}-publisher", terms)
        self.folder = folder / name

    def publish(self, *entries):
        """One more version, pulled; the list as the provider has it."""
        self.publication.publish(entries, self.signer)
        pull(self.publication.public, self.folder, str(self.signer.verifier))
        return KnownList.open(self.folder)
