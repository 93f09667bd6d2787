"""`copse framework load`: a file into this install, and what becomes of answers that it touches."""

import sys
from contextlib import contextmanager

import pytest

from copse.cli.app import main
from copse.project import install
from copse.strategy.queries import frameworks
from copse.strategy.services import answers
from tests.strategy.office import Office
from tests.strategy.test_frameworks import URN, arbora

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(db, monkeypatch):
    @contextmanager
    def the_tests_server(configuration):
        yield ""

    monkeypatch.setattr(install, "database_server", the_tests_server)
    monkeypatch.setenv("COPSE_MODE", "test")
    monkeypatch.setenv("COLUMNS", "400")
    return Office()


@pytest.fixture
def load(office, monkeypatch, capsys, tmp_path):
    """Runs `copse framework load` on a text; answers exit status and what it said."""

    def run(raw, *more):
        words = list(more)
        if raw:
            path = tmp_path / "arbora.yaml"
            path.write_bytes(raw)
            words.insert(0, str(path))
        monkeypatch.setattr(sys, "argv", ["copse", "framework", "load", *words])
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = capsys.readouterr()
        return ended.value.code or 0, out + err

    return run


def test_the_shipped_frameworks_are_loaded_once(load):
    assert "13 of 13 frameworks were loaded" in load(b"")[1]
    assert "0 of 13 frameworks were loaded" in load(b"")[1]


def test_a_country_says_what_becomes_of_its_answers(load, office):
    assert load(arbora())[0] == 0
    with office.open(office.ines):
        answers.answer(actor=office.ines, node_urn=f"{URN}:A-1", value="yes")
    new = arbora(2, values=("no", "partly", "yes"))
    status, said = load(new)
    assert status == 2
    assert "Answers stand on what version 2 changed: A-1." in said
    assert load(new, "--answers", "burn")[0] == 2
    assert "1 of 1 frameworks were loaded" in load(new, "--answers", "keep")[1]
    with office.open():
        assert frameworks.loaded()["arbora"].version == 2
        assert frameworks.standing()[f"{URN}:A-1"].reopened_on is not None
