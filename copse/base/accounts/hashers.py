"""How passwords are stored: as dear to guess as the member's key, or thieves would guess here."""

from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import BasePasswordHasher
from nacl import pwhash
from nacl.exceptions import InvalidkeyError

from copse.kit import sealing


class Argon2id(BasePasswordHasher):
    algorithm = "copse-argon2id"

    def encode(self, password: str, salt: str) -> str:  # noqa: ARG002 - the library makes its own
        price = sealing.SMALL if settings.COPSE_ARGON == "small" else sealing.FULL
        stored = pwhash.argon2id.str(
            password.encode(), opslimit=price.operations, memlimit=price.memory
        )
        return f"{self.algorithm}{stored.decode().rstrip(chr(0))}"

    def verify(self, password: str, encoded: str) -> bool:
        try:
            return pwhash.verify(encoded.removeprefix(self.algorithm).encode(), password.encode())
        except InvalidkeyError:
            return False

    def decode(self, encoded: str) -> dict[str, Any]:
        return {"algorithm": self.algorithm, "hash": encoded.removeprefix(self.algorithm)}

    def safe_summary(self, encoded: str) -> Any:  # noqa: ARG002 - nothing is shown
        return {"algorithm": self.algorithm}

    def must_update(self, encoded: str) -> bool:  # noqa: ARG002 - the cost changes by a release
        return False

    def harden_runtime(self, password: str, encoded: str) -> None:
        """One hasher, so no other run time to imitate."""
