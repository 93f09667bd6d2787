"""Which secrets each part of an install needs, so that a host holds its own and no more."""

import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from copse.project import install
from copse.project.configuration import LOGIN, Configuration, Process, Unsafe

NEEDS: Mapping[Process, tuple[str, ...]] = {
    "portal": ("django-key", "receipt-pepper", "receipt-selector-key"),
    "desks": ("django-key", "second-step-key"),
    "gateway": ("django-key", "notice-key"),
    "worker": ("django-key", "notice-key", "token-key", "audit-signing-key"),
}
# It signs a web process's own cookies and forms, which no other part has to read.
OWN = "django-key"


def needed(process: Process) -> tuple[str, ...]:
    """The names of the secrets that a process reads; the owner, and one for all, read every one."""
    return (f"database-{LOGIN[process]}", *NEEDS.get(process, install.SECRETS))


def require(configuration: Configuration) -> None:
    """Find out at the start, not at the first report, that a secret is missing. Raises `Unsafe`."""
    for name in needed(configuration.process):
        configuration.secret(name)


def surplus(configuration: Configuration) -> list[str]:
    """What lies in this part's folder and belongs on another host."""
    if configuration.process not in NEEDS:
        return []
    folder = configuration.home / "secrets"
    held = {path.name for path in folder.glob("*") if not path.name.startswith(".")}
    return sorted(held - set(needed(configuration.process)))


def hand_out(configuration: Configuration, process: Process, target: Path) -> list[str]:
    """Write the data folder of one part: its own secrets, and a `django-key` made for it alone.

    Raises `Unsafe` when the folder holds secrets already: nothing is overwritten.
    """
    folder = target / "secrets"
    if folder.exists() and any(folder.iterdir()):
        raise Unsafe(f"{folder} is not empty. Name a new folder, or remove that one first.")
    values = {name: _value(configuration, name) for name in needed(process)}
    target.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder.mkdir(exist_ok=True, mode=0o700)
    for name, value in values.items():
        descriptor = os.open(folder / name, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(value)
    return sorted(values)


def _value(configuration: Configuration, name: str) -> str:
    if name == OWN:
        return secrets.token_hex(install.BYTES)
    value = configuration.secret(name)
    return value.decode() if name.startswith("database-") else value.hex()
