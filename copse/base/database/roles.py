"""Who may log in to the database, and which compartments each may become.

A login role inherits nothing: without `SET ROLE` to a compartment it reads the door and no more.
"""

import secrets
from collections.abc import Mapping

import psycopg
from psycopg import sql

OWNER = "copse_owner"
ROOMS = (
    "portal", "public", "hotline", "helpline", "industry", "enforcement", "regulator",
    "strategy", "observatory", "participation", "learn", "administration",
)  # fmt: skip
# Whoever holds a link that a desk sent: the desk's own tables, but only the rows the link names.
LINK = "copse_link"
COMPARTMENTS = (*(f"copse_{room}" for room in ROOMS), LINK)
DESKS = tuple(f"copse_{room}" for room in ROOMS if room not in {"portal", "public"})
MAY_BECOME: Mapping[str, tuple[str, ...]] = {
    OWNER: (),
    "copse_web_portal": ("copse_portal", "copse_public"),
    "copse_web_desks": DESKS,
    "copse_web_gateway": ("copse_industry", LINK),
    "copse_worker": ("copse_portal", *DESKS),
    "copse_all": COMPARTMENTS,
}
LOGINS = tuple(MAY_BECOME)


def new_passwords() -> dict[str, str]:
    """A fresh password for each login role."""
    return {login: secrets.token_hex(24) for login in LOGINS}


def create(admin: psycopg.Connection, passwords: Mapping[str, str] | None = None) -> None:
    """Create or mend every role, and set the given passwords. May be run again at any time.

    `admin` is a connection of a superuser, or of somebody with CREATEROLE.
    """
    with admin.transaction():
        for name in (*LOGINS, *COMPARTMENTS):
            _ensure(admin, name, login=name in LOGINS)
        for login, rooms in MAY_BECOME.items():
            for room in rooms:
                admin.execute(
                    sql.SQL("GRANT {} TO {}").format(sql.Identifier(room), sql.Identifier(login))
                )
        for login, password in (passwords or {}).items():
            admin.execute(
                sql.SQL("ALTER ROLE {} PASSWORD {}").format(
                    sql.Identifier(login), sql.Literal(password)
                )
            )


def _ensure(admin: psycopg.Connection, name: str, *, login: bool) -> None:
    known = admin.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [name]).fetchone()
    verb = "ALTER" if known else "CREATE"
    kind = "LOGIN" if login else "NOLOGIN"
    # The owner is a member of nothing but `pg_database_owner`, without which PostgreSQL 15 lets it
    # make no table in its own database.
    rights = "INHERIT" if name == OWNER else "NOINHERIT"
    # Before the memberships are granted: PostgreSQL 16 and later remember it per grant.
    admin.execute(sql.SQL(f"{verb} ROLE {{}} {rights} {kind}").format(sql.Identifier(name)))


def create_database(admin: psycopg.Connection, name: str) -> bool:
    """Create the database unless it is there; says whether it was made. Needs autocommit."""
    if admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
        return False
    # With CREATEROLE alone, making a database for another needs membership in that role.
    admin.execute(sql.SQL("GRANT {} TO CURRENT_USER").format(sql.Identifier(OWNER)))
    admin.execute(
        sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE template0 ENCODING 'UTF8'").format(
            sql.Identifier(name), sql.Identifier(OWNER)
        )
    )
    return True
