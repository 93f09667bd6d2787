"""What an install is told from outside, read once, and refused when it is unsafe."""

import hashlib
import stat
from functools import cached_property
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from copse.kit.errors import OursError

Mode = Literal["real", "demo", "test"]
Process = Literal["all", "portal", "desks", "gateway", "worker", "owner"]
LOGIN = {
    "all": "copse_all",
    "portal": "copse_web_portal",
    "desks": "copse_web_desks",
    "gateway": "copse_web_gateway",
    "worker": "copse_worker",
    "owner": "copse_owner",
}


class Unsafe(OursError):  # noqa: N818 - named for the state
    """The install refuses to start like this; the sentence says what to change."""

    code = "unsafe"


def _is_https(origin: str) -> bool:
    return origin.startswith("https://")


class Configuration(BaseSettings):
    """The environment's `COPSE_…` values.

    `home` is the data folder: secrets, the embedded database, the demo's mail.
    """

    model_config = SettingsConfigDict(env_prefix="COPSE_", frozen=True, extra="ignore")

    mode: Mode = "real"
    process: Process = "all"
    home: Path = Field(default_factory=lambda: Path.cwd() / "var" / "real")
    database_url: str | None = None
    database_name: str = "copse"
    bind: str = "127.0.0.1"
    port: int = 8000
    origin: str = ""
    gateway_origin: str = ""
    smtp_url: str = ""
    mail_from: str = "copse@localhost"
    mail_domain: str = "localhost"
    inbox: Path | None = None
    fetch_source: str = ""
    daily_looks: int = Field(default=30, ge=1)
    witness: str = ""

    @model_validator(mode="after")
    def _refuse_unsafe(self) -> Self:
        loopback = self.bind in {"127.0.0.1", "::1", "localhost"}
        if self.mode == "demo" and not loopback:
            raise Unsafe(
                "The demonstration lets anybody in, so it serves this machine only. "
                "Set COPSE_BIND=127.0.0.1, or use `copse serve` for a real install."
            )
        if self.mode == "real" and not loopback and not _is_https(self.origin):
            raise Unsafe(
                "A real install must be reached over https. Set COPSE_ORIGIN=https://… to the "
                "address people use, and put a TLS proxy in front."
            )
        if self.mode == "real" and self.gateway_origin and not _is_https(self.gateway_origin):
            raise Unsafe("Links in notices must be https. Set COPSE_GATEWAY_ORIGIN=https://…")
        return self

    @property
    def login(self) -> str:
        """The database role this process logs in as."""
        return LOGIN[self.process]

    @cached_property
    def public_origin(self) -> str:
        """Where people reach this process, without a slash at the end."""
        return (self.origin or f"http://localhost:{self.port}").rstrip("/")

    @cached_property
    def providers_origin(self) -> str:
        """Where providers reach the page that a notice links to."""
        return (self.gateway_origin or self.public_origin).rstrip("/")

    def secret(self, name: str) -> bytes:
        """The secret `name` of this install.

        Raises `Unsafe` when it is missing or readable by others than its owner.
        """
        if self.mode == "test":
            # No test's secret is one: fixed values make failures repeatable.
            return hashlib.sha256(f"copse-test-{name}".encode()).digest()
        path = self.home / "secrets" / name
        try:
            mode = path.stat().st_mode
            value = path.read_text("ascii").strip()
        except FileNotFoundError:
            sentence = f"The secret {path} is missing. Run `copse init`, or copy it from a backup."
            raise Unsafe(sentence, name=name) from None
        if stat.S_IMODE(mode) & 0o077:
            sentence = f"The secret {path} can be read by others. Run `chmod 600 {path}`."
            raise Unsafe(sentence, name=name)
        return value.encode() if name.startswith("database-") else bytes.fromhex(value)


configuration = Configuration()
