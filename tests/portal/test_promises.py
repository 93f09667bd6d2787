"""The first promises of the portal, tried on everything that stays after a report."""

import gzip
import io
import logging
import re
import subprocess
import tempfile
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from django.contrib.staticfiles import finders
from django.core.files.uploadedfile import SimpleUploadedFile

from copse.base.web.logs import ScrubbedFormatter
from copse.portal import services
from tests.portal.browser import Reporter

FIELDS = ("kind", "closer", "where", "story", "age", "danger", "contact")
ADDRESS = "203.0.113.77"
HEADERS = (
    "User-Agent", "X-Forwarded-For", "Forwarded", "Referer", "Accept-Language", "X-Real-IP",
    "Via", "From", "X-Request-Id", "Authorization",
)  # fmt: skip


@pytest.fixture
def canary():
    return f"canary{uuid4().hex}"


@pytest.fixture
def watched(committed_country, canary, monkeypatch, tmp_path):
    """A reporter whose every field and header is known by a word."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    reporter = Reporter(**{name: f"{canary}-{name}" for name in HEADERS})
    reporter.client.cookies["elsewhere"] = canary
    reporter.client.defaults["REMOTE_ADDR"] = ADDRESS
    reporter.client.raise_request_exception = False
    return reporter


@pytest.fixture
def admin(server, committed_db):
    with psycopg.connect(server[1], dbname=committed_db["NAME"], autocommit=True) as connection:
        yield connection


@pytest.fixture
def log():
    """What the served processes' only handler would write, from the lowest level on."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(ScrubbedFormatter())
    logging.getLogger().addHandler(handler)
    yield stream
    logging.getLogger().removeHandler(handler)


@pytest.fixture
def full_disk(admin):
    """`full_disk(table)`: PostgreSQL says what it says when no byte fits any more."""
    admin.execute(
        "CREATE FUNCTION no_space() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION "
        "USING ERRCODE = '53100', MESSAGE = 'could not extend file: ' || NEW::text; END $$"
    )

    def fill(table):
        admin.execute(
            f"CREATE TRIGGER full_disk BEFORE INSERT OR UPDATE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION no_space()"
        )
        return lambda: admin.execute(f"DROP TRIGGER full_disk ON {table}")

    return fill


def everything_stored(admin):
    tables = admin.execute(
        "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables "
        "WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
    ).fetchall()
    return "\n".join(
        row.decode("utf-8", "replace") if isinstance(row, bytes) else str(row)
        for (table,) in tables
        for (row,) in admin.execute(f"SELECT t::text FROM {table} t")
    )


def files_with(word, *places):
    """Files below these places that hold the word, those of the database's log of writes too."""
    found = subprocess.run(
        ["grep", "-rlaF", "-e", word, *map(str, places)],
        capture_output=True,
        text=True,
        check=False,
    )
    return found.stdout.split()


def server_files(admin):
    """Where the server keeps this database, its write-ahead log and its own log."""
    (folder,) = admin.execute("SHOW data_directory").fetchone()
    (number,) = admin.execute(
        "SELECT oid FROM pg_database WHERE datname = current_database()"
    ).fetchone()
    data = Path(folder)
    logs = [data / "log", data.parent / "server.log", data.parent / "log"]
    places = [data / "base" / str(number), data / "pg_wal", data / "base" / "pgsql_tmp", *logs]
    return [place for place in places if place.exists()]


def fill_every_field(reporter, word):
    """The word in every field: refused, taken, sent; then errors of every kind."""
    for number, name in enumerate(FIELDS, 1):
        reporter.post(f"/b/{number}/", **{name: f"{word}-{name}", word: word})
        reporter.get(f"/b/{number}/?{word}={word}")
    reporter.answer("b", where=f"{word} the game\nhttp://site.example/page", story=f"{word} story",
                    contact=f"{word} 0700")  # fmt: skip
    reporter.post("/b/7/", contact=f"{word} 0700", region=word)
    reporter.post("/back/", code=word, ticket=word, work=word)
    reporter.client.post(f"/en/b/4/?{word}", {"story": SimpleUploadedFile(
        f"{word}.jpg", word.encode() * 200_000)})  # fmt: skip
    reporter.get(f"/{word}/")


def test_no_trace_of_a_reporter_is_stored_or_logged(
    watched, canary, admin, full_disk, monkeypatch, capfd, log, tmp_path, no_wait
):
    places = server_files(admin)
    fill_every_field(watched, canary)
    mend = full_disk("portal_draft")
    assert watched.client.post("/en/b/4/", {"story": canary}).status_code == 503
    mend()
    with monkeypatch.context() as broken:
        broken.setattr(services, "keep", lambda _: {}[canary])
        assert watched.client.post("/en/b/4/", {"story": canary}).status_code == 500
    watched.answer("b", where=f"{canary}\nhttp://site.example/", story=canary, contact=canary)
    watched.post("/send/", token=watched.token())
    code = watched.code()
    watched.post("/noted/")
    watched.come_back(code)
    token = re.search(r'name="token" value="([^"]+)"', watched.page("/box/"))[1]
    watched.post("/box/write/", text=canary, token=token)

    admin.execute("CHECKPOINT")
    stored, said = everything_stored(admin), "".join(capfd.readouterr()) + log.getvalue()
    assert "incident" in said, "the log that is searched is the one that was written"
    for word in (canary, canary.encode().hex(), ADDRESS, code, code.replace(" ", "")):
        assert word not in stored
        assert word not in said
    with suppress(PermissionError):
        assert files_with(canary, tmp_path, *places) == []
    assert list(tmp_path.iterdir()) == [], "nothing was put aside in a file"


def test_the_search_finds_what_is_there(admin, committed_country, canary, tmp_path):
    admin.execute(f"CREATE TABLE found AS SELECT '{canary}' AS word")
    admin.execute("CHECKPOINT")
    assert canary in everything_stored(admin)
    (tmp_path / "log").write_text(canary)
    assert files_with(canary, tmp_path)
    readable = [place for place in server_files(admin) if place.name == "pg_wal"]
    if readable:
        assert files_with(canary, *readable)


@pytest.mark.parametrize("table", ["portal_receipt", "handover_parcel", "vault_envelope",
                                   "audit_entry", "portal_draft"])  # fmt: skip
def test_a_full_disk_gives_no_code_and_the_second_try_does(
    committed_country, admin, full_disk, table
):
    reporter = Reporter()
    reporter.answer()
    token, mend = reporter.token(), full_disk(table)
    answer = reporter.client.post("/en/send/", {"token": token})
    assert answer.status_code == 503
    page = answer.content.decode()
    assert "We could not save this" in page
    assert "112" in page
    assert reporter.get("/done/1/").status_code == 303
    for stored in ("portal_receipt", "handover_parcel", "audit_entry", "vault_envelope"):
        assert admin.execute(f"SELECT count(*) FROM {stored}").fetchone() == (0,)
    mend()
    assert again(reporter, page)["Location"] == "/en/done/1/"
    assert len(reporter.code()) == 24


def again(reporter, page):
    """Press the button of the page that could not save."""
    form = re.search(r'<form method="post" action="(/en/(?!leave)[^"]+)"', page)
    fields = re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page)
    return reporter.client.post(form[1], dict(fields))


def test_what_was_typed_is_kept_while_the_database_is_away(committed_country, committed_db):
    from django.db import connections

    reporter = Reporter()
    reporter.post("/a/1/", kind="unsure")
    assert "112" in reporter.page("/now/")
    place = committed_db["HOST"]
    connections["default"].close()
    committed_db["HOST"] = "/nowhere"
    try:
        answer = reporter.client.post("/en/a/4/", {"story": "A long story <b>&"})
        assert answer.status_code == 503
        assert reporter.get("/check/").status_code == 503
    finally:
        connections["default"].close()
        committed_db["HOST"] = place
    page = answer.content.decode()
    assert 'value="A long story &lt;b&gt;&amp;"' in page
    assert "112" in page, "who to call is known without the database"
    assert reporter.post("/a/4/", story="A long story")["Location"] == "/en/a/5/"


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("path", ["/", "/now/", "/about/", "/b/1/", "/b/2/", "/b/4/", "/b/7/",
                                  "/check/", "/back/", "/help/"])  # fmt: skip
def test_the_first_view_is_small(country, language, path):
    reporter = Reporter(language)
    reporter.answer("b")
    page = reporter.page(path)
    parts = re.findall(r'(?:src|href)="/static/([^"]+\.(?:css|js|svg))"', page)
    assert parts
    size = len(gzip.compress(page.encode())) + sum(
        len(gzip.compress(Path(finders.find(part)).read_bytes())) for part in set(parts)
    )
    assert size <= 30 * 1024


TIMES = """
    SELECT format('%I.%I', table_schema, table_name), quote_ident(column_name)
    FROM information_schema.columns JOIN pg_tables
      ON schemaname = table_schema AND tablename = table_name
    WHERE data_type LIKE 'timestamp%' AND table_schema = 'public'
"""
# When the tables were made.
NOT_OF_A_REPORT = {"public.django_migrations.applied"}


def exact_times(admin):
    """Which columns keep a time more exact than five minutes, of everything that is stored."""
    kept = [
        (f"{table}.{column}", moment)
        for table, column in admin.execute(TIMES).fetchall()
        for (moment,) in admin.execute(
            f"SELECT {column} FROM {table} WHERE {column} IS NOT NULL"
        ).fetchall()
    ]
    assert {"audit_entry.at", "hotline_concern.received_hour", "outbox_message.written_at"} <= {
        name.removeprefix("public.") for name, _ in kept
    }
    exact = {name for name, at in kept if at.second or at.microsecond or at.minute % 5}
    return exact - NOT_OF_A_REPORT


@pytest.mark.parametrize("answers", ["taken", "later", "never"])
def test_no_time_that_is_kept_tells_when_a_report_was_made(
    committed_country, admin, no_wait, monkeypatch, answers
):
    """Everything is rounded to five minutes or more, once the desk's worker has done its work.

    The mail to the duty officer is written seconds after the report; so it is rounded as well,
    whether it is taken, refused for now or for good.
    """
    from copse.base import jobs
    from copse.base.outbox import NotTaken, carriers

    def carrier(letter):
        sent.append(bytes(letter.body))
        if answers == "never" or (answers == "later" and len(sent) == 1):
            raise NotTaken("not-reached", final=answers == "never")

    sent = []
    monkeypatch.setitem(carriers._carriers, "mail", carrier)
    admin.execute("UPDATE organisations_desk SET duty_email = 'duty@example.org'")
    reporter = Reporter()
    code = reporter.report(danger="yes")
    reporter.post("/noted/")
    reporter.come_back(code)
    jobs.drain()
    assert b"\nDate:" not in sent[0], "a message that waits is not dated either"
    if answers == "later":
        # Until it is done, the queue alone knows when to try again; then its rows go.
        assert exact_times(admin) == {
            "public.procrastinate_jobs.scheduled_at", "public.procrastinate_events.at"
        }  # fmt: skip
        jobs.drain(ahead=timedelta(minutes=1))
        assert len(sent) == 2
    stages = {"taken": "delivered", "later": "delivered", "never": "failed"}
    assert admin.execute("SELECT stage, date_part('minute', written_at) FROM outbox_message")\
        .fetchall() == [(stages[answers], 0)]  # fmt: skip
    assert exact_times(admin) == set()
