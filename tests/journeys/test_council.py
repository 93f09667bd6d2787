"""The council's secretary, the planner and the children's rights institution, in a real browser."""

import pytest
from django.core.cache import cache

from copse.base import database
from copse.base.accounts.models import User
from copse.base.organisations.models import Organisation
from copse.project.demo import council, table
from copse.strategy.models import Consultation, Decision, Meeting, Opinion, Seat
from tests.journeys.walk import HEIGHT, LANGUAGES, WIDTHS, walk
from tests.strategy.office import Office

WORDS = "a long enough password"
NAMES = {name for _group, name in (*table.SEATS, table.ADVISER)} | {
    said.owner for sitting in table.SITTINGS for said in sitting.said
}
CONFLICTED = next(one for one in table.SITTINGS if one.conflict[0])
# Where words stand in four languages; the other pages are looked at in one.
WORDY = ("consultations", "heard", "council", "meeting", "opinion")


class Arbora:
    """The strategy office of Arbora after a year; `actor` as the demonstration asks for it."""

    def __init__(self, site):
        self.site, self.office = site, Office()
        with database.as_room("administration"):
            for name in NAMES:
                Organisation(name=name, kind="ministry").save(force_insert=True)
        self.office.strategy(title="Safe and able online")
        council.fill(self)
        for name in ("leo", "ines", "mwana"):
            user = User.objects.get(email=f"{name}@example.org")
            user.set_password(WORDS)
            user.save(update_fields=["password"])

    def actor(self, name):
        return getattr(self.office, name)

    def places(self):
        with self.office.open():
            first = {
                "heard": ("consultations", Consultation.objects.get(stage="heard")),
                "designed": ("consultations", Consultation.objects.get(stage="designed")),
                "meeting": ("council/meetings", Meeting.objects.get(title=CONFLICTED.title)),
                "called": ("council/meetings", Meeting.objects.get(stage="called")),
                "decision": ("council/decisions", Decision.objects.filter(stage="open").first()),
                "opinion": ("opinions", Opinion.objects.get(stage="published")),
                "replied": ("opinions", Opinion.objects.get(stage="answered")),
            }  # fmt: skip
            vacant = Seat.objects.get(organisation_id=None)
        found = {name: f"{place}/{row.reference}/" for name, (place, row) in first.items()}
        found |= {name: f"{name}/" for name in ("consultations", "council", "opinions")}
        new = {"new-meeting": "council/meetings/new/", "new-seat": "council/seats/new/"}
        return {**found, **new, "seat": f"council/seats/{vacant.pk}/"}


@pytest.fixture
def arbora(site):
    cache.clear()
    return Arbora(site)


def come_in(arbora, browser_page, name):
    page = browser_page()
    page.goto(f"{arbora.site}/en/desk/account/login/")
    page.fill("input[name=login]", f"{name}@example.org")
    page.fill("input[name=password]", WORDS)
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url("**/desk/**")
    return page


def press(page, words):
    page.get_by_role("button", name=words, exact=True).click()


def test_a_year_of_the_council_is_read_and_answered(arbora, browser_page, checked):
    places = arbora.places()
    leo = come_in(arbora, browser_page, "leo")

    def look(name):
        checked(leo, f"council-{name}", widths=WIDTHS)

    def look_for_room(name):
        leo.set_viewport_size({"width": min(WIDTHS), "height": HEIGHT})
        checked(leo, f"council-{name}", script=False)

    walk(leo, f"{arbora.site}/en/desk/strategy/", places, look)
    for language in LANGUAGES[1:]:
        # One language of each direction is looked at in full; in the others, words may be longer.
        chosen = {
            f"{name}-{language}": f"{language}/desk/strategy/{places[name]}" for name in WORDY
        }
        walk(leo, f"{arbora.site}/", chosen, look if language == "ar" else look_for_room)
    home = f"{arbora.site}/en/desk/strategy/"
    ines = come_in(arbora, browser_page, "ines")
    ines.goto(home + places["heard"])
    ines.fill("textarea[name=answer-answer]", "A short list of questions comes in spring.")
    press(ines, "Answer")
    ines.get_by_text("A short list of questions comes in spring.").wait_for()
    checked(ines, "council-answered")
    mwana = come_in(arbora, browser_page, "mwana")
    mwana.goto(home + "opinions/new/")
    checked(mwana, "council-write", widths=WIDTHS)
    mwana.fill("input[name=title]", "Nobody told the children")
    mwana.fill("textarea[name=body]", "The answer is written for grown-ups.")
    press(mwana, "Keep it")
    press(mwana, "Publish the opinion")
    mwana.get_by_text("Waits for a reply").wait_for()
    ines.goto(home + "opinions/")
    ines.get_by_role("link", name="Nobody told the children").click()
    ines.fill("textarea[name=reply-reply]", "It is written anew, with two of them.")
    press(ines, "Reply")
    ines.get_by_text("It is written anew, with two of them.").wait_for()
    checked(ines, "council-replied")
