"""A report by keyboard alone, the ways out, the printed receipt, and what a first view weighs."""

import pytest

from tests.journeys.reporter import STEPS, TYPED, press, tell
from tests.journeys.walk import LANGUAGES, weight
from tests.portal.browser import CANARY


def go_to(page, what):
    """Tab on until the focus is there; nothing is clicked."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("one => document.activeElement.matches(one)", what):
            return
    pytest.fail(f"the keyboard never comes to {what}")


def press_by_keyboard(page, onward):
    go_to(page, "main form button[type=submit]")
    page.keyboard.press("Enter")
    page.wait_for_url(onward)


def test_a_report_and_coming_back_by_keyboard_alone_without_a_script(portal, browser_page, checked):
    home = f"{portal}/ar/"
    page = browser_page(320, script=False, language="ar")

    def look(name):
        checked(page, f"portal-{name}-ar-keyboard", script=False)

    page.goto(home)
    look("start")
    go_to(page, "a[href$='/b/1/']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/b/1/")
    for number, name in enumerate(STEPS, 1):
        look(name)
        if name in TYPED:
            go_to(page, f"textarea[name={name}]")
            page.keyboard.type(CANARY)
        else:
            go_to(page, f"input[name={name}]")
            page.keyboard.press("ArrowDown")
            assert page.locator(f"input[name={name}]:checked").count() == 1
        press_by_keyboard(page, f"**/b/{number + 1}/" if number < 7 else "**/check/")
    look("check")
    press_by_keyboard(page, "**/done/1/")
    look("receipt")
    code = page.locator(".copse-code").inner_text()
    press_by_keyboard(page, "**/done/")
    page.goto(f"{home}back/")
    look("back")
    go_to(page, "textarea[name=code]")
    page.keyboard.type(code)
    press_by_keyboard(page, "**/back/wait/")
    look("wait")
    # Whoever typed too soon is asked to count to three, and does.
    page.wait_for_timeout(3100)
    press_by_keyboard(page, "**/box/")
    look("box")
    assert page.complaints == []
    go_to(page, ".copse-exit button")
    page.keyboard.press("Enter")
    page.wait_for_url("**/today/")


def test_the_printed_receipt_is_the_code_and_no_name_of_ours(portal, browser_page, photograph):
    page = browser_page(script=False)
    code = tell(page, f"{portal}/en/")
    page.emulate_media(media="print")
    photograph(page, "portal-receipt-printed")
    assert page.locator(".copse-code").is_visible()
    assert page.locator(".copse-code-words").is_visible()
    assert code in page.locator("main").inner_text()
    for hidden in (".copse-header", ".copse-exit", ".copse-footer", "main form"):
        assert not page.locator(hidden).is_visible(), hidden


def test_the_page_after_a_quick_exit_does_not_say_who_we_are(portal, browser_page):
    page = browser_page(320)
    page.goto(f"{portal}/en/b/1/")
    for _ in range(3):
        page.keyboard.press("Shift")
    page.wait_for_url("**/today/")
    said = page.locator("body").inner_text()
    assert "Safe line" not in said
    assert "history" in said
    assert page.locator("main a").get_attribute("href").startswith("https://")
    assert page.locator("main a").get_attribute("rel") == "noreferrer"


def test_quick_exit_leaves_nothing_to_go_back_to(portal, browser_page):
    page = browser_page(320, script=False)
    page.goto(f"{portal}/en/b/1/")
    page.locator("input[name=kind]").first.check()
    press(page)
    page.goto(f"{portal}/en/b/4/")
    page.locator("textarea").fill(CANARY)
    press(page)
    page.locator(".copse-exit button").click()
    page.wait_for_url("**/today/")
    assert page.context.cookies() == []
    page.go_back()
    page.goto(f"{portal}/en/b/4/")
    assert CANARY not in page.content()


def test_a_first_view_is_thirty_kilobytes_at_most_as_it_is_served(portal):
    paths = ["", "now/", "about/", "help/", "back/", *(f"b/{number}/" for number in range(1, 8))]
    every = [f"/{language}/{path}" for language in LANGUAGES for path in paths]
    sizes = {path: weight(portal, path) for path in every}
    assert {path: size for path, size in sizes.items() if size > 30 * 1024} == {}
    assert min(sizes.values()) > 9_000, "the style sheet was counted"
