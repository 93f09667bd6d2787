"""What a reporter does at the portal, as every journey there needs it."""

from tests.portal.browser import CANARY

STEPS = ("kind", "closer", "where", "story", "age", "danger", "contact")
TYPED = ("where", "story", "contact")


def press(page):
    page.locator("main form button[type=submit]").first.click()


def answer(page, name):
    if name in TYPED:
        page.locator(f"textarea[name={name}]").fill(CANARY if name == "story" else "")
    else:
        page.locator(f"input[name={name}]").nth(1).check()
    press(page)


def send(page, look=lambda _: None):
    """From the page that shows what was said to the code."""
    look("check")
    press(page)
    page.wait_for_url("**/done/1/")
    look("receipt")
    return page.locator(".copse-code").inner_text()


def tell_everything(page, home, look, before=None):
    """Through every question to the code; `before[name]` is done first on the page of that name."""
    page.goto(home)
    look("start")
    page.locator("a.copse-card__link[href$='/b/1/']").click()
    for name in STEPS:
        look(name)
        if before and name in before:
            before[name](page)
        answer(page, name)
    return send(page, look)


def tell(page, home):
    """The shortest way to a code: what must be said, and the story."""
    page.goto(f"{home}b/1/")
    answer(page, "kind")
    page.goto(f"{home}b/4/")
    answer(page, "story")
    page.goto(f"{home}check/")
    return send(page)
