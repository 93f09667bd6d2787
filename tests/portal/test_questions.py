"""What is asked: seven pages, one answer needed, “I’m not sure” wherever there is a choice."""

import re

import pytest
from django.urls import URLPattern
from django.utils.html import escape

from copse.kit import taxonomy
from copse.portal import urls
from copse.portal.workflow import QUESTIONS, Question
from tests.portal.browser import Reporter

LANGUAGES = ("en", "fr", "ar", "sw")
UNSURE = {"kind": "unsure", "closer": "unsure", "age": "unknown", "danger": "unsure"}
KINDS = ("content", "contact", "contract", "conduct")
ADDRESSES = [one for one in urls.urlpatterns if isinstance(one, URLPattern)]


def path_of(name):
    """The address of one of our pages; of the questions, the fourth."""
    from django.urls import reverse

    parts = ("b", 4) if name == "question" else ()
    return reverse(f"portal:{name}", args=parts).removeprefix("/en")


def choices(page, name):
    """Value and words of each choice of a question."""
    found = re.findall(rf'name="{name}" value="([^"]+)"[^>]*>(.*?)</label>', page, re.DOTALL)
    return {value: re.sub(r"<[^>]+>", " ", rest).strip() for value, rest in found}


def test_there_are_seven_pages_and_no_eighth(reporter):
    assert len(QUESTIONS) == 7
    reporter.post("/b/1/", kind="contact")
    assert "Page 7 of 7" in reporter.page("/b/7/")
    assert reporter.get("/b/8/").status_code == 404


def test_every_page_asks_under_one_heading(reporter):
    reporter.answer("b")
    for number in range(1, 8):
        assert reporter.page(f"/b/{number}/").count("<h1") == 1


def test_one_answer_is_needed_and_all_others_may_be_left_out(reporter):
    assert reporter.post("/b/1/")["Location"] == "/en/b/1/"
    onward = reporter.post("/b/1/", kind="contact")["Location"]
    seen = [onward]
    while onward != "/en/check/":
        onward = reporter.post(onward.removeprefix("/en"))["Location"]
        seen.append(onward)
    assert seen == [*(f"/en/b/{number}/" for number in range(2, 8)), "/en/check/"]
    reporter.post("/send/", token=reporter.token())
    assert len(reporter.code()) == 24


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("door", ["a", "b"])
def test_not_sure_is_always_there(country, language, door):
    reporter = Reporter(language)
    for kind in KINDS:
        reporter.post(f"/{door}/1/", kind=kind)
        for number, asked in enumerate(QUESTIONS, 1):
            if asked in UNSURE:
                offered = choices(reporter.page(f"/{door}/{number}/"), asked)
                assert UNSURE[asked] in offered, (kind, asked)
                assert len({*offered.values()}) == len(offered), "two choices say the same"
                taken = reporter.post(f"/{door}/{number}/", **{asked: UNSURE[asked]})
                assert taken["Location"] != f"/{language}/{door}/{number}/"
                reporter.post(f"/{door}/1/", kind=kind)


@pytest.mark.parametrize("language", LANGUAGES)
def test_all_thirty_two_risks_are_offered_in_a_childs_words(country, language):
    reporter, risk, found = Reporter(language), taxonomy.scheme("risk"), {}
    for kind in KINDS:
        reporter.post("/b/1/", kind=kind)
        found |= choices(reporter.page("/b/2/"), "closer")
    del found["unsure"]
    assert set(found) == {code for code in risk.codes() if risk[code].parent}
    assert len(found) == 32
    for code, words in found.items():
        assert (
            risk.label(code, language, "child").split()
            == words.split()[: len(risk.label(code, language, "child").split())]
        ), code
        own = {risk.label(code, one) for one in LANGUAGES if one != language}
        assert words not in own, f"{code} is said in another language"


@pytest.mark.parametrize("language", LANGUAGES)
def test_comfort_stands_beside_the_hardest_choices_and_not_on_the_check_page(country, language):
    reporter, risk = Reporter(language), taxonomy.scheme("risk")
    comfort = escape(risk.about("contact_sexual_extortion", language, "child"))
    reporter.answer("b", closer="contact_sexual_extortion")
    assert comfort in reporter.page("/b/2/")
    assert comfort not in reporter.page("/check/")


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_asks_for_a_picture(country, language):
    reporter = Reporter(language)
    reporter.answer("b")
    for one in ADDRESSES:
        page = reporter.get(path_of(one.name)).content.decode()
        assert 'type="file"' not in page
        assert "multipart" not in page
    for number in range(1, 8):
        assert 'type="file"' not in reporter.page(f"/b/{number}/")


@pytest.mark.parametrize("one", ADDRESSES, ids=lambda one: one.name)
@pytest.mark.parametrize("content", [{}, {"story": "x", "code": "y", "text": "z", "token": "t"}])
def test_a_post_is_answered_by_a_303_and_never_by_a_page(country, one, content):
    reporter = Reporter()
    reporter.answer("b")
    answer = reporter.client.post(f"/en{path_of(one.name)}", content)
    if answer.status_code == 405:
        return
    assert answer.status_code == 303
    assert answer.content == b""
    assert answer["Location"].startswith("/en/")


@pytest.mark.parametrize("one", ADDRESSES, ids=lambda one: one.name)
def test_no_page_may_be_kept_by_a_browser(country, one):
    reporter = Reporter()
    reporter.answer("b")
    for answer in (reporter.get(path_of(one.name)),
                   reporter.client.post(f"/en{path_of(one.name)}")):  # fmt: skip
        assert answer["Cache-Control"] == "no-store"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_words_about_leaving_name_the_button(country, language):
    page = Reporter(language).page("/about/")
    button = re.search(r'id="quick-exit"><button[^>]*>([^<]+)<', page)[1]
    assert page.count(button) == 2, "the button, and the sentence that explains it"


def test_the_danger_page_is_one_press_from_every_page(reporter):
    reporter.answer("b")
    pages = [reporter.page(f"/b/{number}/") for number in range(1, 8)]
    pages += [reporter.page(path) for path in ("/", "/about/", "/check/", "/back/", "/help/")]
    for page in pages:
        assert 'href="/en/now/"' in page
    assert Question.DANGER in QUESTIONS
