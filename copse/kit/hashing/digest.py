"""MD5, SHA-1 and SHA-256 in one pass: each block is read once and given to all three."""

import hashlib
from collections.abc import Iterable
from typing import BinaryIO

BLOCK = 1 << 20


def digests_of(blocks: Iterable[bytes | memoryview]) -> tuple[str, str, str]:
    """(md5, sha1, sha256) as lowercase hex of blocks of bytes, in order.

    MD5 and SHA-1 are here because the lists in use hold them, not to protect anything.
    """
    running = (
        hashlib.md5(usedforsecurity=False),
        hashlib.sha1(usedforsecurity=False),
        hashlib.sha256(),
    )
    for block in blocks:
        for one in running:
            one.update(block)
    md5, sha1, sha256 = (one.hexdigest() for one in running)
    return md5, sha1, sha256


def digests(stream: BinaryIO) -> tuple[str, str, str]:
    """(md5, sha1, sha256) as lowercase hex of what is left in a binary stream."""
    return digests_of(iter(lambda: stream.read(BLOCK), b""))
