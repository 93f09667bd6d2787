"""A child's report in a real browser: with and without script, by keyboard, and what stays."""

from contextlib import suppress
from pathlib import Path

import pytest

from tests.portal.browser import CANARY, arbora

STEPS = ("kind", "closer", "where", "story", "age", "danger", "contact")


@pytest.fixture
def portal(site, monkeypatch):
    from copse.portal.services import tickets

    monkeypatch.setattr(tickets, "shares", tickets.Shares())
    arbora()
    return site


def press(page):
    page.locator("main form button[type=submit]").first.click()


def to_the_code(page, portal, language, look=lambda _: None):
    page.goto(f"{portal}/{language}/")
    look("start")
    page.locator("a.copse-card__link").nth(1).click()
    for name in STEPS:
        look(name)
        if name in ("where", "story", "contact"):
            page.locator(f"textarea[name={name}]").fill(CANARY if name == "story" else "")
        else:
            page.locator(f"input[name={name}]").nth(1).check()
        press(page)
    look("check")
    press(page)
    page.wait_for_url("**/done/1/")
    look("receipt")
    return page.locator(".copse-code").inner_text()


@pytest.mark.parametrize(
    ("language", "width", "script"),
    [("en", 320, True), ("ar", 320, True), ("fr", 1280, True), ("sw", 1280, True),
     ("ar", 320, False)],
)  # fmt: skip
def test_a_report_and_coming_back(portal, browser_page, checked, language, width, script):
    page = browser_page(width, script=script, language=language)

    def look(name):
        checked(page, f"portal-{name}-{language}-{width}-{script}", script=script)

    code = to_the_code(page, portal, language, look)
    press(page)
    page.goto(f"{portal}/{language}/back/")
    look("back")
    page.locator("textarea[name=code]").fill(code)
    if not script:
        # Whoever types a code by hand has waited; here the wait is counted.
        page.wait_for_timeout(3100)
    else:
        page.wait_for_function("document.querySelector('input[name=work]').value")
    press(page)
    page.wait_for_url("**/box/")
    look("box")
    assert page.complaints == []


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_other_pages(portal, browser_page, checked, language):
    page = browser_page(320, language=language)
    for path in ("now", "about", "help", "today", "over", "done"):
        page.goto(f"{portal}/{language}/{path}/")
        checked(page, f"portal-{path}-{language}-320")
    assert page.complaints == []


def test_a_report_by_keyboard_alone(portal, browser_page):
    page = browser_page(320, script=False)
    page.goto(f"{portal}/en/b/1/")
    for _ in range(30):
        page.keyboard.press("Tab")
        if page.locator("input[name=kind]:focus").count():
            break
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    page.wait_for_url("**/b/2/")


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


def traces(folder):
    needles = (CANARY.encode(), CANARY.encode("utf-16-le"))
    return [
        str(path)
        for path in Path(folder).rglob("*")
        if path.is_file() and any(needle in path.read_bytes() for needle in needles)
    ]


@pytest.mark.parametrize("ending", ["noted", "exit"])
def test_the_browsers_profile_keeps_nothing_of_the_story(portal, tmp_path, ending, chromium):
    from tests.journeys.conftest import CHROMIUM, FLAGS

    context = chromium.browser_type.launch_persistent_context(
        tmp_path / "profile", executable_path=CHROMIUM, args=FLAGS
    )
    page = context.new_page()
    code = to_the_code(page, portal, "en")
    if ending == "noted":
        press(page)
    else:
        page.locator(".copse-exit button").click()
        page.wait_for_url("**/today/")
    context.close()
    assert traces(tmp_path / "profile") == []
    assert [p for p in (tmp_path / "profile").rglob("*")
            if p.is_file() and code.encode() in p.read_bytes()] == []  # fmt: skip


def test_a_browser_killed_in_the_middle_keeps_nothing_of_the_story(portal, tmp_path, chromium):
    import subprocess

    from tests.journeys.conftest import CHROMIUM, FLAGS

    profile = tmp_path / "profile"
    context = chromium.browser_type.launch_persistent_context(
        profile, executable_path=CHROMIUM, args=FLAGS
    )
    page = context.new_page()
    page.goto(f"{portal}/en/b/1/")
    page.locator("input[name=kind]").first.check()
    press(page)
    page.goto(f"{portal}/en/b/4/")
    page.locator("textarea").fill(CANARY)
    press(page)
    page.goto(f"{portal}/en/b/4/")
    page.locator("textarea").fill(f"{CANARY} and more")
    # A browser writes what it would restore every few seconds.
    page.wait_for_timeout(3000)
    started = subprocess.run(
        ["pgrep", "-f", f"user-data-dir={profile}"], capture_output=True, text=True, check=True
    )
    subprocess.run(["kill", "-KILL", *started.stdout.split()], check=False)
    with suppress(Exception):
        context.close()
    assert any(profile.rglob("*")), "the browser had begun to keep a profile"
    assert traces(profile) == []
