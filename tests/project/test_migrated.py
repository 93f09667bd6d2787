"""How far a database was brought stands in the database: an older or another one is noticed."""

import time

import psycopg
import pytest
from psycopg import sql

from copse.project import install
from copse.project.configuration import Configuration


@pytest.fixture
def fresh(server, tmp_path, monkeypatch):
    """An install of its own on the tests' server."""
    place, dsn = server
    name = f"copse_mark_{tmp_path.name[-8:].replace('-', '_')}"
    url = f"postgresql:///postgres?host={place['host']}&port={place['port']}"
    # The tables are made in a process of its own, which reads the environment.
    monkeypatch.setenv("COPSE_DATABASE_URL", url)
    made = Configuration(mode="test", home=tmp_path, database_name=name, database_url=url)
    with psycopg.connect(dsn, autocommit=True) as admin:
        admin.execute(
            sql.SQL("CREATE DATABASE {} OWNER copse_owner TEMPLATE template0").format(
                sql.Identifier(name)
            )
        )
        yield made, admin, name
        admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def tables(configuration):
    with install._as_owner(configuration) as connection:
        rows = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        return {row[0] for row in rows}


def test_a_restored_or_swapped_database_is_noticed(django_db_setup, fresh):
    configuration, admin, name = fresh
    assert install.migrated_to(configuration) == ""
    assert install.migrate(configuration)
    assert "hotline_concern" in tables(configuration)
    began = time.monotonic()
    assert not install.migrate(configuration), "the second time there is nothing to do"
    assert time.monotonic() - began < 1
    # An older dump brings the mark of its time.
    with install._as_owner(configuration) as connection:
        connection.execute("COMMENT ON TABLE django_migrations IS 'copse 0123'")
    assert install.migrate(configuration)
    assert install.migrated_to(configuration) == install.migrations_digest()
    assert install.migrate(configuration, always=True), "asked for by hand, it is done again"
    # Another database under the same name brings none.
    identifier = sql.Identifier(name)
    admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(identifier))
    admin.execute(
        sql.SQL("CREATE DATABASE {} OWNER copse_owner TEMPLATE template0").format(identifier)
    )
    assert install.migrated_to(configuration) == ""
