"""Walking pages as their readers do, and looking at each; a browser is dear, a second width cheap.

A room's own journey is short: fill its desk once (a fixture on `site`), open one `browser_page()`,
and for each language `walk(page, f"{site}/{language}/desk/room/", {"name": "place/"}, look)`, where
`look(name)` is `checked(page, f"room-{name}-{language}", widths=WIDTHS)`. One test, one database.
"""

import gzip
import re
import urllib.request
from types import SimpleNamespace

from axe_playwright_python.base import AXE_SCRIPT

LANGUAGES = ("en", "fr", "ar", "sw")
WIDTHS = (320, 1280)
HEIGHT = 800

# Tags are named, or target size is not tried.
EVERY_RULE = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# What a second width may break on a page whose words, names and colours were looked at in another.
RULES_OF_WIDTH = {"type": "rule", "values": ["target-size", "scrollable-region-focusable"]}

# A colour is the same in every language; one of each direction is looked at, for it takes longest.
LOOKED_AT_FOR_COLOUR = ["en", "ar"]

# What passes is not told: telling is most of the work.
_AXE = """
async ([only, coloured]) => {
  const enabled = coloured.includes(document.documentElement.lang);
  const rules = { "color-contrast": { enabled } };
  const options = { runOnly: only, rules, resultTypes: ["violations"], reporter: "no-passes" };
  const found = await axe.run(options);
  return found.violations.map(({ id, nodes }) => [id, nodes.slice(0, 3).map((one) => one.html)]);
}
"""
_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def axe_of(page, rules):
    """The violations of WCAG 2.2 AA on this page, as it stands."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
        # From the next page on it is there already: the browser compiles it once, not each time.
        page.add_init_script(AXE_SCRIPT)
    found = page.evaluate(_AXE, [rules, LOOKED_AT_FOR_COLOUR])
    return [(rule, [html[:160] for html in nodes]) for rule, nodes in found]


def seen_on(page, rules):
    """What is wrong with a page: axe's findings, sideways scroll, and addresses that are not ours.

    Without rules for axe, which is a script itself, the rest is looked at.
    """
    # A form's answer is looked at when its styles are there, too.
    page.wait_for_load_state()
    origin = "/".join(page.url.split("/")[:3])
    return SimpleNamespace(
        axe=axe_of(page, rules) if rules else [],
        wide=page.evaluate(_WIDE),
        foreign=[url for url in page.asked if not url.startswith((origin, "data:"))],
    )


NOTHING = SimpleNamespace(axe=[], wide=0, foreign=[])


def walk(page, home, places, look):
    """Open each place below `home`, and look at it under its name."""
    for name, place in places.items():
        page.goto(home + place)
        look(name)


def weight(site, path):
    """Every byte a phone fetches for its first view of a page, headers too."""
    page, total = _fetched(site + path)
    for part in set(re.findall(r'(?:src|href)="(/static/[^"]+)"', page.decode())):
        _, size = _fetched(site + part)
        total += size
    return total


def _fetched(url):
    request = urllib.request.Request(url, headers={"Accept-Encoding": "gzip"})
    with urllib.request.urlopen(request) as answer:
        body = answer.read()
        size = len(body) + len(str(answer.headers))
        packed = answer.headers["Content-Encoding"] == "gzip"
        return gzip.decompress(body) if packed else body, size
