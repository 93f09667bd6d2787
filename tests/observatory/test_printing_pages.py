"""The papers of a release at their addresses, and the way to them."""

import pytest

from copse.base import database
from tests.observatory import printed
from tests.observatory.test_views import DESK, HANA

PAPERS = {"strategy": "strategy.pdf", "report": "report.pdf", "action": "REP-1.pdf"}


@pytest.fixture
def release(db):
    made = printed.release()
    with database.as_desk(DESK, HANA.user_id):
        made.save(force_insert=True)
    return made


def address(release, name, language="en"):
    return f"/numbers/print/{release.reference}/{language}/{name}"


@pytest.mark.parametrize("language", ["en", "fr", "ar", "sw"])
@pytest.mark.parametrize("kind", PAPERS)
def test_a_paper_comes_as_pdf_in_its_language(client, release, kind, language):
    answer = client.get(address(release, PAPERS[kind], language))
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Language"] == language
    assert answer["Content-Disposition"].startswith(f'inline; filename="{kind}')
    assert answer["Cache-Control"] == "public, max-age=300"
    assert "Set-Cookie" not in answer
    assert answer.content.startswith(b"%PDF-1.7")


def test_a_cache_may_ask_whether_a_paper_has_changed(client, release):
    first = client.get(address(release, "report.pdf"))
    again = client.get(address(release, "report.pdf"), headers={"if-none-match": first["ETag"]})
    other = client.get(address(release, "REP-1.pdf"), headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert other.status_code == 200


@pytest.mark.parametrize("name", ["REP-99.pdf", "poster.pdf", "..%2freport.pdf", "rep-1.pdf"])
def test_a_paper_that_there_is_not_is_not_found(client, release, name):
    assert client.get(address(release, name)).status_code == 404


def test_other_languages_and_releases_are_not_found(client, release):
    assert client.get(address(release, "report.pdf", "xx")).status_code == 404
    assert client.get("/numbers/print/R-26-999999/en/report.pdf").status_code == 404


def test_nobody_posts_to_a_paper(client, release):
    assert client.post(address(release, "report.pdf")).status_code == 405


@pytest.mark.parametrize(
    ("page", "name"),
    [("", "report.pdf"), ("strategy/", "strategy.pdf"), ("actions/REP-1/", "REP-1.pdf")],
)
def test_each_page_leads_to_its_paper_in_the_readers_language(client, release, page, name):
    html = client.get(f"/fr/numbers/{page}").content.decode()
    assert address(release, name, "fr") in html
