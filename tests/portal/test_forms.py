"""Every field against what hands, scripts and mischief put into it."""

import re

import pytest
from django.utils.html import escape

from tests.portal.browser import Reporter

FIELDS = {3: "where", 4: "story", 7: "contact"}
REFUSED = {"NUL": "good+words%00here", "surrogate": "good+words+%ED%A0%80+here"}
TAKEN = {
    "empty": "",
    "SQL": "'; DROP TABLE portal_draft; --",
    "HTML": "<script>alert(1)</script>",
    "other script": "شخص يزعجني كل يوم",
    "emoji": "😢😢",
}


@pytest.mark.parametrize("number", FIELDS)
@pytest.mark.parametrize("name", REFUSED)
def test_unreadable_signs_are_said_beside_the_field_and_the_words_stay(country, number, name):
    reporter = Reporter()
    body = f"{FIELDS[number]}={REFUSED[name]}"
    answer = reporter.client.post(
        f"/en/a/{number}/", body, content_type="application/x-www-form-urlencoded"
    )
    assert answer["Location"] == f"/en/a/{number}/"
    page = reporter.page(f"/a/{number}/")
    assert "cannot be read" in page
    assert "good words" in page


@pytest.mark.parametrize("number", FIELDS)
def test_too_much_is_said_and_stays_on_the_page(country, number):
    reporter = Reporter()
    reporter.post(f"/a/{number}/", **{FIELDS[number]: "word " * 20_000})
    page = reporter.page(f"/a/{number}/")
    assert "too long" in page
    assert page.count("word ") > 19_000


@pytest.mark.parametrize("number", FIELDS)
@pytest.mark.parametrize("name", TAKEN)
def test_odd_words_are_taken_as_words(country, number, name):
    reporter = Reporter()
    reporter.post("/a/1/", kind="unsure")
    answer = reporter.post(f"/a/{number}/", **{FIELDS[number]: TAKEN[name]})
    assert answer["Location"] != f"/en/a/{number}/"
    page = reporter.page("/check/")
    assert "<script>alert" not in page
    assert escape(TAKEN[name]) in page
    assert escape(TAKEN[name]) in reporter.page(f"/a/{number}/")


def test_turned_text_is_straightened(country):
    reporter = Reporter()
    reporter.post("/a/3/", where="http://a.example/\u202etxt.exe")
    assert "\u202e" not in reporter.page("/a/3/")
    assert "http://a.example/txt.exe" in reporter.page("/a/3/")


@pytest.mark.parametrize("letter", ["a", "ش", "😢"])
@pytest.mark.parametrize("number", FIELDS)
def test_a_hundred_thousand_letters_of_any_script_are_answered_beside_the_field(
    country, number, letter
):
    reporter = Reporter("ar")
    reporter.post(f"/a/{number}/", **{FIELDS[number]: letter * 100_000})
    page = reporter.page(f"/a/{number}/")
    assert letter * 100_000 in page
    (said,) = re.findall(r'govuk-error-message">.*?</span>([^<]+)<', page)
    assert not re.search("[A-Za-z]{2}", said), "the reader's language"


def test_a_browser_cuts_nothing_off_what_is_pasted(country):
    reporter = Reporter()
    for number in FIELDS:
        assert "maxlength" not in reporter.page(f"/a/{number}/")
    assert "maxlength" not in reporter.page("/back/")


CHOICES = {1: "kind", 2: "closer", 5: "age", 6: "danger"}
NO_CHOICE = ["none of these", "'; --", "x" * 100_000, "\x00", "\u202eyes", "<b>yes</b>"]


@pytest.mark.parametrize("number", CHOICES)
@pytest.mark.parametrize("value", NO_CHOICE)
def test_no_page_takes_a_choice_that_it_did_not_offer(country, number, value):
    reporter = Reporter("fr")
    reporter.post("/b/1/", kind="contact")
    answer = reporter.post(f"/b/{number}/", **{CHOICES[number]: value})
    assert answer["Location"] == f"/fr/b/{number}/"
    page = reporter.page(f"/b/{number}/")
    assert "govuk-error-message" in page
    assert "Choisis une réponse" in page


@pytest.mark.parametrize("text", ["", "  ", "good\x00words", "good \ufffd words", "x" * 100_000])
def test_a_message_that_cannot_be_sent_stays_on_the_page(country, no_wait, text):
    reporter = Reporter()
    reporter.come_back(reporter.report())
    token = re.search(r'name="token" value="([^"]+)"', reporter.page("/box/"))[1]
    reporter.post("/box/write/", text=text, token=token)
    page = reporter.page("/box/")
    assert "govuk-error-message" in page
    assert text.strip().partition("\x00")[0] in page
    assert "We have your message" not in page


@pytest.mark.parametrize("value", ["", "none of these", "'; --", "x" * 100_000, "\x00"])
def test_a_choice_that_is_none_is_said(country, value):
    reporter = Reporter()
    assert reporter.post("/a/1/", kind=value)["Location"] == "/en/a/1/"
    assert "There is something to put right" in reporter.page("/a/1/")


@pytest.mark.parametrize("typed", ["", "12", "\x00", "x" * 100_000, "<b>", "'; --"])
def test_a_code_that_is_none_is_said(country, typed):
    reporter = Reporter()
    reporter.post("/back/", code=typed, ticket="")
    assert "There is something to put right" in reporter.page("/back/")


def test_many_addresses_in_any_script_are_kept_as_typed(country):
    from copse.base import database
    from copse.portal import services
    from copse.portal.services.submit import _parcel

    reporter = Reporter()
    typed = "http://例え.テスト/x\nпример.рф\n  instagram: some_one  \n\nموقع.شبكة"
    reporter.answer(where=typed)
    from uuid import uuid4

    with database.as_room("portal"):
        held = services.resume(reporter.cookie)
    parcel = _parcel(held, uuid4(), uuid4(), uuid4(), b"\x00" * 32)
    assert parcel.addresses == ("http://例え.テスト/x", "пример.рф", "موقع.شبكة", "…"), (
        "what is no address is read with the story"
    )
