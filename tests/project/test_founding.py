"""`copse init`: every answer checked by its name, and everything a country decides written down."""

import tomllib
from contextlib import contextmanager

import pytest
from rich.console import Console
from rich.prompt import IntPrompt, Prompt

from copse.base import database
from copse.base.organisations import directory, retention
from copse.base.organisations.directory import Country, Region
from copse.base.organisations.models import Desk
from copse.base.organisations.periods import Period
from copse.base.vault.models import DeskKey
from copse.cli import diagnosis, starting
from copse.kit.errors import InputError
from copse.kit.framework.library import shipped
from copse.project import answers, founding, install
from copse.project.configuration import Unsafe
from copse.strategy.queries import frameworks

LEAST = {
    "name": "Arbora", "code": "xa", "organisation": "Arbora Hotline",
    "administrator_email": "farid@arbora.example",
}  # fmt: skip
FILE = """
name = "Arbora"
code = "XA"
organisation = "Arbora Hotline"
administrator_email = "farid@arbora.example"
emergency_number = "112"
helpline_number = "116 111"
regions = ["North", "Coast", "المرتفعات"]
languages = ["fr", "en"]
storage_allowed = true
police_first = true

[retention]
hotline.story = 200
portal.receipt = 400
"""


@pytest.mark.django_db
def test_a_file_says_everything_a_country_decides(db):
    founded = founding.found(tomllib.loads(FILE))
    here = Country.objects.get()
    assert (here.code, here.emergency_number, here.helpline_number) == ("XA", "112", "116 111")
    assert (here.storage_allowed, here.police_first) == (True, True)
    assert directory.offered_languages(here) == ["en", "fr"]
    assert set(Region.objects.values_list("code", flat=True)) == {"north", "coast", "region-3"}
    days = dict(Period.objects.values_list("code", "days"))
    assert (days["hotline.story"], days["portal.receipt"]) == (200, 400)
    assert set(days) == {one.code for one in retention.classes()}, "the usual ones too"
    assert set(founded.recovery_keys) == {"Administration", "Hotline", "Observatory", "Strategy"}
    with database.as_room("administration"):
        assert DeskKey.objects.count() == Desk.objects.count() == 4
    with database.as_desk(Desk.objects.get(room="strategy")):
        assert set(frameworks.loaded()) == set(shipped().frameworks)
    assert "/invitation/" in founded.invitation


@pytest.mark.django_db
def test_without_an_answer_the_law_is_taken_to_say_no(db):
    founding.found(LEAST)
    here = Country.objects.get()
    assert (here.storage_allowed, here.police_first) == (False, False)
    assert directory.offered_languages(here) == ["en", "fr", "ar", "sw"]


@pytest.mark.django_db
def test_an_install_is_founded_once(db):
    founding.found(LEAST)
    with pytest.raises(InputError, match="its country already"):
        founding.found({**LEAST, "name": "Other"})
    assert Country.objects.get().name == "Arbora"


@pytest.mark.parametrize(
    ("key", "value"),
    [("name", ""), ("name", "x" * 81), ("name", 7), ("name", "A\0"), ("code", "X"), ("code", "XAB"),
     ("code", None), ("emergency_number", 112), ("emergency_number", "call me"),
     ("helpline_number", "<b>"), ("regions", [1]), ("regions", ["North", "north"]),
     ("regions", ["x" * 81]), ("languages", []), ("languages", ["de"]), ("languages", "en,xx"),
     ("exit_url", "javascript:alert(1)"), ("exit_url", "example.org"), ("duty_email", "nobody"),
     ("administrator_email", ""), ("administrator_email", "a b@c"), ("storage_allowed", "perhaps"),
     ("storage_allowed", 1), ("police_first", None), ("retention", 365),
     ("retention", {"hotline": {"story": "long"}}), ("retention", {"hotline": True}),
     ("emergency_nummer", "112")],
)  # fmt: skip
def test_a_wrong_answer_is_told_by_its_name(key, value):
    with pytest.raises(InputError) as refused:
        answers.read({**LEAST, key: value})
    assert refused.value.sentence.startswith(key)
    assert "\n" not in refused.value.sentence, "only what is wrong is told"


def test_everything_that_is_wrong_is_told_at_once():
    with pytest.raises(InputError) as refused:
        answers.read({"code": "X", "languages": ["de"], "colour": "green"})
    told = {line.partition(":")[0] for line in refused.value.sentence.splitlines()}
    assert told == {"code", "languages", "colour", "name", "organisation", "administrator_email"}


@pytest.mark.django_db
@pytest.mark.parametrize("days", [{"hotline": {"story": 3}}, {"hotline": {"everything": 100}}])
def test_a_clock_out_of_bounds_founds_nothing(db, days):
    with pytest.raises(InputError, match=r"retention\.hotline"):
        founding.found({**LEAST, "retention": days})
    assert not Country.objects.exists()


def test_a_slip_in_a_file_is_told_before_anything_is_made(tmp_path, monkeypatch):
    def never(*_arguments):
        raise AssertionError("something was made")

    monkeypatch.setattr(install, "make_secrets", never)
    file = tmp_path / "country.toml"
    file.write_text('name = "Arbora"\nlanguages = ["de"]\n')
    with pytest.raises(InputError, match="languages: choose at least one of en, fr, ar, sw"):
        starting.init(Console(quiet=True), file)
    for text in (b"name = ", b"\xff\xfe"):
        file.write_bytes(text)
        with pytest.raises(Unsafe, match="cannot be read"):
            starting.init(Console(quiet=True), file)


@pytest.mark.django_db
def test_asked_at_the_prompt_until_it_can_be_taken(db, monkeypatch):
    typed = {question.asked: [""] for question in answers.QUESTIONS}
    typed |= {
        "The country's name": ["", "Arbora"], "Its two-letter code": ["Arbora", "xa"],
        "The body that runs the hotline": ["Arbora Hotline"],
        "The first administrator's e-mail": ["farid", "farid@arbora.example"],
        "May suspected material be stored, by your law?": ["maybe", "no"],
    }  # fmt: skip
    days = iter([3, *[90] * 20])

    def ask(question, *, default):
        return typed[question].pop(0) or default

    @contextmanager
    def the_tests_server(_configuration):
        yield ""

    monkeypatch.setattr(Prompt, "ask", ask)
    monkeypatch.setattr(IntPrompt, "ask", lambda _question, *, default: next(days, default))
    monkeypatch.setattr(install, "database_server", the_tests_server)
    for name in ("make_secrets", "make_database", "migrate"):
        monkeypatch.setattr(install, name, lambda *_arguments: None)
    clocks = [kept for kept in retention.classes() if kept.least <= 90]
    monkeypatch.setattr(retention, "classes", lambda *_arguments: clocks)
    starting.init(Console(quiet=True), None)
    assert Country.objects.get().code == "XA"
    assert set(Period.objects.values_list("days", flat=True)) == {90}
    assert all(not left for left in typed.values()), "each question was asked"


@pytest.mark.django_db
def test_the_doctor_tells_what_is_unset(db, monkeypatch):
    def said():
        return "\n".join(found.what for found in diagnosis._country())

    assert "No country" in said()
    founding.found(LEAST)
    with database.as_room("administration"):
        Period.objects.filter(code="hotline.story").delete()
    monkeypatch.setenv("COPSE_STORAGE_ALLOWED", "true")
    text = said()
    for gap in ("no emergency number", "no helpline number", "no region", "hotline.story",
                "may not be stored", "no duty address", "COPSE_STORAGE_ALLOWED is not read"):  # fmt: skip
        assert gap in text


def test_the_languages_asked_for_are_those_shipped(settings):
    assert tuple(code for code, _name in settings.LANGUAGES) == answers.SHIPPED
