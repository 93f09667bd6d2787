import gzip
import json
from datetime import timedelta
from html.parser import HTMLParser
from uuid import uuid4

import pytest
from django.utils import timezone

from copse.base import access, database
from copse.base.access import Actor
from copse.base.database import DeskKey
from copse.kit.parcels import FactSheet
from copse.observatory import services

DESK = DeskKey(uuid4(), "observatory")
HANA = Actor(uuid4(), "Hana", DESK, frozenset({"observatory-publisher"}))
LANGUAGES = ("en", "fr", "ar", "sw")
TITLES = {"en": "The numbers", "fr": "Les chiffres", "ar": "الأرقام", "sw": "Takwimu"}
ENDED = {"en": "months that are over", "fr": "mois terminés", "ar": "الأشهر التي انتهت",
         "sw": "miezi iliyokwisha"}  # fmt: skip


def corrected():
    """What is published of October once other concerns have come in."""
    with database.as_desk(DESK, HANA.user_id):
        sheet = FactSheet(
            id=uuid4(), desk=uuid4(), room="hotline", fact="hotline.concerns",
            dimensions=("month", "risk_class"), period="2026-10", cells=((("2026-10", ""), 60),),
        )  # fmt: skip
        services.receive(actor=access.system(DESK), sheet=sheet)
        return services.publish(actor=HANA, until="2026-10")


@pytest.fixture
def release(db):
    with database.as_desk(DESK, HANA.user_id):
        for fact, cells in (
            (
                "hotline.concerns",
                (
                    (("2026-10", "contact"), 40),
                    (("2026-10", "content"), 20),
                    (("2026-10", "conduct"), 3),
                ),
            ),
            ("hotline.clock.removal", ((("2026-10", "contact", "24"), 30),)),
        ):
            dimensions = ("month", "risk_class", "hours")[: len(cells[0][0])]
            sheet = FactSheet(
                id=uuid4(), desk=uuid4(), room="hotline", fact=fact, dimensions=dimensions,
                period="2026-10", cells=cells,
            )  # fmt: skip
            services.receive(actor=access.system(DESK), sheet=sheet)
        return services.publish(actor=HANA, until="2026-10")


class Tables(HTMLParser):
    """What a screen reader needs: every table named, every column and row headed."""

    def __init__(self):
        super().__init__()
        self.tables, self.names, self.cells, self.heads = 0, 0, 0, []

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        if tag == "table":
            self.tables += 1
        if found.get("role") == "region" and (
            found.get("aria-labelledby") or "aria-label" in found
        ):
            self.names += 1
        if tag == "th":
            self.heads.append(found.get("scope"))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_is_small_cacheable_and_sets_no_cookie(client, release, lang):
    response = client.get(f"/{lang}/numbers/reports/")

    assert response.status_code == 200
    assert TITLES[lang] in response.text
    assert ENDED[lang] in response.text
    assert "max-age" in response["Cache-Control"]
    assert "public" in response["Cache-Control"]
    assert not response.cookies
    assert "Cookie" not in response.get("Vary", "")
    assert len(response.content) <= 150_000


def test_a_known_page_is_not_sent_twice(client, release):
    etag = client.get("/en/numbers/")["ETag"]

    assert client.get("/en/numbers/", headers={"if-none-match": etag}).status_code == 304
    assert client.get("/ar/numbers/", headers={"if-none-match": etag}).status_code == 200


@pytest.mark.parametrize("path", ["", "reports/", "figures.json"])
def test_a_page_comes_packed_to_whoever_unpacks_it(client, release, path):
    plain = client.get(f"/en/numbers/{path}")
    packed = client.get(f"/en/numbers/{path}", headers={"accept-encoding": "gzip"})

    assert "Content-Encoding" not in plain.headers
    assert packed["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.content) == plain.content
    assert len(packed.content) < len(plain.content) / 2
    assert "Accept-Encoding" in plain["Vary"]
    assert "Accept-Encoding" in packed["Vary"]
    again = {"accept-encoding": "gzip", "if-none-match": packed["ETag"]}
    assert client.get(f"/en/numbers/{path}", headers=again).status_code == 304


def test_tables_are_named_and_headed(client, release):
    read = Tables()
    read.feed(client.get("/en/numbers/reports/").text)

    assert read.tables == read.names == 9
    assert set(read.heads) == {"col", "row"}


def test_arabic_runs_from_right_to_left(client, release):
    text = client.get("/ar/numbers/reports/").text

    assert '<html lang="ar" dir="rtl"' in text
    assert "لا يظهر" in text


def test_page_csv_and_json_come_from_one_release(client, release):
    page = client.get("/en/numbers/").text
    csv = client.get("/en/numbers/figures.csv")
    data = client.get("/en/numbers/figures.json")

    assert release.sha256 in page
    assert data.text == release.body
    assert json.loads(data.text)["rules"]["minimum"]["hotline.concerns"] == 10
    assert "hotline.concerns,2026-10,contact,count,40,,count,F" in csv.text
    assert "hotline.concerns,2026-10,conduct,count,,,count,C" in csv.text
    assert not csv.cookies
    assert not data.cookies


def test_a_release_keeps_its_address_when_a_correction_has_come(client, release):
    later = corrected()
    assert (release.vintage, later.vintage) == (1, 2)
    for one in (release, later):
        home = f"/en/numbers/releases/{one.reference}/"
        page = client.get(home)
        assert one.sha256 in page.text
        assert f"{home}figures.csv" in page.text
        assert client.get(f"{home}reports/").status_code == 200
        assert client.get(f"{home}figures.json").text == one.body
        assert client.get(f"{home}figures.csv").status_code == 200
    assert later.sha256 in client.get("/en/numbers/").text
    assert client.get("/en/numbers/releases/R-99-999999/").status_code == 404


def test_the_day_of_the_next_release_stands_on_the_page(client, release):
    day = timezone.now().date() + timedelta(days=40)
    etag = client.get("/en/numbers/")["ETag"]
    with database.as_desk(DESK, HANA.user_id):
        services.announce(actor=HANA, until=f"{timezone.now():%Y-%m}", on=day)
    answer = client.get("/en/numbers/", headers={"if-none-match": etag})
    assert f"will be published on {day.day} {day:%B %Y}" in answer.text


def test_before_the_first_release_the_page_says_so(client, db):
    assert "No numbers have been published yet" in client.get("/en/numbers/").text
    assert client.get("/en/numbers/figures.csv").status_code == 404
    assert client.get("/en/numbers/figures.json").status_code == 404


@pytest.mark.parametrize("path", ["", "preview/", "releases/R-26-000001/"])
def test_the_desk_is_closed_to_strangers(client, db, path):
    assert client.get(f"/en/desk/observatory/{path}").status_code in {302, 303, 404}
