"""Every table says who may touch it and how each of its fields is handled."""

from collections import Counter

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.db.utils import Error

from copse.base import database
from copse.base.database.foreign import FOREIGN
from copse.base.database.protection import VERBS, policy_of, tables
from copse.base.database.records import DeskRecord, Handling
from copse.base.database.roles import COMPARTMENTS

OURS = [m for m in apps.get_models() if m.__module__.startswith("copse.")]
ROOMS = sorted(role.removeprefix("copse_") for role in COMPARTMENTS)
DESK_TABLES = [m for m in OURS if policy_of(m)]
NOWHERE = "00000000-0000-4000-8000-00000000dead"


def name_of(model):
    return model._meta.label


def badly_handled(fields, handling):
    """Fields that are handled twice or not at all, and what is no field or no way of handling."""
    named = Counter(name for names in handling.values() for name in names)
    once = {name for name, count in named.items() if count == 1}
    return sorted({*fields, *named} - (once & set(fields)) | (set(handling) - set(Handling)))


def test_every_field_is_handled_once():
    assert len(OURS) > 50
    found = {
        name_of(model): badly_handled([f.name for f in model._meta.concrete_fields], model.handling)
        for model in OURS
    }
    assert {name: fields for name, fields in found.items() if fields} == {}


def test_the_rule_sees_what_is_handled_badly():
    first, second = list(Handling)[:2]
    handling = {first: ["a", "b", "no-field"], second: ["b"], "no way": ["c"]}
    assert badly_handled("abcd", handling) == ["b", "d", "no way", "no-field"]


def test_every_table_declares_its_rights():
    """A table that nobody may use should not exist."""
    assert [name_of(model) for model in OURS if not model.grants] == []
    letters = {(name_of(model), one) for model in OURS for all_ in model.grants.values()
               for one in all_}  # fmt: skip
    assert [found for found in letters if found[1] not in VERBS] == []


def test_every_foreign_table_is_declared():
    foreign = [m for m in apps.get_models(include_auto_created=True) if m not in OURS]
    missing = [m._meta.db_table for m in foreign if m._meta.db_table not in FOREIGN]
    assert missing == []
    assert set(FOREIGN) <= {m._meta.db_table for m in foreign}, "declared, and never applied"


def test_desk_tables_force_row_security(db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity")
        forced = {row[0] for row in cursor.fetchall()}
    assert {m._meta.db_table for m in DESK_TABLES} <= forced


def test_every_desk_record_has_a_policy():
    assert [m for m in OURS if issubclass(m, DeskRecord) and not policy_of(m)] == []


STATEMENTS = {
    "S": "SELECT count(*) FROM {table}",
    "I": "INSERT INTO {table} SELECT * FROM {table} WHERE false",
    "U": "UPDATE {table} SET {key} = {key}",
    "D": "DELETE FROM {table}",
}


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_may_do_what_is_declared_and_nothing_else(db, room):
    """Four verbs on every table under every role, against what the tables declare."""
    wrong = []
    for table in tables():
        declared = set(table.grants.get(room, ""))
        allowed = {letter for letter in VERBS if _works(room, table.name, letter, declared)}
        if allowed != declared:
            wrong.append((table.name, "".join(sorted(allowed)), "".join(sorted(declared))))
    assert wrong == []


def _works(room, table, letter, declared):
    if letter in "UDI" and "S" not in declared:
        # Without SELECT these statements fail on reading, so the privilege itself is asked.
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT has_table_privilege(%s, %s, %s)",
                [f"copse_{room}", f'"{table}"', VERBS[letter]],
            )
            return cursor.fetchone()[0]
    key = _key_of(table)
    try:
        with transaction.atomic(), database.as_room(room), connection.cursor() as cursor:
            cursor.execute(STATEMENTS[letter].format(table=f'"{table}"', key=f'"{key}"'))
    except Error as error:
        return "permission denied" not in str(error)
    return True


def _key_of(table):
    model = next(m for m in apps.get_models(include_auto_created=True) if m._meta.db_table == table)
    return model._meta.pk.column


def test_without_a_desk_no_row_is_seen(db):
    """The application's filters are gone here: bare SQL under each role, no desk set."""
    seen = {
        (name_of(model), room): _rows_seen(model, room)
        for model in DESK_TABLES
        for room, letters in model.grants.items()
        if "S" in letters and f"copse_{room}" in COMPARTMENTS
    }
    assert len(seen) >= len(DESK_TABLES)
    assert [found for found, rows in seen.items() if rows] == []


def _rows_seen(model, room):
    with database.as_room(room), connection.cursor() as cursor:
        cursor.execute(f'SELECT count(*) FROM "{model._meta.db_table}"')
        return cursor.fetchone()[0]
