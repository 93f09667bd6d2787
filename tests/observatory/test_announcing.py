"""The release calendar: told ahead by the publisher, moved with a reason, late where it is late."""

from datetime import UTC, date, datetime, timedelta
from html import escape

import pytest
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format

from copse.base import audit
from copse.base.access import Denied
from copse.base.audit.models import Entry
from copse.kit import periods
from copse.kit.parcels import FactSheet
from copse.observatory import queries, services
from copse.observatory.models import Announcement
from copse.observatory.queries.page import month_name
from copse.observatory.workflow import Action
from tests.observatory.counting import GITA, HANA, OLU, SYSTEM, opened, uuid4
from tests.observatory.test_indicator_pages import enter, house

__all__ = ["enter", "house"]
LANGUAGES = ("en", "fr", "ar", "sw")
WHY = "The hotline asked for a week to read what came in over the holidays."


def today():
    return timezone.localdate()


def running():
    return f"{today():%Y-%m}"


def ahead(days=40):
    """A day on which the month that runs is over."""
    return today() + timedelta(days=days)


@pytest.fixture
def desk(db):
    with opened():
        yield HANA


def counted():
    sheet = FactSheet(
        id=uuid4(), desk=uuid4(), room="hotline", fact="hotline.concerns", cells=(),
        dimensions=("month", "risk_class"), period=queries.last_full_month(),
    )  # fmt: skip
    services.receive(actor=SYSTEM, sheet=sheet)


def test_a_day_that_moves_stays_to_be_seen_with_the_reason(desk):
    services.announce(actor=HANA, until=running(), on=ahead(40))
    services.announce(actor=HANA, until=running(), on=ahead(47), reason=WHY)
    services.announce(actor=HANA, until=running(), on=ahead(45), reason="It went faster.")

    (found,) = queries.coming()
    assert (found.last_month, found.on, found.late) == (running(), ahead(45), False)
    assert [(one.was, one.told_on, one.reason) for one in found.moves] == [
        (ahead(40), today(), WHY),
        (ahead(47), today(), "It went faster."),
    ]
    assert [one.on for one in queries.announced(running())] == [ahead(40), ahead(47), ahead(45)]


def test_telling_and_moving_are_written_down_without_the_words(desk):
    first = services.announce(actor=HANA, until=running(), on=ahead(40))
    moved = services.announce(actor=HANA, until=running(), on=ahead(47), reason=WHY)
    for one in (first, moved):
        assert audit.actions_on(one) == [Action.ANNOUNCE]
    codes = {one.subject: one.codes for one in Entry.objects.filter(action=Action.ANNOUNCE)}
    told = {"last": running(), "on": ahead(40).isoformat()}
    assert codes[first.pk] == told
    assert codes[moved.pk] == told | {"on": ahead(47).isoformat(), "was": ahead(40).isoformat()}


def test_the_nearest_comes_first(desk):
    later = f"{periods.months_after(today(), 1):%Y-%m}"
    services.announce(actor=HANA, until=later, on=ahead(90))
    services.announce(actor=HANA, until=running(), on=ahead(40))
    assert [one.last_month for one in queries.coming()] == [running(), later]


def test_what_is_out_leaves_the_calendar_and_takes_earlier_months_with_it(desk):
    """A release covers the months before its last one: a promise for one of them is kept."""
    counted()
    last = queries.last_full_month()
    before = f"{periods.months_after(periods.first_day(last), -1):%Y-%m}"
    for month in (before, last, running()):
        services.announce(actor=HANA, until=month, on=ahead())
    services.publish(actor=HANA)

    assert [one.last_month for one in queries.coming()] == [running()]
    assert queries.months_to_come()[0][0] == running()
    for month in (before, last):
        with pytest.raises(services.BadDate, match="are out already") as refused:
            services.announce(actor=HANA, until=month, on=ahead(50), reason=WHY)
        assert refused.value.facts["field"] == "until"


@pytest.mark.parametrize(("days", "says"), [(0, "still to come"), (1, "not be over")])
def test_a_day_that_cannot_be_kept_is_refused(desk, days, says):
    with pytest.raises(services.BadDate, match=says) as refused:
        services.announce(actor=HANA, until="2999-01", on=ahead(days))
    assert refused.value.facts["field"] == "on"


def test_a_month_is_over_on_the_day_after_its_last(desk):
    last = periods.last_day("2999-12")
    with pytest.raises(services.BadDate, match="not be over"):
        services.announce(actor=HANA, until="2999-12", on=last)
    assert services.announce(actor=HANA, until="2999-12", on=last + timedelta(days=1))


def test_today_is_the_installs_own(desk, monkeypatch):
    """At half past ten in the evening in London it is tomorrow in Nairobi."""
    night = datetime(2026, 12, 14, 22, 30, tzinfo=UTC)
    monkeypatch.setattr("django.utils.timezone.now", lambda: night)
    with timezone.override("Africa/Nairobi"), pytest.raises(services.BadDate, match="to come"):
        services.announce(actor=HANA, until="2026-11", on=date(2026, 12, 15))
    assert services.announce(actor=HANA, until="2026-11", on=date(2026, 12, 15))


@pytest.mark.parametrize(
    ("days", "reason", "field", "says"),
    [
        (47, "", "reason", "Say why"),
        (47, " \n", "reason", "Say why"),
        (40, WHY, "on", "told already"),
    ],
)
def test_a_move_without_a_reason_or_to_the_same_day_is_refused(desk, days, reason, field, says):
    services.announce(actor=HANA, until=running(), on=ahead(40))
    with pytest.raises(services.BadDate, match=says) as refused:
        services.announce(actor=HANA, until=running(), on=ahead(days), reason=reason)
    assert refused.value.facts["field"] == field
    assert len(queries.announced(running())) == 1


def test_a_day_that_passed_is_late_and_may_be_moved_on(desk):
    Announcement(last_month=running(), on=today()).save(force_insert=True)
    assert not queries.coming()[0].late, "its day is not over"
    Announcement(last_month="2026-01", on=today() - timedelta(days=1)).save(force_insert=True)
    assert [(one.last_month, one.late) for one in queries.coming()] == [
        ("2026-01", True),
        (running(), False),
    ]
    services.announce(actor=HANA, until="2026-01", on=ahead(), reason=WHY)
    assert not any(one.late for one in queries.coming())


@pytest.mark.parametrize("who", [OLU, GITA])
def test_only_a_publisher_announces(db, who):
    with opened(who), pytest.raises(Denied):
        services.announce(actor=who, until=running(), on=ahead())


# The page ----------------------------------------------------------------------------------------


def place(name, language="en"):
    with translation.override(language):
        return reverse(f"observatory:{name}")


def post(client, language="en", **typed):
    fields = {"until": running(), "on": ahead().isoformat(), "reason": "", **typed}
    return client.post(place("announce", language), fields)


def public(client, language="en"):
    return client.get(f"/{language}/numbers/").content.decode()


def told(house):
    with house.open():
        return queries.announced(running())


def test_hana_announces_and_moves_and_everybody_reads_both(house, enter, client):
    hana = enter(house.hana)
    answer = post(hana)
    assert (answer.status_code, answer["Location"]) == (303, place("releases"))
    desk = hana.get(place("releases")).content.decode()
    assert "The public is told of that day." in desk
    promise = f"will be published on {ahead().day} {ahead():%B %Y}."
    assert promise in desk
    assert promise in public(client), "before the first release, too"

    assert post(hana, on=ahead(47).isoformat(), reason="<b>Late</b> counts").status_code == 303
    page = public(client)
    assert promise not in page
    assert f"will be published on {ahead(47).day} {ahead(47):%B %Y}." in page
    assert f"it was promised for {ahead().day} {ahead():%B %Y}." in page
    assert "<bdi>&lt;b&gt;Late&lt;/b&gt; counts</bdi>" in page


WRONG = [
    ({"on": "2020-01-01"}, "on", {
        "en": "Choose a day that is still to come: a date is told ahead.",
        "fr": "Choisissez un jour à venir : une date s’annonce à l’avance.",
        "ar": "اختر يوما لم يأت بعد: فالموعد يُعلن مسبقا.",
        "sw": "Chagua siku ambayo bado haijafika: tarehe hutangazwa mapema.",
    }),
    ({"on": "soon"}, "on", {
        "en": "Write a day such as 2026-11-25.", "fr": "Écrivez un jour comme 2026-11-25.",
        "ar": "اكتب يوما مثل 2026-11-25.", "sw": "Andika siku kama 2026-11-25.",
    }),
    ({"until": "2026-13"}, "until", {
        "en": "Choose a month of the list.", "fr": "Choisissez un mois de la liste.",
        "ar": "اختر شهرا من القائمة.", "sw": "Chagua mwezi kwenye orodha.",
    }),
    ({"reason": WHY}, "reason", {
        "en": "No day was told for this month, so none moves. Leave this empty.",
        "fr": "Aucun jour n’a été annoncé pour ce mois, donc rien ne change. Laissez ce champ vide.",
        "ar": "لم يُعلن أي يوم لهذا الشهر، فلا موعد يتغير. اترك هذا فارغا.",
        "sw": "Hakuna siku iliyotangazwa kwa mwezi huu, kwa hiyo hakuna inayobadilika. Acha wazi.",
    }),
]  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("typed", "field", "said"), WRONG)
def test_what_cannot_be_is_said_at_its_field_and_stays_as_typed(
    house, enter, typed, field, said, language
):
    page = post(enter(house.hana), language, **typed)
    assert page.status_code == 200
    html = page.content.decode()
    assert f'id="announce-{field}_error"' in html
    assert html.count(escape(said[language], quote=False)) == 2, "above, and at the field"
    for value in ({"on": ahead().isoformat()} | typed).values():
        assert value in html or value == "2026-13"
    assert told(house) == []


def test_a_month_keeps_only_five_hundred_characters_of_reason(house, enter):
    hana = enter(house.hana)
    post(hana)
    long = "x" * 501
    page = post(hana, on=ahead(47).isoformat(), reason=long).content.decode()
    assert "at most 500 characters" in page
    assert long in page
    assert post(hana, on=ahead(47).isoformat(), reason="x\0y").status_code == 200
    missing = post(hana, on=ahead(47).isoformat()).content.decode()
    assert f"The public was told {ahead().day} {ahead():%B %Y}. Say why that moves." in missing
    assert len(told(house)) == 1
    assert post(hana, on=ahead(47).isoformat(), reason="x" * 500).status_code == 303


def test_the_address_alone_leads_back_to_the_page(house, enter):
    answer = enter(house.hana).get(place("announce"))
    assert (answer.status_code, answer["Location"]) == (303, place("releases"))


@pytest.mark.parametrize("who", ["olu", "gita"])
def test_others_find_nothing_there(house, enter, who):
    assert post(enter(getattr(house, who))).status_code == 404
    assert told(house) == []


def test_a_stranger_is_asked_who_they_are(house, client):
    answer = post(client)
    assert answer.status_code in {302, 303}
    assert "numbers" not in answer["Location"]
    assert told(house) == []


LATE = {
    "en": ("The numbers up to {month} were promised for {day} and are not published yet.",
           "will be published"),
    "fr": ("Les chiffres jusqu’à {month} étaient promis pour le {day} et n’ont pas encore paru.",
           "paraîtront"),
    "ar": ("وُعد بنشر الأرقام حتى {month} يوم {day}، ولم تُنشر بعد.", "ستُنشر"),
    "sw": ("Takwimu hadi {month} ziliahidiwa tarehe {day} na bado hazijachapishwa.",
           "zitachapishwa"),
}  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_passed_day_is_not_promised_again(house, client, language):
    with house.open():
        Announcement(last_month="2026-01", on=date(2026, 3, 5)).save(force_insert=True)
    page = public(client, language)
    sentence, promised = LATE[language]
    with translation.override(language):
        day = date_format(date(2026, 3, 5), "j F Y")
        assert escape(sentence.format(month=month_name("2026-01"), day=day), quote=False) in page
    assert promised not in page


def test_a_page_that_was_kept_turns_late_with_the_day(house, client, monkeypatch):
    with house.open():
        Announcement(last_month="2026-01", on=date(2026, 3, 5)).save(force_insert=True)
    for hour, late in ((datetime(2026, 3, 5, 23, tzinfo=UTC), False),
                       (datetime(2026, 3, 6, 0, tzinfo=UTC), True)):  # fmt: skip
        monkeypatch.setattr("django.utils.timezone.now", lambda hour=hour: hour)
        page = public(client)
        assert ("not published yet" in page) == late
        assert ("will be published" in page) != late


def test_nothing_told_is_ever_taken_back(house):
    with house.open():
        row = Announcement(last_month="2026-01", on=date(2026, 3, 5))
        row.save(force_insert=True)
    for act in (row.delete, row.save):
        with pytest.raises(Exception, match="permission denied"), house.open():
            act()
