"""Sealing: a random key per record, handed to each holder in a box only the holder opens.

Pure functions over libsodium; no storage and no framework, so that a bulk load can use them too.
"""

import json
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from nacl import pwhash
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox
from nacl.secret import SecretBox

from copse.kit.errors import RefusedError

KEY_BYTES = 32
SALT_BYTES = pwhash.argon2id.SALTBYTES
# Lengths are rounded up, so that a sealed text does not tell how long the story is.
BLOCK = 256


class WrongKey(RefusedError):  # noqa: N818 - named for the state
    """What was given does not open this."""

    code = "wrong-key"


@dataclass(frozen=True)
class Cost:
    """How much work one password guess takes: passes over memory, and bytes of memory."""

    operations: int
    memory: int


# The library's own "moderate": 256 MiB, under a second. The second is for tests only.
FULL = Cost(3, 256 * 1024 * 1024)
SMALL = Cost(1, 8 * 1024)


@dataclass(frozen=True)
class SealedRecord:
    """A sealed record, and its key sealed to each holder, in the holders' order."""

    id: UUID
    ciphertext: bytes
    wrappers: tuple[tuple[UUID, bytes], ...]


def new_keypair() -> tuple[bytes, bytes]:
    """A fresh (private, public) pair."""
    private = PrivateKey.generate()
    return bytes(private), bytes(private.public_key)


def seal_to(public: bytes, content: bytes) -> bytes:
    """Seal bytes to a public key. Nobody can tell who sealed them."""
    return bytes(SealedBox(PublicKey(public)).encrypt(content))


def open_sealed(private: bytes, sealed: bytes) -> bytes:
    """Open what `seal_to` made. Raises `WrongKey`."""
    try:
        return bytes(SealedBox(PrivateKey(private)).decrypt(sealed))
    except CryptoError:
        raise WrongKey("This key does not open the record.") from None


def lock(key: bytes, content: bytes) -> bytes:
    """Encrypt bytes under a symmetric key."""
    return bytes(SecretBox(key).encrypt(content))


def unlock(key: bytes, locked: bytes) -> bytes:
    """Open what `lock` made. Raises `WrongKey`."""
    try:
        return bytes(SecretBox(key).decrypt(locked))
    except (CryptoError, ValueError):
        raise WrongKey("This key does not open the record.") from None


def encrypt_content(key: bytes, content: Mapping[str, Any]) -> bytes:
    """Encrypt a JSON object, padded with spaces to whole blocks."""
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
    return lock(key, text + b" " * (-len(text) % BLOCK))


def decrypt_content(key: bytes, ciphertext: bytes) -> dict[str, Any]:
    """Open what `encrypt_content` made. Raises `WrongKey`."""
    content: dict[str, Any] = json.loads(unlock(key, ciphertext))
    return content


def seal_offline(content: Mapping[str, Any], holders: Iterable[tuple[UUID, bytes]]) -> SealedRecord:
    """Seal a record to (holder, public key) pairs, without touching any storage."""
    key = secrets.token_bytes(KEY_BYTES)
    wrappers = tuple((holder, seal_to(public, key)) for holder, public in holders)
    return SealedRecord(uuid4(), encrypt_content(key, content), wrappers)


def key_from_password(password: str, salt: bytes, cost: Cost) -> bytes:
    """Argon2id of a password, as a symmetric key."""
    return bytes(
        pwhash.argon2id.kdf(
            KEY_BYTES, password.encode(), salt, opslimit=cost.operations, memlimit=cost.memory
        )
    )


def recovery_text(private: bytes) -> str:
    """A recovery key as it is printed: groups of four, easy to copy by hand."""
    digits = private.hex().upper()
    return "-".join(digits[i : i + 4] for i in range(0, len(digits), 4))


def recovery_key(text: str) -> bytes:
    """What `recovery_text` printed, spaces and hyphens as typed. Raises `WrongKey`."""
    try:
        private = bytes.fromhex("".join(text.split()).replace("-", ""))
    except ValueError:
        private = b""
    if len(private) != KEY_BYTES:
        raise WrongKey("A recovery key has 16 groups of four letters and digits.")
    return private
