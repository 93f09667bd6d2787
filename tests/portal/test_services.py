"""What is stored, once, and that nothing of it can be read."""

import threading

import psycopg
import pytest
from django.db import connections
from django.utils import timezone

from copse.base import database
from copse.portal import queries, services
from copse.portal.models import Draft, Receipt
from tests.portal.browser import CANARY, Reporter


def test_fifty_posts_of_one_form_make_one_report(committed_country):
    reporter = Reporter()
    reporter.answer()
    cookie, token = reporter.cookie, reporter.token()
    codes, faults = [], []

    def send():
        try:
            with database.as_room("portal"):
                held = services.submit(cookie=cookie, token=token)
            codes.append(held.content["code"])
        except Exception as fault:  # noqa: BLE001 - the list is looked at below
            faults.append(fault)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=send) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert faults == []
    assert len(codes) == 50
    assert len(set(codes)) == 1
    with database.as_room("portal"):
        assert Receipt.objects.count() == 1
        assert sum(n for _, n in queries.tallies("submitted", *_ever())) == 1


def _ever():
    from datetime import date

    return date(2000, 1, 1), date(2100, 1, 1)


def test_nothing_typed_can_be_read_in_any_table(committed_country, server):
    reporter = Reporter(**{"User-Agent": "canary-agent", "X-Forwarded-For": "canary-address"})
    code = reporter.report()
    with psycopg.connect(
        server[1], dbname=committed_name(), autocommit=True
    ) as admin:  # as somebody who took the whole database
        tables = admin.execute(
            "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables "
            "WHERE schemaname = 'public'"
        ).fetchall()
        everything = "".join(
            str(row) for (table,) in tables for row in admin.execute(f"SELECT * FROM {table}")
        )
    for secret in (CANARY, "canary", code, code.replace(" ", ""), "127.0.0.1"):
        assert secret not in everything
        assert secret.encode().hex() not in everything


def committed_name():
    return connections["default"].settings_dict["NAME"]


def test_a_draft_opens_only_with_its_cookie(country):
    with database.as_room("portal"):
        held = services.begin("a")
        held.answers["story"] = {"story": CANARY}
        services.keep(held)
        assert services.resume(held.cookie).answers["story"]["story"] == CANARY
        assert services.resume(held.cookie[:-1] + "x") is None
        assert CANARY.encode() not in bytes(Draft.objects.get().content)


def test_a_draft_is_over_after_thirty_minutes(country):
    with database.as_room("portal"):
        held = services.begin("a")
        row = Draft.objects.get()
        assert row.expires_at.second == 0
        assert row.expires_at.minute % 5 == 0
        Draft.objects.update(expires_at=timezone.now())
        assert services.resume(held.cookie) is None
        assert services.purge() == 1
        assert Draft.objects.count() == 0


def test_a_foreign_token_sends_nothing(reporter):
    reporter.answer()
    assert reporter.post("/send/", token="made-up")["Location"] == "/en/over/"
    with database.as_room("portal"):
        assert Receipt.objects.count() == 0


def test_the_receipt_says_nothing_without_the_code(reporter):
    code = reporter.report().replace(" ", "")
    with database.as_room("portal"):
        stored = Receipt.objects.get()
        verifier, box = services.Code(code).stretched(bytes(stored.salt))
        assert verifier == bytes(stored.verifier)
        assert len(box.decrypt(bytes(stored.private_key))) == 32


def test_the_answer_of_the_desk_is_read_with_the_code(reporter, no_wait):
    from uuid import uuid4

    from copse.base import access, vault
    from copse.kit.parcels import Answer

    code = reporter.report()
    with database.as_room("portal"):
        receipt = Receipt.objects.get()
        envelope = vault.seal(
            {"text": "Thank you. The page is gone."}, desks=[],
            receipt=(receipt.id, bytes(receipt.public_key)),
        )  # fmt: skip
        services.receive_answer(
            actor=access.system(database.DeskKey(uuid4(), "portal")),
            parcel=Answer(
                id=uuid4(), concern=receipt.concern, receipt=receipt.id, status_code="removed",
                envelope=envelope,
            ),
        )  # fmt: skip
    other = Reporter("fr")
    other.come_back(code)
    assert "The page is gone" in other.page("/box/")


@pytest.mark.parametrize("language", ["en", "fr", "ar", "sw"])
def test_the_words_are_the_same_digits(language):
    every = "".join(f"{number:02d}" for number in range(100))
    for at in range(0, 200, 20):
        digits = every[at : at + 20]
        words = services.Code(digits).words(language)
        assert services.read_code(" ".join(words)).digits == digits
        assert services.read_code(" - ".join(words).upper()).digits == digits


def test_digits_of_other_scripts_are_read():
    assert services.read_code("٠١٢٣ ٤٥٦٧ ٨٩٠١ ٢٣٤٥ ٦٧٨٩").digits == "01234567890123456789"
    assert services.read_code("۰۱۲۳-۴۵۶۷ 8901.23456789").digits == "01234567890123456789"


@pytest.mark.parametrize("typed", ["", "1234", "1" * 21, "apple pie", "<b>", "\x00" * 20])
def test_what_is_no_code_says_so(typed):
    with pytest.raises(services.UnreadableCode):
        services.read_code(typed)
