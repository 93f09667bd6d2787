"""The pages of the law, as the legal officer and the others open and post them."""

import re
from datetime import date

import pytest
from django.urls import reverse

from copse.strategy.models import (
    Accession,
    Amendment,
    Expression,
    LabelGround,
    Power,
    Provision,
    Work,
)
from copse.strategy.queries import public_law
from copse.strategy.services import law, law_powers
from copse.strategy.queries import law as queries
from tests.strategy.register import TODAY

PAGES = ("law", "law-questions", "law-verbs", "law-powers", "treaties", "law-labels")

FOLD = re.compile(
    r'<details class="govuk-details"( open|)><summary[^>]*><span[^>]*><bdi>([^<]*)</bdi>'
    r"(.*?)</details>",
    re.DOTALL,
)


def there(name, *args):
    return reverse(f"strategy:{name}", args=args)


def text(response):
    return response.content.decode()


def test_a_law_is_entered_with_its_articles_and_answers_a_question(office, enter):
    client = enter(office.karima)
    assert "No law is entered yet." in text(client.get(there("law")))
    work = {
        "title": "Cybercrime Act 2019",
        "kind": "act",
        "number": "12",
        "passed_on": "2019-05-02",
    }
    assert client.post(there("law-new"), work).status_code == 303
    with office.open():
        ref = Work.objects.get().reference
    article = {"article-number": "12(3)", "article-heading": "Possession",
               "article-commenced_on": "2019-06-01"}  # fmt: skip
    assert client.post(there("law-article", ref), article).status_code == 303
    page = text(client.get(there("law-work", ref)))
    assert "12(3)" in page
    assert "In force" in page
    with office.open():
        key = Provision.objects.get().pk
    answer = {"value": "in_force", "provisions": [str(key)], "note": "As the court reads it."}
    assert client.post(there("law-question", "LAW-13"), answer).status_code == 303
    page = text(client.get(there("law-questions")))
    assert "Cybercrime Act 2019, 12(3)" in page
    assert "since 1 Jun 2019" in page
    assert "12(3)" in text(client.get(there("law-verbs")))


def test_a_state_that_does_not_follow_is_said_and_what_was_typed_stays(office, enter, register):
    client = enter(office.karima)
    posted = {
        "value": "in_force",
        "provisions": [str(register.waiting.pk)],
        "note": "I believe so.",
    }
    page = client.post(there("law-question", "LAW-13"), posted)
    assert page.status_code == 200
    assert "No article you named is in force today." in text(page)
    assert "I believe so." in text(page)
    assert f'value="{register.waiting.pk}" checked' in text(page)


def test_hundreds_of_articles_are_folded_law_by_law_and_a_choice_stays_in_sight(
    office, enter, register
):
    laws = [register.enter(f"Law {at}", "act", date(2019, 5, 2)) for at in range(10)]
    with office.open():
        Provision.objects.bulk_create(
            Provision(work=one, number=str(number)) for one in laws for number in range(1, 51)
        )
        key = str(Provision.objects.get(work=laws[7], number="31").pk)
    client = enter(office.karima)
    fresh = text(client.get(there("law-question", "LAW-13")))
    folds = FOLD.findall(fresh)
    assert [is_open for is_open, _law, _rest in folds] == [""] * len(folds)
    assert {f"Law {at}" for at in range(10)} <= {law for _open, law, _rest in folds}
    assert fresh.count(' name="provisions"') >= 500
    shown = text(client.post(there("law-question", "LAW-13"), {"provisions": [key]}))
    first, *others = FOLD.findall(shown)
    assert first[:2] == (" open", "Law 7")
    assert "chosen: 1 of 50" in first[2]
    boxes = re.findall(r'<input[^>]*name="provisions"[^>]*>', first[2])
    assert len(boxes) == 50
    assert key in boxes[0]
    assert [" checked" in one for one in boxes] == [True] + [False] * 49
    assert not any(is_open or " checked" in rest for is_open, _law, rest in others)


def test_an_amendment_reopens_answers_on_the_desk_at_once(office, enter, register):
    register.answer("LAW-9", "in_force", register.valid)
    by, client = register.enter("Amendment Act 2026", "act", TODAY), enter(office.karima)
    posted = {"amend-by": by.reference, "amend-on": TODAY.isoformat(), "amend-provisions": ["12(3)"],
              "amend-what": "Streaming is covered, too."}  # fmt: skip
    assert client.post(there("law-amend", register.act.reference), posted).status_code == 303
    with office.open():
        assert Amendment.objects.get().provisions == ["12(3)"]
        public = {one["node"]: one for one in public_law.part()["law"]["questions"]}
    assert public["LAW-9"]["reopened"] is True
    assert public["LAW-9"]["state"] == "in_force"
    assert "Amendment Act 2026 amends Cybercrime Act 2019" in text(client.get(there("law")))
    assert "Reopened" in text(client.get(there("law-question", "LAW-9")))
    assert "Reopened" in text(client.get(there("law-questions")))


def test_a_text_is_pasted_linted_and_split_into_articles(office, enter, register):
    client, ref = enter(office.karima), register.bill.reference
    pasted = "Article 4 Old\nAs it was.\nArticle 5 Possession\nWhoever holds child pornography …"
    posted = {"language": "en", "as_of": "2026-01-01", "text": pasted}
    assert client.post(there("law-text-new", ref), posted).status_code == 303
    with office.open():
        key = Expression.objects.get().pk
    page = text(client.get(there("law-text", ref, key)))
    assert "Line 4:" in page
    assert "child sexual abuse material" in page
    assert client.post(there("law-split", ref, key)).status_code == 303
    with office.open():
        found = {one.number: one.heading for one in Provision.objects.filter(work=register.bill)}
    # 4 was there, and stays as it was entered.
    assert found == {"4": "", "5": "Possession"}


def test_a_text_that_is_too_long_is_shown_again_with_what_to_do(office, enter, register):
    client, ref = enter(office.karima), register.act.reference
    page = client.get(there("law-text-new", ref))
    assert "At most 1.5 MB" in text(page)
    assert "maxlength" not in text(page)
    long = "Article 1. " + "words " * 260_000
    posted = {"language": "en", "as_of": "2026-01-01", "url": "https://law.example/1", "text": long}
    page = client.post(there("law-text-new", ref), posted)
    assert page.status_code == 200
    assert "The text has 1.6 MB; 1.5 MB can be kept." in text(page)
    assert long in text(page)
    assert "https://law.example/1" in text(page)


def test_ten_megabytes_are_refused_with_a_page_that_says_what_to_do(office, enter, register):
    client, ref = enter(office.karima), register.act.reference
    posted = {"language": "en", "as_of": "2026-01-01", "text": "x" * 10_000_000}
    page = client.post(there("law-text-new", ref), posted)
    assert page.status_code == 413
    assert "Nothing was saved. Go back" in text(page)
    with office.open():
        assert not Expression.objects.exists()


@pytest.mark.parametrize(
    ("posted", "said"),
    [
        ({"kind": "act"}, "Say when it passed"),
        ({"kind": "bill", "passed_on": "2019-01-01"}, "A bill has not passed"),
        ({"kind": "act", "passed_on": "yesterday"}, "Write a day such as"),
        ({"kind": "edict", "passed_on": "2019-01-01"}, "Select a valid choice"),
        ({"kind": "bill", "number": "x" * 50}, "at most 40"),
        ({"kind": "bill", "title": "A law\0"}, "Null characters are not allowed"),
    ],
)
def test_a_law_that_cannot_be_is_shown_again_as_typed(office, enter, posted, said):
    page = enter(office.karima).post(there("law-new"), {"title": "A law of mine", **posted})
    assert page.status_code == 200
    assert said in text(page)
    assert "A law" in text(page)


def test_a_power_is_set_and_a_gap_keeps_its_day(office, enter, register):
    client, cell = enter(office.karima), ("HARM-1", "POWER-2")
    assert client.get(there("law-power", *cell)).status_code == 200
    gap = {"state": "absent", "gap_since": "2025-01-01"}
    assert client.post(there("law-power", *cell), gap).status_code == 303
    days = (TODAY - date(2025, 1, 1)).days
    assert f"known for {days} days" in text(client.get(there("law-powers")))
    wrong = {"state": "in_force", "provision": str(register.waiting.pk)}
    assert "not in force today" in text(client.post(there("law-power", *cell), wrong))
    bare = {"state": "in_force"}
    assert "Name the article" in text(client.post(there("law-power", *cell), bare))
    later = {"state": "draft", "provision": str(register.proposed.pk)}
    assert client.post(there("law-power", *cell), later).status_code == 303
    with office.open():
        assert Power.objects.get().gap_since == date(2025, 1, 1)
    good = {"state": "in_force", "provision": str(register.valid.pk),
            "holder": str(office.bodies["agency"])}  # fmt: skip
    assert client.post(there("law-power", *cell), good).status_code == 303
    with office.open():
        row = Power.objects.get()
        assert (row.state, row.gap_since, row.holder_id) == (
            "in_force",
            None,
            office.bodies["agency"],
        )
    assert "The agency" in text(client.get(there("law-power", *cell)))
    assert client.get(there("law-power", "POWER-2", "HARM-1")).status_code == 404


def test_a_power_nobody_knows_of_is_no_gap_with_an_age(office, enter):
    client, cell = enter(office.karima), ("HARM-1", "POWER-2")
    posted = {"state": "unknown", "gap_since": "2025-01-01"}
    assert client.post(there("law-power", *cell), posted).status_code == 303
    page = text(client.get(there("law-powers")))
    assert "0 powers are in force, 0 are missing, 168 are not known." in page
    assert "known for" not in page
    with office.open():
        assert Power.objects.get().gap_since is None


@pytest.mark.parametrize(
    ("code", "posted", "said"),
    [
        ("TR-CRC", {"state": "signed"}, "Say on which day"),
        ("TR-CRC", {"state": "ratified", "on": "1995-01-01"}, "Write the reservations"),
        ("TR-CRC", {"state": "bound", "on": "1995-01-01", "reservations": "Article 14"},
         "there are none"),
        ("TR-CRC", {"state": "bound", "on": "2999-01-01"}, "still to come"),
        ("TR-CRC", {"state": "followed"}, "Select a valid choice"),
        ("TR-GC25", {"state": "bound"}, "Select a valid choice"),
    ],
)  # fmt: skip
def test_a_treaty_says_its_day_and_its_reservations(office, enter, code, posted, said):
    assert said in text(enter(office.karima).post(there("treaty", code), posted))


def test_a_treaty_is_joined_and_left(office, enter):
    client = enter(office.karima)
    joined = {"state": "ratified", "on": "1995-03-01", "reservations": "Article 14, paragraph 1."}
    assert client.post(there("treaty", "TR-CRC"), joined).status_code == 303
    page = text(client.get(there("treaties")))
    assert "Article 14, paragraph 1." in page
    assert client.post(there("treaty", "TR-GC25"), {"state": "known"}).status_code == 303
    left = {"state": "denounced", "on": "2020-03-01"}
    assert client.post(there("treaty", "TR-CRC"), left).status_code == 303
    with office.open():
        assert Accession.objects.get(treaty="TR-CRC").state == "denounced"
        assert {one["treaty"] for one in public_law.part()["law"]["treaties"]} == {
            "TR-CRC",
            "TR-GC25",
        }


def test_labels_rest_on_articles_and_one_without_says_so(office, enter, register):
    client = enter(office.karima)
    posted = {"label": "national_child", "provision": str(register.valid.pk)}
    assert client.post(there("law-labels"), posted).status_code == 303
    page = text(client.get(there("law-labels")))
    assert page.count("No article in force") == 6
    assert "rests on this article already" in text(client.post(there("law-labels"), posted))
    assert "Choose" in text(client.post(there("law-labels"), {}))
    with office.open():
        key = LabelGround.objects.get().pk
    assert client.post(there("law-label-take-away", key)).status_code == 303
    with office.open():
        assert not LabelGround.objects.exists()


def test_an_article_commences_and_the_law_is_repealed_on_their_pages(office, enter, register):
    client, ref = enter(office.karima), register.act.reference
    register.answer("LAW-10", "passed", register.waiting)
    page = there("law-provision", ref, register.waiting.pk)
    assert "LAW-10" in text(client.get(page))
    posted = {"article-number": "13", "article-commenced_on": TODAY.isoformat()}
    assert client.post(page, posted).status_code == 303
    wrong = {"article-number": "13", "article-commenced_on": "2020-02-01",
             "article-repealed_on": "2020-01-01"}  # fmt: skip
    assert "cannot be repealed before" in text(client.post(page, wrong))
    assert "Reopened" in text(client.get(page))
    too_early = {"repeal-on": "1999-01-01"}
    assert "after it passed" in text(client.post(there("law-repeal", ref), too_early))
    assert (
        client.post(there("law-repeal", ref), {"repeal-on": TODAY.isoformat()}).status_code == 303
    )
    assert "Repealed on" in text(client.get(there("law-work", ref)))


def test_a_bill_passes_on_its_page(office, enter, register):
    client, ref = enter(office.karima), register.bill.reference
    posted = {"title": "Online Safety Act", "kind": "act", "passed_on": TODAY.isoformat()}
    assert client.post(there("law-revise", ref), posted).status_code == 303
    assert office.fresh(register.bill).kind == "act"


def test_who_may_not_reads_and_changes_nothing(office, enter, register):
    register.answer("LAW-9", "in_force", register.valid)
    ref, key = register.act.reference, register.valid.pk
    for who in (office.mwana, office.ines):
        client = enter(who)
        for name in PAGES:
            assert client.get(there(name)).status_code == 200
        for name, args in (("law-work", [ref]), ("law-provision", [ref, key]),
                           ("law-question", ["LAW-9"]), ("treaty", ["TR-CRC"]),
                           ("law-power", ["HARM-1", "POWER-1"])):  # fmt: skip
            page = client.get(there(name, *args))
            assert page.status_code == 200
            assert (
                "csrfmiddlewaretoken" not in text(page).partition("<main")[2].partition("</main")[0]
            )
        for name, args, posted in (
            ("law-new", [], {"title": "x", "kind": "bill"}),
            ("law-article", [ref], {"article-number": "99"}),
            ("law-question", ["LAW-9"], {"value": "absent"}),
            ("law-provision", [ref, key], {"article-number": "1"}),
            ("law-power", ["HARM-1", "POWER-1"], {"state": "absent"}),
            ("treaty", ["TR-CRC"], {"state": "none"}),
            ("law-repeal", [ref], {"repeal-on": TODAY.isoformat()}),
            ("law-labels", [], {"label": "national_child", "provision": str(key)}),
        ):  # fmt: skip
            assert client.post(there(name, *args), posted).status_code == 404
    assert client.get(there("law-work", "W-99-000000")).status_code == 404
    assert client.get(there("law-question", "LAW-A")).status_code == 404
    assert client.get(there("law-question", "LAW-99")).status_code == 404
    with office.open():
        assert queries.standing_answers()["LAW-9"].value == "in_force"


@pytest.mark.parametrize("language", ["en", "fr", "ar", "sw"])
def test_every_page_of_the_law_speaks_every_language(office, enter, register, language):
    register.answer("LAW-9", "in_force", register.valid)
    client = enter(office.karima)
    for page in ("", "questions/", "questions/LAW-9/", "verbs/", "powers/", "treaties/", "labels/",
                 "powers/HARM-1/POWER-1/", "treaties/TR-CRC/", f"works/{register.act.reference}/"):  # fmt: skip
        assert client.get(f"/{language}/desk/strategy/law/{page}").status_code == 200


def test_the_public_part_names_articles_and_no_person(office, register):
    register.answer("LAW-9", "in_force", register.valid, note="Karima thinks so.")
    register.as_karima(
        law_powers.set_power, harm=queries.axis("harm")[0], power=queries.axis("power")[0],
        state="absent", gap_since=date(2025, 1, 1),
    )  # fmt: skip
    with office.open():
        part = public_law.part()
    assert len(part["law"]["questions"]) == 34
    nine = next(one for one in part["law"]["questions"] if one["node"] == "LAW-9")
    assert nine == {"node": "LAW-9", "state": "in_force", "reopened": False,
                    "provisions": ["Cybercrime Act 2019, 12(3)"],
                    "answered_on": TODAY.isoformat()}  # fmt: skip
    assert part["law"]["powers"] == [{"harm": "HARM-1", "power": "POWER-1", "state": "absent",
                                      "gap_since": "2025-01-01"}]  # fmt: skip
    assert "Karima" not in str(part)
    assert {one["kind"] for one in part["law"]["works"]} == {"act", "bill"}


def test_a_public_state_follows_the_law_and_not_an_answer_that_grew_old(office, register):
    register.answer("LAW-9", "in_force", register.valid)
    register.as_karima(law.repeal_work, work=register.act, on=TODAY)
    with office.open():
        nine = next(o for o in public_law.part()["law"]["questions"] if o["node"] == "LAW-9")
    assert (nine["state"], nine["reopened"]) == ("repealed", True)
