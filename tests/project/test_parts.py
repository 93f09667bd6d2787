"""The three web processes and the worker, each with its own folder, role, origin and port."""

import hashlib
import http.client
import os
import re
import socket
import subprocess
import sys
import time
from types import SimpleNamespace
from urllib.parse import urlencode

import psycopg
import pytest

from copse.hotline.models import Material, Notice
from copse.hotline.services import letters, materials, readings
from copse.project import install, parts
from copse.project.configuration import LOGIN, Configuration, Unsafe
from tests.conftest import _password

PATIENCE = 60
PARTS = ("portal", "desks", "gateway")
ANSWERS = (
    ("kind", "content"), ("closer", "content_adult"), ("where", "https://pages.harbour.example/p"),
    ("story", "canary-5c2e a picture of my class"), ("age", "9-12"), ("danger", "no"),
    ("contact", ""),
)  # fmt: skip
# One address of each part; everywhere else it is not there.
PLACES = {
    "portal": ("/en/a/1/", "/en/check/", "/en/back/", "/en/numbers/"),
    "desks": ("/en/desk/", "/en/desk/account/login/", "/en/desk/hotline/", "/en/desk/keys/"),
    "gateway": ("/en/notice/{token}/",),
}
SECRET_TABLES = ("hotline_concern", "hotline_material", "hotline_notice", "hotline_reading")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def owner(tmp_path):
    """The owner's folder, with the values that this test's own process and server know."""
    folder = tmp_path / "owner"
    install.make_secrets(folder)
    for name in install.SECRETS:
        value = hashlib.sha256(f"copse-test-{name}".encode()).hexdigest()
        (folder / "secrets" / name).write_text(value)
    for login in LOGIN.values():
        (folder / "secrets" / f"database-{login}").write_text(_password(login))
    return folder


class Country:
    """Every part started from a folder that was handed out, on one database."""

    def __init__(self, owner, place, name, folder):
        query = urlencode({"host": place["host"], "port": place["port"], **place["options"]})
        self.address, self.name, self.folder = f"postgresql:///?{query}", name, folder
        self.ports = {part: free_port() for part in PARTS}
        self.started = []
        everything = Configuration(mode="demo", home=owner, process="owner")
        for part in (*PARTS, "worker"):
            parts.hand_out(everything, part, folder / part)

    def environment(self, home, part):
        clean = {k: v for k, v in os.environ.items() if not k.startswith(("COPSE_", "DJANGO_"))}
        port = str(self.ports.get(part, free_port()))
        return {
            **clean, "COPSE_MODE": "demo", "COPSE_HOME": str(home), "COPSE_PORT": port,
            "COPSE_DATABASE_URL": self.address, "COPSE_DATABASE_NAME": self.name,
            "COPSE_ORIGIN": f"http://localhost:{port}",
            "COPSE_GATEWAY_ORIGIN": f"http://localhost:{self.ports['gateway']}",
        }  # fmt: skip

    def start(self):
        for part in (*PARTS, "worker"):
            words = ["worker"] if part == "worker" else ["serve", part, "--workers", "1"]
            started = subprocess.Popen(
                [sys.executable, "-m", "copse.cli", *words],
                env=self.environment(self.folder / part, part),
            )
            self.started.append(started)
        for part in PARTS:
            until(lambda part=part: self.ask(part, "GET", "/healthz").status == 200, part)

    def stop(self):
        for one in self.started:
            one.terminate()
        for one in self.started:
            one.wait(20)

    def ask(self, part, method, path, data=None, cookies=None):
        """One request as a browser would make it; cookies are kept in the given dictionary."""
        jar = cookies if cookies is not None else {}
        line = http.client.HTTPConnection("localhost", self.ports[part], timeout=30)
        headers = {"Cookie": "; ".join(f"{k}={v}" for k, v in jar.items())}
        headers["Origin"] = f"http://localhost:{self.ports[part]}"
        if data is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            line.request(method, path, urlencode(data) if data is not None else None, headers)
            answer = line.getresponse()
            for value in answer.headers.get_all("Set-Cookie") or ():
                name, _, rest = value.partition("=")
                jar[name] = rest.partition(";")[0]
            body = answer.read().decode()
        except OSError:
            return SimpleNamespace(status=0, body="", to="")
        finally:
            line.close()
        return SimpleNamespace(
            status=answer.status, body=body, to=answer.headers.get("Location", "")
        )

    def press(self, part, path, cookies, **data):
        """Open a page and send its form."""
        page = self.ask(part, "GET", path, cookies=cookies)
        assert page.status == 200, (part, path, page.status)
        hidden = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.body)
        token = {"csrfmiddlewaretoken": hidden[1]} if hidden else {}
        return self.ask(part, "POST", path, {**token, **data}, cookies)


def until(condition, what):
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if found := condition():
            return found
        time.sleep(0.05)
    pytest.fail(f"{what} did not come about in {PATIENCE} s")


@pytest.fixture
def country(owner, server, committed_cast, committed_db, tmp_path):
    made = Country(owner, server[0], committed_db["NAME"], tmp_path)
    made.cast = committed_cast
    try:
        made.start()
        yield made
    finally:
        made.stop()


def report(country):
    """Every question of the portal answered, to the code."""
    cookies = {}
    for number, (name, value) in enumerate(ANSWERS, 1):
        sent = country.press("portal", f"/en/a/{number}/", cookies, **{name: value})
        assert sent.status == 303
    page = country.ask("portal", "GET", "/en/check/", cookies=cookies).body
    token = re.search(r'name="token" value="([^"]+)"', page)[1]
    assert country.ask("portal", "POST", "/en/send/", {"token": token}, cookies).status == 303
    receipt = country.ask("portal", "GET", "/en/done/1/", cookies=cookies).body
    assert re.search(r'copse-code" dir="ltr">[\d ]{24}<', receipt)


def received(country):
    with country.cast.open("amara"):
        return Material.objects.first()


def read_twice(country, material):
    """Two analysts read alike, so that the worker traces the address and tells its provider."""
    seen = {"label": "national_child", "age_band": "9-12", "severity": "level_2"}
    for name in ("amara", "ben"):
        actor = country.cast.actors[name]
        with country.cast.open(name):
            materials.claim(actor=actor, material=material)
            readings.read(actor=actor, material=material, **seen)


def notices(country):
    with country.cast.open("amara"):
        return list(Notice.objects.filter(batch__isnull=False))


@pytest.mark.slow
def test_a_concern_goes_through_three_processes_to_a_providers_answer(country):
    report(country)
    amara = {}
    door = country.ask("desks", "GET", "/en/desk/", cookies=amara).body
    assert "Amara" in door
    who = country.cast.users["amara"].pk
    hidden = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', door)
    entered = country.ask(
        "desks", "POST", f"/en/desk/demo/{who}/", {"csrfmiddlewaretoken": hidden[1]}, amara
    )
    assert entered.status in (302, 303), entered.status
    material = until(lambda: received(country), "the worker's taking it in")
    assert (
        material.reference in country.ask("desks", "GET", "/en/desk/hotline/", cookies=amara).body
    )

    read_twice(country, material)
    notice = until(lambda: notices(country), "a notice")[0]
    token = letters.token_for(notice.batch, country.cast.desks["hotline"].pk)
    page = {}
    answered = country.press("gateway", f"/en/notice/{token}/", page, **{str(notice.pk): "removed"})
    assert answered.status == 303
    assert "Thank you" in country.ask("gateway", "GET", answered.to, cookies=page).body
    assert notices(country)[0].outcome == "removed"
    only_its_own(country, token)
    cannot_be_read_with_the_portals_password(country)
    only_the_links_rows(country, notice)


def only_its_own(country, token):
    """Each process answers its own addresses and 404 to those of the others."""
    for part in PARTS:
        for place, paths in PLACES.items():
            for path in paths:
                status = country.ask(part, "GET", path.format(token=token)).status
                assert (status == 404) == (part != place), (part, path, status)
    # Somebody who is at a desk, too, and sends that cookie along: nobody here, and no failure.
    stray = {"copse-session": "x" * 32}
    assert country.ask("portal", "GET", "/en/", cookies=stray).status == 200
    assert country.ask("gateway", "GET", f"/en/notice/{token}/", cookies=stray).status == 200


def connected(country, part):
    """The database as that host could reach it: with what lies in its folder and nothing else."""
    password = (country.folder / part / "secrets" / f"database-{LOGIN[part]}").read_text()
    return psycopg.connect(
        country.address, user=LOGIN[part], password=password, dbname=country.name, autocommit=True
    )


def cannot_be_read_with_the_portals_password(country):
    desk = country.cast.desks["hotline"].pk
    with connected(country, "portal") as line:
        for role in ("copse_hotline", "copse_administration", "copse_link", "copse_owner"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                line.execute(f"SET ROLE {role}")
        for role in ("none", "copse_portal", "copse_public"):
            line.execute(f"SET ROLE {role}")
            line.execute("SELECT set_config('copse.desk', %s, false)", [str(desk)])
            for table in (*SECRET_TABLES, "vault_grant", "accounts_user", "audit_leaf"):
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    line.execute(f"SELECT * FROM {table}")
        # Wrappers it may look up are those sealed to a receipt, never a desk's.
        line.execute("SET ROLE copse_portal")
        kinds = line.execute("SELECT DISTINCT kind FROM vault_wrapper").fetchall()
        assert kinds in ([], [("receipt",)]), "a desk's wrapper is readable at the portal"


def only_the_links_rows(country, notice):
    """The gateway's password and a desk's id open nothing: the link's own key is needed."""
    desk = country.cast.desks["hotline"].pk
    with connected(country, "gateway") as line:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            line.execute("SET ROLE copse_hotline")
        line.execute("SET ROLE copse_link")
        line.execute("SELECT set_config('copse.desk', %s, false)", [str(desk)])
        counts = """SELECT (SELECT count(*) FROM hotline_notice),
                           (SELECT count(*) FROM hotline_material)"""
        assert line.execute(counts).fetchone() == (0, 0)
        line.execute("SELECT set_config('copse.link', %s, false)", [str(notice.batch)])
        assert line.execute(counts).fetchone() == (1, 1)
        for table in ("hotline_concern", "hotline_reading", "hotline_trace", "vault_wrapper"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                line.execute(f"SELECT * FROM {table}")


# Secrets, without processes -------------------------------------------------------------------


@pytest.mark.parametrize("part", parts.NEEDS)
def test_a_part_is_handed_its_own_secrets_and_no_more(owner, tmp_path, part):
    mine = Configuration(mode="real", home=owner, process="owner")
    names = parts.hand_out(mine, part, tmp_path / part)
    held = sorted(path.name for path in (tmp_path / part / "secrets").iterdir())
    assert held == names == sorted(parts.needed(part))
    others = [name for name in held if name.startswith("database-")]
    assert others == [f"database-{LOGIN[part]}"]
    assert all(path.stat().st_mode & 0o077 == 0 for path in (tmp_path / part / "secrets").iterdir())
    its = Configuration(mode="real", home=tmp_path / part, process=part)
    parts.require(its)
    assert parts.surplus(its) == []
    assert its.secret("django-key") != mine.secret("django-key")


def test_what_is_missing_is_said_at_the_start(owner, tmp_path):
    mine = Configuration(mode="real", home=owner, process="owner")
    parts.hand_out(mine, "portal", tmp_path / "portal")
    (tmp_path / "portal/secrets/receipt-pepper").unlink()
    with pytest.raises(Unsafe, match=r"receipt-pepper is missing"):
        parts.require(Configuration(mode="real", home=tmp_path / "portal", process="portal"))


def test_what_belongs_elsewhere_is_named(owner):
    found = parts.surplus(Configuration(mode="real", home=owner, process="portal"))
    assert "audit-signing-key" in found
    assert "database-copse_owner" in found
    assert "receipt-pepper" not in found


def test_nothing_is_overwritten(owner, tmp_path):
    mine = Configuration(mode="real", home=owner, process="owner")
    parts.hand_out(mine, "portal", tmp_path / "portal")
    with pytest.raises(Unsafe, match="not empty"):
        parts.hand_out(mine, "gateway", tmp_path / "portal")
