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


LINKS = b"- {from: A-1, to: ICMEC-4, relation: equal}\n"


def own_folder(tmp_path, links=LINKS, pair="arbora--icmec"):
    (tmp_path / "own" / "crosswalks").mkdir(parents=True)
    (tmp_path / "own" / "arbora.yaml").write_bytes(arbora())
    path = tmp_path / "own" / "crosswalks" / f"{pair}.yaml"
    path.write_bytes(links)
    return path


def test_a_folder_is_loaded_with_its_crosswalks_and_a_file_alone_after_it(load, office, tmp_path):
    path = own_folder(tmp_path)
    assert load(b"")[0] == 0
    status, said = load(b"", str(tmp_path / "own"))
    assert (status, "1 of 1 frameworks were loaded" in said) == (0, True)
    assert "1 of 1 crosswalks were loaded" in said
    said = load(b"", str(path))[1]
    assert "0 of 1 crosswalks were loaded" in said
    assert "frameworks" not in said
    with office.open(office.ines):
        urn = "urn:copse:framework:icmec:ICMEC-4"
        assert [one.end for one in frameworks.steps().steps[f"{URN}:A-1"]] == [urn]
    path.write_bytes(LINKS.replace(b"equal", b"subset"))
    status, said = load(b"", str(path))
    assert status == 2
    assert "arbora--icmec.yaml:1: A-1 → ICMEC-4 was loaded as equal" in said


def test_a_crosswalk_that_cannot_be_read_or_leads_nowhere_is_a_sentence(load, tmp_path):
    path = own_folder(tmp_path, b"- {from: A-9, to: ICMEC-4, relation: equal}\n")
    status, said = load(b"", str(path.with_name("arbora--law.yaml")))
    assert (status, "arbora--law.yaml cannot be read: No such file" in said) == (2, True)
    status, said = load(b"", str(tmp_path / "own"))
    assert (status, "arbora--icmec.yaml:1: A-9 is no id of arbora" in said) == (2, True)
