"""A page that was drawn once is kept, and is never another language's, person's or release's."""

import pytest

from copse.base import database
from copse.base.accounts.models import User
from copse.observatory.views import country
from tests.observatory.test_views import LANGUAGES, corrected, release

__all__ = ["release"]


@pytest.fixture(autouse=True)
def nothing_kept(monkeypatch):
    monkeypatch.setattr(country, "_KEPT", {})


@pytest.fixture
def drawn(monkeypatch):
    """The pages that were drawn, one entry for each time."""
    found, draw = [], country.render_to_string

    def counted(template, context):
        found.append((template, context["page"].language))
        return draw(template, context)

    monkeypatch.setattr(country, "render_to_string", counted)
    return found


def test_a_page_is_drawn_once_for_each_language(client, release, drawn):
    first = {lang: client.get(f"/{lang}/numbers/").text for lang in LANGUAGES}
    again = {lang: client.get(f"/{lang}/numbers/").text for lang in reversed(LANGUAGES)}

    assert first == again
    assert [language for _, language in drawn] == list(LANGUAGES)
    for lang, text in first.items():
        assert f'<html lang="{lang}"' in text


def test_a_query_that_somebody_made_up_draws_nothing_and_stands_nowhere(client, release, drawn):
    plain = client.get("/en/numbers/").text

    assert client.get("/en/numbers/?made-up=1").text == plain
    assert client.get("/en/numbers/?made-up=2").text == plain
    assert len(drawn) == 1


def test_whoever_is_logged_in_reads_the_same_page_as_everybody(client, release):
    with database.as_room("administration"):
        user = User(email="hana@example.org", name="Hana Of The Desk")
        user.set_unusable_password()
        user.save(force_insert=True)
    client.force_login(user)
    as_staff = client.get("/en/numbers/")
    client.logout()
    as_anybody = client.get("/en/numbers/")

    assert as_staff.text == as_anybody.text
    assert "Hana" not in as_staff.text
    assert as_staff["ETag"] == as_anybody["ETag"]


def test_a_new_release_is_read_at_once(client, release, drawn):
    assert release.sha256 in client.get("/en/numbers/").text
    later = corrected()

    assert later.sha256 in client.get("/en/numbers/").text
    assert len(drawn) == 2
