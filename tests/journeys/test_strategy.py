"""The strategy desk in a real browser: its pages, a goal by keyboard, an opinion to the public."""

from datetime import date

from django.utils import timezone

from copse.base import database, jobs
from copse.observatory import services as observatory
from copse.strategy.models import Goal
from copse.strategy.services import plan
from tests.journeys.arbora import WORDS, actor
from tests.journeys.test_directory import entered, entered_by, tab_to, typed
from tests.journeys.walk import HEIGHT, WIDTHS, walk

# The council's own pages, with as much on them, are read in `test_council.py`.
PLACES = {
    "plan": "", "actions": "actions/", "action": "actions/REP-1/", "law": "law/",
    "questions": "law/questions/", "frameworks": "frameworks/",
    "framework": "frameworks/icmec/", "crosswalk": "crosswalks/icmec--law/",
}  # fmt: skip
WRONG, RIGHT = "2030-Q5 many", "2030-Q4 10"


def come_in(country, browser_page, name):
    page = browser_page()
    page.goto(f"{country}/en/desk/account/login/")
    page.fill("input[name=login]", f"{name}@arbora.example")
    page.fill("input[name=password]", WORDS)
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url("**/desk/**")
    page.home = f"{country}/en/desk/strategy/"
    page.goto(page.home)
    return page


def test_the_planner_reads_every_page(country, browser_page, checked):
    """In both directions of writing and both widths; every rule is tried once a page."""
    page = come_in(country, browser_page, "ines")
    measure = page.locator("main a[href*='/measures/']").first.get_attribute("href")
    places = {**PLACES, "measure": measure.partition("/strategy/")[2]}

    def look(name):
        number = list(places).index(name)
        page.set_viewport_size({"width": WIDTHS[number // 2 % 2], "height": HEIGHT})
        every = (language == "ar") == number % 2
        checked(page, f"strategy-{name}-{language}", script=every, widths=WIDTHS)

    for language in ("en", "ar"):
        walk(page, f"{country}/{language}/desk/strategy/", places, look)
    assert page.complaints == []


def next_plan():
    ines = actor("ines")
    year = timezone.localdate().year + 4
    with database.as_desk(ines.desk, ines.user_id):
        return plan.draft(
            actor=ines, title="The next plan", first_day=date(year, 1, 1),
            last_day=date(year + 2, 12, 31),
        )  # fmt: skip


def test_a_goal_is_written_by_keyboard_with_a_wrong_target_first(country, browser_page, checked):
    page, strategy = come_in(country, browser_page, "ines"), next_plan()
    page.goto(f"{page.home}plans/{strategy.reference}/")
    entered_by(page, "a[href$='/goals/new/']")
    typed(page, "code", "G-1")
    typed(page, "title", "Half as many wait a day")
    typed(page, "finding", "Of ten pages nine stayed up.")
    tab_to(page, "[name=due]")
    page.keyboard.type(f"{strategy.last_day:%m%d%Y}")
    typed(page, "targets", WRONG)
    entered(page)
    checked(page, "strategy-goal-wrong", widths=WIDTHS)
    entered_field = page.locator(".govuk-error-summary a")
    assert WRONG in entered_field.inner_text()
    entered_field.focus()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.name") == "targets"
    assert page.input_value("[name=title]") == "Half as many wait a day"
    assert page.input_value("[name=targets]") == WRONG
    page.keyboard.press("Control+A")
    page.keyboard.type(RIGHT)
    entered(page)
    assert page.get_by_role("heading", name="Half as many wait a day").is_visible()
    with database.as_desk(actor("ines").desk):
        goal = Goal.objects.get(strategy=strategy)
        assert [(one.period, one.value) for one in goal.targets.all()] == [("2030-Q4", 10)]
        assert goal.due == strategy.last_day


def press(page, words):
    page.get_by_role("button", name=words, exact=True).click()


def test_an_opinion_goes_from_its_institution_to_the_public(country, browser_page, checked):
    mwana = come_in(country, browser_page, "mwana")
    mwana.goto(f"{mwana.home}opinions/new/")
    mwana.fill("input[name=title]", "Nobody told the children")
    mwana.fill("textarea[name=body]", "The answer is written for grown-ups.")
    press(mwana, "Keep it")
    checked(mwana, "strategy-opinion-draft", widths=WIDTHS)
    press(mwana, "Publish the opinion")
    mwana.get_by_text("Waits for a reply").wait_for()
    assert mwana.get_by_role("link", name="Change it").count() == 0
    ines = come_in(country, browser_page, "ines")
    press(ines, "Send it to the observatory")
    ines.get_by_text("The public reads it with the next release").wait_for()
    jobs.drain()
    hana = actor("hana")
    with database.as_desk(hana.desk, hana.user_id):
        observatory.publish(actor=hana)
    reader = browser_page(320, script=False)
    reader.goto(f"{country}/en/numbers/council/")
    assert reader.get_by_role("heading", name="Nobody told the children").is_visible()
