"""Everything that is stored, read by a thief: committed rows, outside of a test's transaction."""

import psycopg
import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.conf import settings

from copse.base import database, vault
from copse.base.accounts import at_rest
from copse.base.vault.models import Envelope, Wrapper
from copse.kit import sealing
from tests.base.test_vault import House


def test_a_full_dump_and_every_secret_open_nothing(committed_db, server):
    """Everything stored, read as the database's own superuser, with the host's secrets."""
    house = House()
    house.seal()
    vault.open_session(house.rings[house.amara.id])
    shared = _second_step_of(house.amara)
    dump = _dump(server, committed_db["NAME"])
    everything = b"".join(value for row in dump for value in row)
    assert len(everything) > 1000
    assert b"CANARY" not in everything
    assert [secret for secret in shared if secret.encode() in everything] == []
    with database.as_desk(house.hotline):
        wrapper = Wrapper.objects.get()
        ciphertext = bytes(Envelope.objects.get().ciphertext)
    names = ("django-key", "receipt-pepper", "receipt-selector-key", "audit-signing-key",
             "blind-index-key", "token-key", "notice-key")  # fmt: skip
    # What is looked through is really there: the rows were committed.
    assert ciphertext in everything
    assert bytes(wrapper.sealed_key) in everything
    stored = {value for row in dump for value in row if len(value) == 32}
    stored |= {settings.COPSE.secret(name) for name in names}
    for key in stored:
        with pytest.raises(vault.WrongKey):
            sealing.open_sealed(key, bytes(wrapper.sealed_key))
        with pytest.raises(vault.WrongKey):
            sealing.unlock(key, ciphertext)


def _second_step_of(user):
    """An authenticator app set up, another one half way, and recovery codes: their secrets."""
    RecoveryCodes.activate(user)
    seed = at_rest.decrypt(Authenticator.objects.get(type="recovery_codes").data["seed"])
    TOTP.activate(user, "JBSWY3DPEHPK3PXP")
    session = at_rest.SessionStore()
    session["mfa.totp.secret"] = "KRSXG5CTMVRXEZLU"
    session.create()
    return "JBSWY3DPEHPK3PXP", "KRSXG5CTMVRXEZLU", seed


def _dump(server, name):
    _, dsn = server
    rows = []
    with psycopg.connect(dsn, dbname=name) as admin:
        tables = admin.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
        ).fetchall()
        for (table,) in tables:
            rows += [
                [v if isinstance(v, bytes) else str(v).encode() for v in row]
                for row in admin.execute(f'SELECT * FROM "{table}"').fetchall()
            ]
    return rows
