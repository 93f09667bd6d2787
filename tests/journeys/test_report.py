"""A child's report in a real browser: with and without script, by keyboard, and what stays."""

import re
import threading
import urllib.request
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.chromium import CHROMIUM, FLAGS
from tests.journeys.conftest import LANGUAGES
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
    page.locator("a.copse-card__link[href$='/b/1/']").click()
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


@pytest.mark.parametrize(
    ("language", "width"), [*((one, 320) for one in LANGUAGES), ("en", 1280), ("ar", 1280)]
)
def test_the_other_pages(portal, browser_page, checked, language, width):
    page = browser_page(width, language=language)
    for path in ("now", "about", "help", "today", "over", "done"):
        page.goto(f"{portal}/{language}/{path}/")
        checked(page, f"portal-{path}-{language}-{width}")
    assert page.complaints == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_went_wrong_is_said_readably(portal, browser_page, checked, language):
    """Every page that speaks of an error, the wait, and the pages behind the code."""
    page = browser_page(320, language=language)
    # Without the ticket's work, so that the page that asks to wait is seen.
    page.route("**/portal/work.js", lambda route: route.abort())
    at = f"{portal}/{language}"

    def look(name):
        checked(page, f"portal-{name}-{language}-320")

    page.goto(f"{at}/b/1/")
    press(page)
    look("kind-error")
    page.goto(f"{at}/b/4/")
    page.locator("textarea").fill("word " * 4_100)
    press(page)
    assert page.locator(".govuk-error-message").is_visible()
    assert page.locator("textarea").input_value() == "word " * 4_100
    look("story-error")
    page.locator("textarea").fill("")
    code = to_the_code(page, portal, language)
    press(page)
    page.goto(f"{at}/back/")
    page.locator("textarea").fill("12 34")
    press(page)
    look("back-error")
    page.locator("textarea").fill(code)
    press(page)
    page.wait_for_url("**/back/wait/")
    look("wait")
    page.wait_for_timeout(3100)
    press(page)
    page.wait_for_url("**/box/")
    press(page)
    look("box-error")
    page.goto(f"{at}/box/end/")
    look("withdraw")
    press(page)
    look("withdrawn")


def go_to(page, what):
    """Tab on until the focus is there; nothing is clicked."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.locator(f"{what}:focus").count():
            return
    pytest.fail(f"the keyboard never comes to {what}")


def press_by_keyboard(page, onward):
    go_to(page, "main form button[type=submit]")
    page.keyboard.press("Enter")
    page.wait_for_url(onward)


def test_a_report_and_coming_back_by_keyboard_alone(portal, browser_page):
    language = "ar"
    page = browser_page(320, script=False, language=language)
    page.goto(f"{portal}/{language}/")
    go_to(page, "a[href$='/b/1/']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/b/1/")
    for number, name in enumerate(STEPS, 1):
        if name in ("where", "story", "contact"):
            go_to(page, f"textarea[name={name}]")
            page.keyboard.type(CANARY)
        else:
            go_to(page, f"input[name={name}]")
            page.keyboard.press("ArrowDown")
            assert page.locator(f"input[name={name}]:checked").count() == 1
        press_by_keyboard(page, f"**/b/{number + 1}/" if number < 7 else "**/check/")
    press_by_keyboard(page, "**/done/1/")
    code = page.locator(".copse-code").inner_text()
    press_by_keyboard(page, "**/done/")
    page.goto(f"{portal}/{language}/back/")
    page.wait_for_timeout(3100)
    go_to(page, "textarea[name=code]")
    page.keyboard.type(code)
    press_by_keyboard(page, "**/box/")
    go_to(page, ".copse-exit button")
    page.keyboard.press("Enter")
    page.wait_for_url("**/today/")


def test_the_printed_receipt_is_the_code_and_no_name_of_ours(portal, browser_page, photograph):
    page = browser_page(script=False)
    code = to_the_code(page, portal, "en")
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


def weight(site, path):
    """Every byte a phone fetches for its first view of a page, headers too."""
    page, total = fetched(site + path)
    for part in set(re.findall(r'(?:src|href)="(/static/[^"]+)"', page.decode())):
        _, size = fetched(site + part)
        total += size
    return total


def fetched(url):
    request = urllib.request.Request(url, headers={"Accept-Encoding": "gzip"})
    with urllib.request.urlopen(request) as answer:
        body = answer.read()
        return body, len(body) + len(str(answer.headers))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_first_view_is_thirty_kilobytes_at_most_as_it_is_served(portal, language):
    paths = ["", "now/", "about/", "help/", "back/", *(f"b/{number}/" for number in range(1, 8))]
    sizes = {path: weight(portal, f"/{language}/{path}") for path in paths}
    assert {path: size for path, size in sizes.items() if size > 30 * 1024} == {}
    assert min(sizes.values()) > 9_000, "the style sheet was counted"


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


def traces(folder, word=CANARY):
    needles = (word.encode(), word.encode("utf-16-le"))
    return [
        str(path)
        for path in Path(folder).rglob("*")
        if path.is_file() and any(needle in path.read_bytes() for needle in needles)
    ]


@pytest.mark.parametrize("ending", ["sent", "noted", "exit"])
def test_the_browsers_profile_keeps_nothing_of_the_story(portal, tmp_path, ending, chromium):
    context = chromium.browser_type.launch_persistent_context(
        tmp_path / "profile", executable_path=CHROMIUM, args=FLAGS
    )
    page = context.new_page()
    code = to_the_code(page, portal, "en")
    if ending == "noted":
        press(page)
    elif ending == "exit":
        page.locator(".copse-exit button").click()
        page.wait_for_url("**/today/")
    context.close()
    for word in (CANARY, code, code.replace(" ", "")):
        assert traces(tmp_path / "profile", word) == []


CARELESS = """<form method=post><textarea name=story></textarea><button>Send</button></form>"""


class _Careless(BaseHTTPRequestHandler):
    """What a page that keeps none of our promises does: stored, and answered by a 200."""

    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Cache-Control", "max-age=600")
        self.end_headers()
        self.wfile.write(f"{CARELESS}<p>{CANARY}</p>".encode())

    do_POST = do_GET  # noqa: N815 - the library's own name

    def log_message(self, *args):
        pass


def test_the_search_of_a_profile_finds_what_a_careless_page_leaves(tmp_path, chromium):
    careless = ThreadingHTTPServer(("127.0.0.1", 0), _Careless)
    threading.Thread(target=careless.serve_forever, daemon=True).start()
    context = chromium.browser_type.launch_persistent_context(
        tmp_path / "profile", executable_path=CHROMIUM, args=FLAGS
    )
    page = context.new_page()
    page.goto(f"http://127.0.0.1:{careless.server_port}/")
    page.locator("textarea").fill(CANARY)
    page.locator("button").click()
    context.close()
    careless.shutdown()
    careless.server_close()
    assert traces(tmp_path / "profile")


def test_a_browser_killed_in_the_middle_keeps_nothing_of_the_story(portal, tmp_path, chromium):
    import subprocess

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
