"""What went wrong, in a sentence that says what to do; what is left is a fault of ours."""

import errno
import getpass
import os
import sys

from copse.kit.errors import CopseError

FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
CLOSED = frozenset({errno.EACCES, errno.EPERM})


def sentence(error: BaseException) -> str | None:
    """The failure in words, or None when it is none that a person could mend."""
    if isinstance(error, CopseError):
        return error.sentence
    for words in (_of_install, _of_settings, _of_database):
        if said := words(error):
            return said
    return _of_disk(error) if isinstance(error, OSError) and error.filename else _full(error)


def _of_disk(error: OSError) -> str:
    place = os.fsdecode(error.filename)
    if error.errno in FULL:
        return _full(error) or ""
    if error.errno in CLOSED:
        return (
            f"{place} may not be read or written by the user {getpass.getuser()}. Start Copse as "
            "the user that owns it, or name another data folder with --home."
        )
    if error.errno == errno.EROFS:
        return f"{place} is on a disk that is read-only. Name another data folder with --home."
    return f"{place}: {error.strerror}. Mend that, or name another data folder with --home."


def _full(error: BaseException) -> str | None:
    if isinstance(error, OSError) and error.errno in FULL:
        place = f" ({os.fsdecode(error.filename)})" if error.filename else ""
        return f"The disk is full{place}. Make room, then try again; nothing half-made is kept."
    return None


def _of_install(error: BaseException) -> str | None:
    missing = (error.name or "") if isinstance(error, ModuleNotFoundError) else ""
    if missing and not missing.startswith("copse"):
        return (
            f"This command needs the server's packages ({missing.partition('.')[0]} is missing). "
            "Install them: pip install '.[server]'."
        )
    return None


def _of_settings(error: BaseException) -> str | None:
    # Known by name: a plain toolkit has no pydantic, and then cannot fail in this way.
    pydantic = sys.modules.get("pydantic")
    if pydantic is None or not isinstance(error, pydantic.ValidationError):
        return None
    wrong = (f"COPSE_{str(one['loc'][0]).upper()}: {one['msg']}" for one in error.errors())
    return f"{'. '.join(wrong)}. docs/operate.md, section 4, says what each may be."


def _of_database(error: BaseException) -> str | None:
    psycopg = sys.modules.get("psycopg")
    # Django raises its own, with the driver's as the cause.
    found = error if error.__cause__ is None else error.__cause__
    if psycopg is None or not isinstance(found, psycopg.Error):
        return None
    if isinstance(found, psycopg.errors.UndefinedTable):
        return "The database has no tables yet. Run `copse init`, or `copse migrate`."
    if isinstance(found, psycopg.errors.DiskFull):
        return "The database's disk is full. Make room, then try again."
    if isinstance(found, psycopg.errors.InsufficientPrivilege):
        return (
            "The database refused this to the role that asked. Run `copse migrate`, which sets every "
            "right anew, as a user with CREATEROLE and CREATEDB (docs/operate.md, section 2)."
        )
    if isinstance(found, psycopg.OperationalError):
        last = str(found).strip().splitlines()[-1]
        return f"The database does not answer as it should: {last}. Look at COPSE_DATABASE_URL."
    return None
