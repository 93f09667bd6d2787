"""The country's public pages in a real browser: read, found by keyboard, a number followed."""

from itertools import pairwise, product

import re
import pytest

from copse.kit.indicators import catalogue
from tests.journeys.walk import HEIGHT, LANGUAGES, WIDTHS, walk, weight

BUDGET = 30 * 1024
PLACES = {
    "overview": "", "strategy": "strategy/", "actions": "actions/", "action": "actions/REP-1/",
    "indicators": "indicators/", "indicator": "indicators/REP-TTR/", "law": "law/",
    "council": "council/", "reports": "reports/", "data": "data/",
}  # fmt: skip
MENU = [place for name, place in PLACES.items() if name not in {"action", "indicator"}]
LEVELS = "all => all.map(one => Number(one.tagName[1]))"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_reads_well(country, browser_page, checked, language):
    """In each language and width; every rule is tried once a page, each time in another language.

    Rules look at words, names and colours, which a template has or lacks in every language.
    """
    turn = LANGUAGES.index(language)
    page = browser_page(language=language)

    def look(name):
        number = list(PLACES).index(name)
        here, there = WIDTHS if number // 4 % 2 else WIDTHS[::-1]
        page.set_viewport_size({"width": there, "height": HEIGHT})
        checked(page, f"country-{name}-{language}", script=False)
        page.set_viewport_size({"width": here, "height": HEIGHT})
        checked(page, f"country-{name}-{language}", script=number % 4 == turn)
        levels = page.locator("h1, h2, h3, h4").evaluate_all(LEVELS)
        assert levels[0] == 1
        assert all(one <= before + 1 for before, one in pairwise(levels))

    walk(page, f"{country}/{language}/numbers/", PLACES, look)
    assert page.complaints == []
    assert page.context.cookies() == []


def test_a_first_view_is_thirty_kilobytes_at_most_as_it_is_served(country):
    every = [f"/{one}/numbers/{place}" for one, place in product(LANGUAGES, PLACES.values())]
    sizes = {path: weight(country, path) for path in every}
    assert {path: size for path, size in sizes.items() if size > BUDGET} == {}
    assert min(sizes.values()) > 9_000, "the style sheets were counted"


def test_a_number_is_followed_to_its_release_without_a_script(country, browser_page):
    page = browser_page(320, script=False)
    page.goto(f"{country}/en/numbers/")
    page.get_by_role("link", name="REP-TTR", exact=True).click()
    page.wait_for_url("**/numbers/indicators/REP-TTR/")
    indicator, said = catalogue()["REP-TTR"], page.locator("main").inner_text()
    assert indicator.formula["en"] in said
    assert all(fact in said for fact in indicator.facts)
    newest = page.locator("table:has(#values) tbody tr").first.locator("td").first.inner_text()
    link = page.get_by_role("link", name=re.compile(r"^release R-\d\d-\d{6}$"))
    content = page.request.get(f"{country}{link.get_attribute('href')}").json()
    (frozen,) = [one for one in content["indicators"] if one["code"] == "REP-TTR"]
    assert frozen["facts"] == list(indicator.facts)
    assert newest == frozen["value"] == frozen["series"][-1]["value"]
    assert f"within {newest} hours" in said


def test_the_keyboard_reaches_every_page_of_the_menu(country, browser_page):
    page = browser_page(320, script=False, language="ar")
    page.goto(f"{country}/ar/numbers/")
    reached = []
    while len(reached) < 40 and "/ar/numbers/data/" not in reached:
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.getAttribute('href')"))
    assert reached[-len(MENU) :] == [f"/ar/numbers/{place}" for place in MENU]
    page.keyboard.press("Enter")
    page.wait_for_url("**/ar/numbers/data/")
    assert page.locator(".copse-nav [aria-current=page]").get_attribute("href") in page.url
