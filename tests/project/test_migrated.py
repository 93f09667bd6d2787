"""How far a database was brought stands in the database: an older or another one is noticed."""

import psycopg
import pytest
from psycopg import sql

from copse.project import install
from copse.project.configuration import Configuration
from tests.conftest import _NAMES


@pytest.fixture
def restored(django_db_setup, server, tmp_path, monkeypatch):
    """An install of its own on the tests' server, whose tables were made somewhere else."""
    place, dsn = server
    name = f"copse_mark_{tmp_path.name[-8:].replace('-', '_')}"
    url = f"postgresql:///postgres?host={place['host']}&port={place['port']}"
    # The tables are made in a process of its own, which reads the environment.
    monkeypatch.setenv("COPSE_DATABASE_URL", url)
    made = Configuration(mode="test", home=tmp_path, database_name=name, database_url=url)
    with psycopg.connect(dsn, autocommit=True) as admin:
        admin.execute(
            sql.SQL("CREATE DATABASE {} OWNER copse_owner TEMPLATE {}").format(
                sql.Identifier(name), sql.Identifier(_NAMES["template"])
            )
        )
        yield made, admin, name
        admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def tables(configuration):
    with install._as_owner(configuration) as connection:
        rows = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        return {row[0] for row in rows}


def test_a_restored_or_swapped_database_is_noticed(restored):
    configuration, admin, name = restored
    assert "hotline_concern" in tables(configuration)
    # An older dump brings the mark of its time.
    with install._as_owner(configuration) as connection:
        connection.execute("COMMENT ON TABLE django_migrations IS 'copse 0123'")
    assert install.migrated_to(configuration) == "0123"
    assert install.migrate(configuration)
    assert install.migrated_to(configuration) == install.migrations_digest()
    assert not install.migrate(configuration), "the second time there is nothing to do"
    assert install.migrate(configuration, always=True), "asked for by hand, it is done again"
    # Another database under the same name brings none.
    identifier = sql.Identifier(name)
    admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(identifier))
    admin.execute(
        sql.SQL("CREATE DATABASE {} OWNER copse_owner TEMPLATE template0").format(identifier)
    )
    assert install.migrated_to(configuration) == ""
