import re
from uuid import uuid4

import pytest

from copse.base import database
from copse.portal import services
from copse.portal.models import Draft, Receipt

from tests.portal.browser import CANARY, Reporter

LANGUAGES = ("en", "fr", "ar", "sw")


def test_a_report_from_the_first_page_to_the_code(reporter):
    assert "Report something you saw" in reporter.page("/")
    code = reporter.report()

    assert len(code.replace(" ", "")) == 20
    assert reporter.code() == code, "until it is noted, the code can be read again"
    reporter.post("/noted/")
    assert reporter.get("/done/1/").status_code == 303


def test_the_code_opens_the_answer(reporter, no_wait):
    code = reporter.report()
    reporter.post("/noted/")

    other = Reporter()
    assert other.come_back(code)["Location"] == "/en/box/"
    assert "We have it" in other.page("/box/")


def test_a_wrong_code_opens_nothing_and_stays_on_the_page(reporter, no_wait):
    reporter.report()
    other = Reporter()
    other.come_back("0000 1111 2222 3333 4444")
    page = other.page("/back/")
    assert "This code opens nothing" in page
    assert "0000 1111 2222 3333 4444" in page


def test_the_words_open_it_too(reporter, no_wait):
    from copse.portal.services import Code

    code = reporter.report().replace(" ", "")
    assert Reporter().come_back(" ".join(Code(code).words("ar")))["Location"] == "/en/box/"


def test_a_browser_gets_no_cookie_before_the_first_answer(reporter):
    for path in ("/", "/now/", "/about/", "/a/1/", "/help/"):
        assert reporter.get(path).cookies == {}
    (cookie,) = reporter.post("/a/1/", kind="unsure").cookies.values()
    assert cookie["httponly"]
    assert cookie["samesite"] == "Strict"
    assert not cookie["max-age"]
    assert not cookie["expires"]


@pytest.mark.parametrize(("https", "name"), [(True, "__Host-s"), (False, "s")])
def test_the_cookie_is_bound_to_this_host_wherever_the_address_is_https(
    reporter, settings, https, name
):
    settings.SESSION_COOKIE_SECURE = https
    (cookie,) = reporter.post("/a/1/", kind="unsure").cookies.values()
    assert (cookie.key, bool(cookie["secure"])) == (name, https)
    assert (cookie["path"], cookie["domain"]) == ("/", "")
    assert "checked" in reporter.page("/a/1/")
    (gone,) = reporter.post("/leave/").cookies.values()
    assert (gone.key, gone["max-age"], bool(gone["secure"])) == (name, 0, https)


def test_pages_are_never_stored(reporter):
    reporter.answer()
    for path in ("/", "/a/4/", "/check/", "/back/", "/now/"):
        assert "no-store" in reporter.get(path)["Cache-Control"]


def test_not_sure_of_the_kind_is_not_asked_closer(reporter):
    assert reporter.post("/a/1/", kind="unsure")["Location"] == "/en/a/3/"
    assert "/en/a/1/" in reporter.page("/a/3/")


def test_only_the_first_question_must_be_answered(reporter):
    reporter.post("/a/1/", kind="unsure")
    reporter.post("/send/", token=reporter.token())
    assert len(reporter.code()) == 24


def test_going_back_shows_what_was_answered(reporter):
    reporter.answer()
    assert CANARY in reporter.page("/a/4/")
    assert "checked" in reporter.page("/a/1/")


def test_a_change_from_the_check_page_leads_back_to_it(reporter):
    reporter.answer()
    assert reporter.post("/a/4/", story="other", check="1")["Location"] == "/en/check/"
    assert "other" in reporter.page("/check/")


def test_the_last_page_asks_for_a_safe_way_and_nothing_else(reporter):
    from copse.portal.services.submit import _parcel

    reporter.answer()
    assert re.findall(r'<(?:textarea|select|input)[^>]* name="(\w+)"', reporter.page("/a/7/")) == [
        "contact"
    ]
    reporter.post("/a/7/", contact="", region="coast")
    assert "coast" not in reporter.page("/check/").lower()
    with database.as_room("portal"):
        held = services.resume(reporter.cookie)
    assert "region" not in held.answers["contact"]
    assert _parcel(held, uuid4(), uuid4(), uuid4(), b"\x00" * 32).region == ""


def test_danger_shows_the_numbers_at_once(reporter):
    assert "112" in reporter.page("/now/")
    reporter.post("/b/6/", danger="yes")
    assert "112" in reporter.page("/b/7/")


def test_quick_exit_destroys_the_row(reporter):
    reporter.answer()
    assert reporter.post("/leave/")["Location"] == "/en/today/"
    with database.as_room("portal"):
        assert Draft.objects.count() == 0
    assert CANARY not in reporter.page("/a/4/")


def test_a_post_from_another_site_is_refused(country):
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://elsewhere.example"}):
        foreign = Reporter(**headers)
        assert foreign.client.post("/en/a/1/", {"kind": "unsure"}).status_code == 404


def waiting_for_the_desk(country, kind):
    """Parcels of one kind on their way to the hotline, as only the hotline may see them."""
    from copse.base.handover.models import ParcelOnItsWay

    with database.as_desk(country.hotline):
        return list(ParcelOnItsWay.objects.filter(kind=kind))


def test_a_message_reaches_the_desk_once_and_is_not_shown_again(country, reporter, no_wait):
    import re

    reporter.come_back(reporter.report())
    token = re.search(r'name="token" value="([^"]+)"', reporter.page("/box/"))[1]
    reporter.post("/box/write/", text="more canary words", token=token)
    reporter.post("/box/write/", text="more canary words", token=token)
    page = reporter.page("/box/")
    assert "We have your message" in page
    assert "more canary words" not in page
    (parcel,) = waiting_for_the_desk(country, "reporter-message")
    assert "canary" not in str(parcel.body)


def test_withdrawing_is_told_once(country, reporter, no_wait):
    reporter.come_back(reporter.report())
    reporter.post("/box/end/")
    reporter.post("/box/end/")
    assert len(waiting_for_the_desk(country, "withdrawal")) == 1
    assert "You took your report back" in reporter.page("/box/")
    with database.as_room("portal"):
        assert Receipt.objects.get().withdrawn


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", ["/", "/now/", "/about/", "/a/1/", "/a/3/", "/back/", "/help/",
                                  "/today/", "/over/", "/done/"])  # fmt: skip
def test_every_page_opens_in_every_language(country, language, path):
    page = Reporter(language).page(path)
    assert f'lang="{language}"' in page
    assert ('dir="rtl"' in page.partition(">")[2].partition(">")[0]) == (language == "ar")
