"""Turns what each model declares into grants and forced row-level security.

Run after every migration, as the owner. It first takes every right away, so that a right nobody
declares any more is gone, and a table nobody declares can be read by nobody.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.apps import apps
from django.db import models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from copse.base.database.foreign import FOREIGN
from copse.base.database.records import DeskRecord
from copse.base.database.roles import COMPARTMENTS, LINK, LOGINS, OWNER

VERBS = {"S": "SELECT", "I": "INSERT", "U": "UPDATE", "D": "DELETE"}
# Before a desk is opened, these read who somebody is and where they may go.
DOOR = ("copse_web_desks", "copse_all")
# What a link names: set by `as_link`, and as hard to guess as a random UUID.
THE_LINK = "NULLIF(current_setting('copse.link', true), '')::uuid"
OWN_DESK = "desk_id = NULLIF(current_setting('copse.desk', true), '')::uuid"


@dataclass(frozen=True)
class Table:
    """A table, the rights on it by grantee, and its policies by verb (none: no row security)."""

    name: str
    grants: Mapping[str, str]
    policy: Mapping[str, str]
    through_link: str = "false"


def tables() -> Iterator[Table]:
    """Every table of this install with what is declared about it."""
    for model in apps.get_models(include_auto_created=True):
        name = model._meta.db_table
        if name in FOREIGN:
            yield Table(name, FOREIGN[name], {})
        else:
            grants, rule = getattr(model, "grants", {}), getattr(model, "through_link", "false")
            yield Table(name, grants, policy_of(model), rule)


def policy_of(model: type[models.Model]) -> Mapping[str, str]:
    """The row rule of each verb: the model's own, or its desk's rows for a `DeskRecord`."""
    declared: Mapping[str, str] | None = getattr(model, "policy", None)
    if declared is not None:
        return declared
    if issubclass(model, DeskRecord):
        return dict.fromkeys(("select", "insert", "update", "delete"), OWN_DESK)
    return {}


def protect(connection: BaseDatabaseWrapper) -> None:
    """Apply every declaration, in one transaction."""
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        everyone = ", ".join(sorted({"PUBLIC", *LOGINS, *COMPARTMENTS} - {OWNER}))
        for kind in ("TABLES", "SEQUENCES"):
            cursor.execute(f"REVOKE ALL ON ALL {kind} IN SCHEMA public FROM {everyone}")
        cursor.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
        compartments = ", ".join((*COMPARTMENTS, *LOGINS))
        cursor.execute(f"GRANT USAGE ON SCHEMA public TO {compartments}")
        present = set(connection.introspection.table_names(cursor))
        statements = [s for table in tables() if table.name in present for s in _protect(table)]
        statements += _references(cursor)
        if statements:
            cursor.execute(";\n".join(statements))


def _references(cursor: object) -> list[str]:
    cursor.execute(  # type: ignore[attr-defined]
        "SELECT relname FROM pg_class WHERE relkind = 'S' AND relname LIKE 'copse_reference_%'"
    )
    names = [row[0] for row in cursor.fetchall()]  # type: ignore[attr-defined]
    roles = ", ".join(COMPARTMENTS)
    return [f"GRANT USAGE ON SEQUENCE {name} TO {roles}" for name in names]


def _protect(table: Table) -> Iterator[str]:
    for grantee, letters in table.grants.items():
        verbs = ", ".join(VERBS[letter] for letter in letters)
        yield f'GRANT {verbs} ON "{table.name}" TO {", ".join(_roles(grantee))}'
    if not table.policy:
        return
    yield f'ALTER TABLE "{table.name}" ENABLE ROW LEVEL SECURITY'
    yield f'ALTER TABLE "{table.name}" FORCE ROW LEVEL SECURITY'
    for verb in ("select", "insert", "update", "delete"):
        yield f'DROP POLICY IF EXISTS copse_{verb} ON "{table.name}"'
        rule = table.policy.get(verb)
        if rule is None:
            continue
        using = "" if verb == "insert" else f" USING ({rule})"
        check = f" WITH CHECK ({rule})" if verb in ("insert", "update") else ""
        yield f'CREATE POLICY copse_{verb} ON "{table.name}" FOR {verb.upper()}{using}{check}'
    # Restrictive: beside the desk's own rule, and for this role alone, so that it costs no other.
    yield f'DROP POLICY IF EXISTS copse_link ON "{table.name}"'
    yield (
        f'CREATE POLICY copse_link ON "{table.name}" AS RESTRICTIVE TO {LINK}'
        f" USING ({table.through_link}) WITH CHECK ({table.through_link})"
    )


def _roles(grantee: str) -> tuple[str, ...]:
    if grantee == "door":
        return DOOR
    if grantee in LOGINS:
        return (grantee,)
    if f"copse_{grantee}" in COMPARTMENTS:
        return (f"copse_{grantee}",)
    message = f"{grantee} is neither a compartment, a login role nor the door"
    raise ValueError(message)
