"""Where the database is: a configured server, or the embedded one under the data folder."""

from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from copse.project.configuration import Configuration


def settings_for(configuration: Configuration) -> dict[str, Any]:
    """Django's `DATABASES` entry for this process's own login role."""
    place = server_of(configuration)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": configuration.database_name,
        "USER": configuration.login,
        "PASSWORD": _password(configuration),
        "HOST": place["host"],
        "PORT": place["port"],
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        # Whoever checks or exports the whole audit log reads it as a stream; nobody else needs to.
        "DISABLE_SERVER_SIDE_CURSORS": configuration.process != "owner",
        "OPTIONS": {"connect_timeout": 5, **place["options"]},
    }


def server_of(configuration: Configuration) -> dict[str, Any]:
    """Host, port and options of the server, from `COPSE_DATABASE_URL` or the data folder."""
    if not configuration.database_url:
        return {
            "host": str((configuration.home / "postgres" / "run").resolve()),
            "port": "5432",
            "options": {},
        }
    url = urlsplit(configuration.database_url)
    query = {key: values[-1] for key, values in parse_qs(url.query).items()}
    host = query.pop("host", None) or unquote(url.hostname or "localhost")
    port = query.pop("port", None) or str(url.port or 5432)
    return {"host": host, "port": port, "options": query}


def _password(configuration: Configuration) -> str:
    if configuration.mode == "test":
        return configuration.secret(f"database-{configuration.login}").hex()
    return configuration.secret(f"database-{configuration.login}").decode()
