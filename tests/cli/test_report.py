"""`copse report`: from a scan's result to a filed report."""

import json
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.client import twin as twins
from tests.client.test_report import ABOUT
from tests.toolkit import Arbora, entry, saved

LOGIN = {"COPSE_GATEWAY_USER": twins.USER, "COPSE_GATEWAY_PASSWORD": twins.PASSWORD}


@pytest.fixture
def result(toolkit, tmp_path):
    """What a scan of three known pictures and an unknown one wrote."""
    paths = [saved(tmp_path / "archive" / f"{n}.png", n) for n in range(4)]
    arbora = Arbora(tmp_path)
    arbora.publish(*(entry(f"e-{n}", path) for n, path in enumerate(paths[:3])))
    toolkit("scan", tmp_path / "archive", "--list", arbora.folder, "--json", tmp_path / "out.jsonl")
    (tmp_path / "about.toml").write_text(ABOUT)
    return tmp_path / "out.jsonl"


@pytest.fixture
def twin():
    with twins.serving() as made:
        yield made


def words(result, url, *more):
    return ("report", result, "--gateway", url, "--about", result.parent / "about.toml", *more)


def test_every_match_is_filed_once(toolkit, result, twin):
    held, url = twin
    assert toolkit("report", "--gateway", url, "--check", **LOGIN)[0] == 0
    status, said, _ = toolkit(*words(result, url, "--attach"), **LOGIN)
    assert status == 0
    assert said.count("finished") == 3
    assert len(held.finished) == 3
    assert all(len(one["files"]) == 1 for one in held.reports.values())
    assert toolkit(*words(result, url, "--attach"), **LOGIN)[0] == 0
    assert len(held.reports) == 3, "the same matches are not filed again"


def test_what_is_disputed_is_reported_only_after_a_look(toolkit, result, twin):
    held, url = twin
    lines = [json.loads(line) for line in result.read_text().splitlines()]
    lines[0]["verdict"] = "hold"
    lines[0]["matches"][0]["standing"] = "disputed"
    result.write_text("".join(json.dumps(line) + "\n" for line in lines))
    status, said, _ = toolkit(*words(result, url), **LOGIN)
    assert (status, "1 disputed or leads only" in said) == (0, True)
    assert len(held.finished) == 2
    status, said, _ = toolkit(*words(result, url, "--held"), **LOGIN)
    assert (status, "left out" in said, len(held.finished)) == (0, False, 3)
    sent = [one["xml"] for one in held.reports.values()]
    assert sum(b"others dispute this entry" in xml for xml in sent) == 1


def test_a_gateway_in_trouble_leaves_reports_for_the_next_time(toolkit, result, twin):
    held, url = twin
    held.fail += ["submit"] * 4
    status, said, _ = toolkit(*words(result, url), **LOGIN)
    assert status == 3
    assert said.count("waits") == 1
    status, said, _ = toolkit("report", "--gateway", url, **LOGIN)
    assert status == 0
    assert len(held.finished) == 3
    assert all(one["files"] == {} for one in held.reports.values()), "nothing without --attach"


@pytest.mark.slow
def test_a_sender_killed_between_calls_files_everything_once(program, toolkit, result, twin):
    held, url = twin
    command, environment = program
    for calls in (1, 3, 6):
        process = subprocess.Popen(
            [*command, *map(str, words(result, url, "--attach"))],
            env=environment | LOGIN, stdout=subprocess.DEVNULL,
        )  # fmt: skip
        while len(held.calls) < calls and process.poll() is None:
            time.sleep(0.001)
        process.send_signal(signal.SIGKILL)
        process.wait()
    status, _, _ = toolkit(*words(result, url, "--attach"), **LOGIN)
    assert status == 0
    assert len(held.finished) == len(held.reports) == 3
    assert all(len(one["files"]) == 1 for one in held.reports.values())


def test_slips_are_sentences(toolkit, result, twin):
    _, url = twin
    (result.parent / "odd.jsonl").write_text('{"kind": "match"}\n')
    for more, variables, expected in (
        (words(result, "http://gateway.example/ispws"), LOGIN, "not https"),
        (words(result, url), {}, "COPSE_GATEWAY_USER"),
        (words(result, url), {**LOGIN, "COPSE_GATEWAY_PASSWORD": "no"}, "does not take this login"),
        (("report", result, "--gateway", url), LOGIN, "--about"),
        (("report",), LOGIN, "--gateway"),
        (words(result.parent / "odd.jsonl", url), LOGIN, "line 1"),
        (words(result.parent / "none", url), LOGIN, "cannot be read"),
    ):
        if more[1:] and more[1] != result:
            (more[1].parent / "about.toml").write_text(ABOUT)
        status, _, said = toolkit(*more, **variables)
        assert status == 2, said
        assert expected in said
    assert not any(json.loads(one.read_text())["state"] == "finished"
                   for one in Path(result.parent / "state").rglob("*.json"))  # fmt: skip
