"""Signed statements of how long a log is and what it holds, which an outside witness keeps.

A checkpoint is a note with three lines (origin, number of entries, root) and signature lines,
after c2sp.org/tlog-checkpoint and c2sp.org/signed-note. Signatures are Ed25519 (type 0x01); the
key id is the first four bytes of SHA-256(name, newline, 0x01, public key). A public key travels
as `name+keyid+base64(0x01, public key)`, and a secret one is kept as
`PRIVATE+KEY+name+keyid+base64(0x01, seed)`: the forms that witnesses' tools read.
"""

import re
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from dataclasses import dataclass
from hashlib import sha256
from secrets import token_bytes

from nacl.exceptions import BadSignatureError
from nacl.signing import SigningKey, VerifyKey

from copse.kit.errors import InputError

ED25519 = b"\x01"
PUBLIC_KEY_BYTES = 32
SEED_BYTES = 32
SECRET = "PRIVATE+KEY+"  # noqa: S105 - how a secret key begins
DASH = "\N{EM DASH} "
NOTE = re.compile(rf"(?:(?!{DASH}).+\n)+\n(?:{DASH}.+\n)+")
# The specification asks for at least 16; a longer note is somebody's nonsense.
MOST_SIGNATURES = 100


class BadCheckpoint(InputError):  # noqa: N818 - named for the state
    """A checkpoint that cannot be read, or that the key in hand did not sign."""

    code = "bad-checkpoint"


@dataclass(frozen=True)
class Checkpoint:
    """The log `origin` held `size` entries, and `root` is the root over them."""

    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        """What is signed."""
        return f"{self.origin}\n{self.size}\n{b64encode(self.root).decode()}\n"


@dataclass(frozen=True)
class Verifier:
    """A named public key."""

    name: str
    key: bytes

    @property
    def key_id(self) -> bytes:
        """The four bytes that stand before a signature of this key."""
        return sha256(self.name.encode() + b"\n" + ED25519 + self.key).digest()[:4]

    def __str__(self) -> str:
        return f"{self.name}+{self.key_id.hex()}+{b64encode(ED25519 + self.key).decode()}"

    @classmethod
    def parse(cls, text: str) -> "Verifier":
        """Read `name+keyid+key`. Raises `BadCheckpoint`."""
        try:
            name, key_id, encoded = text.strip().split("+", 2)
            raw = b64decode(encoded, validate=True)
        except (ValueError, NotBase64):
            raise BadCheckpoint("This is not a key of the form name+id+key.") from None
        made = cls(_name(name), raw[1:])
        if raw[:1] != ED25519 or len(made.key) != PUBLIC_KEY_BYTES or made.key_id.hex() != key_id:
            raise BadCheckpoint("The parts of this key do not fit together.")
        return made


class Signer:
    """A named Ed25519 key made of a 32-byte seed."""

    def __init__(self, name: str, seed: bytes) -> None:
        self._key = SigningKey(seed)
        self.verifier = Verifier(_name(name), bytes(self._key.verify_key))

    @classmethod
    def make(cls, name: str) -> "Signer":
        """A new key. Raises `BadCheckpoint` for a name with spaces or a plus sign."""
        return cls(name, token_bytes(SEED_BYTES))

    @classmethod
    def parse(cls, text: str) -> "Signer":
        """Read what `secret` wrote. Raises `BadCheckpoint`, which never quotes it."""
        try:
            name, key_id, encoded = text.strip().removeprefix(SECRET).split("+", 2)
            raw = b64decode(encoded, validate=True)
        except (ValueError, NotBase64):
            raise BadCheckpoint(
                "This is not a secret key of the form PRIVATE+KEY+name+id+key."
            ) from None
        whole = text.startswith(SECRET) and raw[:1] == ED25519 and len(raw) == 1 + SEED_BYTES
        made = cls(name, raw[1:]) if whole else None
        if made is None or made.verifier.key_id.hex() != key_id:
            raise BadCheckpoint("The parts of this secret key do not fit together.")
        return made

    def secret(self) -> str:
        """The key itself, to be kept where nobody else reads it."""
        encoded = b64encode(ED25519 + bytes(self._key)).decode()
        return f"{SECRET}{self.verifier.name}+{self.verifier.key_id.hex()}+{encoded}"

    def sign(self, text: str) -> str:
        """The note: the text, an empty line and the signature line."""
        _check_text(text)
        signature = self._key.sign(text.encode()).signature
        encoded = b64encode(self.verifier.key_id + signature).decode()
        return f"{text}\n{DASH}{self.verifier.name} {encoded}\n"


def notes(text: str) -> list[str]:
    """The notes in a text, which a witness may simply have written one under another.

    A text in which none is found is handed back as it is, for its reader to refuse.
    """
    return NOTE.findall(f"{text.rstrip()}\n") or [text]


def open_note(note: str, verifier: Verifier) -> str:
    """The text of a note that `verifier` signed.

    Signatures of other keys (a witness's) are passed over, as the specification asks. Raises
    `BadCheckpoint` when this key's is missing or wrong.
    """
    text, gap, tail = note.rpartition("\n\n")
    text += "\n"
    lines = tail.splitlines()
    if not gap or not tail.endswith("\n") or len(lines) > MOST_SIGNATURES:
        raise BadCheckpoint("This is not a signed checkpoint.")
    _check_text(text)
    signed = False
    for line in lines:
        name, signature = _signature(line)
        if name != verifier.name or signature[:4] != verifier.key_id:
            continue
        try:
            VerifyKey(verifier.key).verify(text.encode(), signature[4:])
        except (BadSignatureError, ValueError):
            raise BadCheckpoint("The signature of this checkpoint is false.") from None
        signed = True
    if not signed:
        sentence = f"This checkpoint is not signed by the key of {verifier.name}."
        raise BadCheckpoint(sentence)
    return text


def _signature(line: str) -> tuple[str, bytes]:
    name, _, encoded = line.removeprefix(DASH).partition(" ")
    try:
        raw = b64decode(encoded, validate=True)
    except (ValueError, NotBase64):
        raw = b""
    if not line.startswith(DASH) or len(raw) <= 4:  # noqa: PLR2004 - the key id's length
        raise BadCheckpoint("This is not a signed checkpoint.")
    return name, raw


def read_checkpoint(note: str, verifier: Verifier) -> Checkpoint:
    """The checkpoint in a note that `verifier` signed. Raises `BadCheckpoint`."""
    lines = open_note(note, verifier).split("\n")
    try:
        origin, size, encoded = lines[:3]
        root = b64decode(encoded, validate=True)
        made = Checkpoint(origin, int(size), root)
    except (ValueError, NotBase64):
        raise BadCheckpoint("This note is signed, but it is no checkpoint.") from None
    if not origin or str(made.size) != size or made.size < 0 or len(root) != sha256().digest_size:
        raise BadCheckpoint("This note is signed, but it is no checkpoint.")
    return made


def _name(name: str) -> str:
    if not name or "+" in name or any(letter.isspace() for letter in name):
        raise BadCheckpoint("The name of a key has no spaces and no plus sign.")
    return name


def _check_text(text: str) -> None:
    if not text.endswith("\n") or any(letter < " " and letter != "\n" for letter in text):
        raise BadCheckpoint("The text of a note ends its last line and has no control signs.")
