"""Receipt codes: 20 digits, of which 7 find the receipt and 13 open it.

The finding part is stored under a keyed hash, the opening part under Argon2id with a salt of its
own and a pepper that is not in the database. The same digits can be read as ten words.
"""

import hmac
import secrets
import unicodedata
from dataclasses import dataclass
from hashlib import sha256

from django.conf import settings
from nacl import pwhash
from nacl.secret import SecretBox
from nacl.utils import random

from copse.kit.errors import InputError
from copse.portal.services.words import WORDS, number_of

SELECTOR = 7
LENGTH = 20
# 19 MiB and two passes: what fits two at a time beside the pages of a small machine.
OPS, MEMORY = 2, 19 * 1024 * 1024


class UnreadableCode(InputError):  # noqa: N818 - named for the state
    """What was typed is not a code: too short, too long, or with words we do not know."""

    code = "unreadable-code"


@dataclass(frozen=True)
class Code:
    """A receipt's code. Never stored, never logged: its text form shows nothing."""

    digits: str

    def __repr__(self) -> str:
        return "Code(…)"

    @property
    def groups(self) -> list[str]:
        return [self.digits[at : at + 4] for at in range(0, LENGTH, 4)]

    def words(self, language: str) -> list[str]:
        """The same digits as ten words, two digits each."""
        table = WORDS.get(language, WORDS["en"])
        return [table[int(self.digits[at : at + 2])] for at in range(0, LENGTH, 2)]

    @property
    def selector(self) -> bytes:
        """What the receipt is found by; useless without the key."""
        key = settings.COPSE.secret("receipt-selector-key")
        return hmac.digest(key, self.digits[:SELECTOR].encode(), sha256)

    def stretched(self, salt: bytes) -> tuple[bytes, SecretBox]:
        """The verifier to store or compare, and the box that holds the receipt's private key."""
        pepper = settings.COPSE.secret("receipt-pepper")
        peppered = hmac.digest(pepper, self.digits[SELECTOR:].encode(), sha256)
        both = pwhash.argon2id.kdf(64, peppered, salt, opslimit=OPS, memlimit=MEMORY)
        return both[:32], SecretBox(both[32:])


def new_code() -> Code:
    """A code nobody has, but for chance; the selector's uniqueness is the table's."""
    return Code(f"{secrets.randbelow(10**LENGTH):0{LENGTH}d}")


def new_salt() -> bytes:
    """A receipt's own salt."""
    return random(pwhash.argon2id.SALTBYTES)


def read_code(typed: str) -> Code:
    """Read digits of any script, with or without spaces, or the words. Raises `UnreadableCode`."""
    digits = "".join(_digits_of(part) for part in _parts(typed))
    if len(digits) != LENGTH:
        raise UnreadableCode("A code has 20 digits or 10 words.", length=len(digits))
    return Code(digits)


def _parts(typed: str) -> list[str]:
    loose = "".join(c if c.isalnum() or unicodedata.category(c) == "Mn" else " " for c in typed)
    return loose.split()


def _digits_of(part: str) -> str:
    if all(unicodedata.decimal(c, None) is not None for c in part):
        return "".join(str(unicodedata.decimal(c)) for c in part)
    number = number_of(part)
    if number is None:
        raise UnreadableCode("There is a word that is in no code.")
    return f"{number:02d}"
