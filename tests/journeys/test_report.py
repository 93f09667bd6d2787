"""A child's report and coming back, in a real browser, every page in every language."""

import pytest

from tests.journeys.reporter import press, tell_everything
from tests.journeys.walk import LANGUAGES, WIDTHS, walk

OTHERS = {name: f"{name}/" for name in ("now", "about", "help", "today", "over", "done")}
TOO_LONG = "word " * 4_100


def nothing_chosen(look):
    def wrong(page):
        press(page)
        look("kind-error")

    return wrong


def too_long(look):
    def wrong(page):
        page.locator("textarea").fill(TOO_LONG)
        press(page)
        assert page.locator(".govuk-error-message").is_visible()
        assert page.locator("textarea").input_value() == TOO_LONG
        look("story-error")

    return wrong


def too_early(page, home, code, look):
    """A code that is none, and one given before its ticket is good, without the ticket's work."""
    page.route("**/portal/work.js", lambda route: route.abort())
    page.goto(f"{home}back/")
    look("back")
    page.locator("textarea").fill("12 34")
    press(page)
    look("back-error")
    page.locator("textarea").fill(code)
    press(page)
    page.wait_for_url("**/back/wait/")
    look("wait")
    page.unroute("**/portal/work.js")
    assert {said for said in page.complaints if "ERR_FAILED" not in said} == set()
    page.complaints.clear()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_report_and_coming_back(portal, browser_page, checked, language):
    """Every page of the portal, those that speak of an error and those behind the code too."""
    home = f"{portal}/{language}/"
    page = browser_page(320, language=language)

    # In a second width something may break on one language of each direction, or for want of room.
    second = WIDTHS if language in {"en", "ar"} else ()

    def look(name):
        checked(page, f"portal-{name}-{language}", widths=second)

    walk(page, home, OTHERS, look)
    wrong = {"kind": nothing_chosen(look), "story": too_long(look)}
    code = tell_everything(page, home, look, wrong)
    press(page)
    too_early(page, home, code, look)
    page.goto(f"{home}back/")
    page.locator("textarea[name=code]").fill(code)
    page.wait_for_function("document.querySelector('input[name=work]').value")
    press(page)
    page.wait_for_url("**/box/")
    look("box")
    press(page)
    look("box-error")
    page.goto(f"{home}box/end/")
    look("withdraw")
    press(page)
    look("withdrawn")
    assert page.complaints == []
