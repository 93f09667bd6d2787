import csv
import io
import json

import pytest

from copse.base import database
from copse.observatory import services
from copse.observatory.queries.opendata import FORMATS
from tests.observatory.counting import DESK, HANA, come, opened, sheet

LANGUAGES = ("en", "fr", "ar", "sw")


@pytest.fixture
def release(db):
    with opened():
        cells = [(("contact",), 40), (("content",), 20), (("conduct",), 3)]
        come(
            sheet("hotline.concerns", "2026-10", cells, ("month", "risk_class")),
            sheet("portal.started", "2026-10", [(("en",), 80)], ("month", "language")),
            sheet("portal.submitted", "2026-10", [(("en",), 60)], ("month", "language")),
        )
    with database.as_desk(DESK, HANA.user_id):
        return services.publish(actor=HANA, until="2026-10")


def folder(release):
    return f"/numbers/data/{release.reference}/"


def test_every_file_has_its_own_address_and_media_type(client, release):
    for one in FORMATS.values():
        response = client.get(folder(release) + one.file_name)
        assert response.status_code == 200, one.name
        assert response["Content-Type"] == one.media_type
        assert response["Content-Disposition"].endswith(f'"{release.reference}-{one.file_name}"')
        assert not response.cookies
        assert "public" in response["Cache-Control"]


def test_a_known_file_is_not_sent_twice_nor_again_to_another_language(client, release):
    address = folder(release) + "numbers.csv"
    etag = client.get(address)["ETag"]

    for language in LANGUAGES:
        again = client.get(address, headers={"If-None-Match": etag, "Accept-Language": language})
        assert again.status_code == 304
        assert again.content == b""


def test_the_api_says_what_the_file_says(client, release):
    told = client.get(folder(release) + "numbers.csv").text
    rows = [one for one in csv.DictReader(io.StringIO(told)) if one["INDICATOR"] == "REP-DONE"]

    listed = client.get("/numbers/api/indicators.json").json()
    found = client.get("/numbers/api/indicators/REP-DONE.json").json()

    assert listed["release"] == found["release"]
    assert found["release"]["reference"] == release.reference
    assert (
        [one["OBS_VALUE"] or "" for one in found["observations"]]
        == [one["OBS_VALUE"] for one in rows]
        == ["75"]
    )


def test_the_files_say_where_they_are_and_not_where_they_were_asked_for(client, release, settings):
    address = folder(release) + "catalogue.jsonld"

    found = client.get(address, headers={"Host": "testserver"}).text

    assert settings.COPSE.public_origin in found
    assert "testserver" not in found


def test_no_other_file_is_there(client, release):
    for name in (
        "numbers.xls", "..%2Fsecrets", "NUMBERS.CSV", "numbers.csv%00", "numbers.csv/more",
    ):  # fmt: skip
        assert client.get(folder(release) + name, follow=True).status_code == 404, name


def test_no_other_release_and_no_other_indicator_is_there(client, release):
    for address in (
        "/numbers/data/R-26-999999/numbers.csv", "/numbers/api/indicators/REP-NONE.json",
    ):  # fmt: skip
        assert client.get(address, follow=True).status_code == 404


def test_before_the_first_release_there_is_nothing_to_fetch(client, db):
    assert client.get("/numbers/api/indicators.json", follow=True).status_code == 404


def test_nothing_is_taken_in(client, release):
    for address in (folder(release) + "numbers.csv", "/numbers/api/indicators.json"):
        assert client.post(address).status_code in {403, 405}


def test_the_page_of_data_lists_every_file(client, release):
    for language in LANGUAGES:
        page = client.get(f"/{language}/numbers/data/").text
        for one in FORMATS.values():
            assert f'href="{folder(release)}{one.file_name}"' in page


def test_a_withheld_number_is_in_no_file(client, release):
    rows = json.loads(client.get(folder(release) + "numbers.json").content)["observations"]
    withheld = [one for one in rows if one["CONF_STATUS"] != "F"]

    assert withheld
    assert all(one["OBS_VALUE"] is None for one in withheld)
