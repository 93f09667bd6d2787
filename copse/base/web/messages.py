"""Translations: compiled when a source checkout starts, and when a wheel is built."""

import os
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent


def sources(root: Path = ROOT) -> list[Path]:
    """Every catalogue of the house."""
    return sorted(root.glob("**/locale/*/LC_MESSAGES/*.po"))


def compile_stale(root: Path = ROOT) -> list[Path]:
    """Compile each catalogue that is newer than its compiled form; the paths written."""
    return [_compile(source) for source in sources(root) if _is_stale(source)]


def _is_stale(source: Path) -> bool:
    compiled = source.with_suffix(".mo")
    fresh = compiled.exists() and compiled.stat().st_mtime >= source.stat().st_mtime
    return not fresh and os.access(source.parent, os.W_OK)


def _compile(source: Path) -> Path:
    # Only a stale checkout pays for this import.
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    with source.open("rb") as text:
        catalogue = read_po(text, locale=source.parent.parent.name)
    target = source.with_suffix(".mo")
    # Several processes may start at once: each writes its own file and moves it into place.
    descriptor, name = tempfile.mkstemp(dir=source.parent, suffix=".mo.part")
    with os.fdopen(descriptor, "wb") as made:
        write_mo(made, catalogue)
    Path(name).chmod(0o644)
    Path(name).replace(target)
    return target
