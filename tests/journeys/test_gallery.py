"""Every component in every state, looked at in every language, narrow and wide."""

import urllib.error
import urllib.request

from copse.base.web.headers import CONTENT_SECURITY_POLICY
from tests.journeys.walk import LANGUAGES, WIDTHS

BUDGET = 30 * 1024


def test_the_gallery_has_no_fault_in_any_language_and_width(site, browser_page, checked):
    page = browser_page()
    for language in LANGUAGES:
        page.goto(f"{site}/{language}/desk/gallery/")
        direction = "rtl" if language == "ar" else "ltr"
        assert page.locator("html").get_attribute("dir") == direction
        assert page.locator("html").get_attribute("lang") == language
        checked(page, f"gallery-{language}", widths=WIDTHS)
    assert page.complaints == []


def test_an_absent_page_says_what_to_do(site, browser_page, checked):
    page = browser_page()
    for language in LANGUAGES:
        answer = page.goto(f"{site}/{language}/nothing-here/")
        assert answer.status == 404
        assert answer.headers["content-security-policy"] == CONTENT_SECURITY_POLICY
        checked(page, f"absent-{language}", widths=WIDTHS)


def test_the_keyboard_goes_from_the_skip_link_through_the_languages(site, browser_page):
    page = browser_page()
    page.goto(f"{site}/en/desk/gallery/")
    seen = []
    for _ in range(5):
        page.keyboard.press("Tab")
        seen.append(page.evaluate("document.activeElement.textContent.trim()"))
    assert seen == ["Skip to main content", "Copse", "Français", "العربية", "Kiswahili"]


def test_switching_the_language_keeps_the_page(site, browser_page):
    page = browser_page(script=False)
    page.goto(f"{site}/en/desk/gallery/")
    page.get_by_role("link", name="العربية").click()
    assert page.url == f"{site}/ar/desk/gallery/"
    # The desk page has forms; nothing remembers a language.
    assert {cookie["name"] for cookie in page.context.cookies()} <= {"csrftoken"}


def test_a_first_view_is_small(site):
    """Everything a portal page fetches, as a phone's browser asks for it."""
    total = 0
    for path in ("/en/nothing-here/", "/static/web/copse.css", "/static/web/mark.svg"):
        request = urllib.request.Request(site + path, headers={"Accept-Encoding": "gzip"})
        try:
            answer = urllib.request.urlopen(request)
        except urllib.error.HTTPError as absent:
            answer = absent
        with answer:
            total += len(answer.read()) + len(str(answer.headers))
    assert total <= BUDGET, total
