"""What the documents say is there: decisions, commands, make targets, files."""

import os
import re
from functools import cache
from pathlib import Path

import pytest

from copse.project import examples
from copse.project.configuration import Configuration

ROOT = Path(__file__).parents[2]
DECISIONS = sorted((ROOT / "docs" / "adr").glob("[0-9]*.md"))
INDEX = (ROOT / "docs" / "adr" / "README.md").read_text("utf-8")
PAPERS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("changelog.d/*.md")])
PAPERS += sorted(ROOT.glob("benchmarks/*.md"))
TITLE = re.compile(r"^#\s*\d+\.?\s*")
COMMAND = re.compile(r"(?:`|^|\s|&&|bin/)(make|copse) ([a-z][a-z-]*)", re.MULTILINE)


def code_of(text):
    """What stands between backticks or in a block: only there a command is a command."""
    return "\n".join(re.findall(r"```.*?```|`[^`\n]+`", text, re.DOTALL))


def links_of(text):
    return re.findall(r"\]\(([^)\s]+)\)", re.sub(r"```.*?```", "", text, flags=re.DOTALL))


def anchors_of(text):
    titles = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}


def broken_links(paper, text):
    for link in links_of(text):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, anchor = link.partition("#")
        target = paper.parent / path if path else paper
        if not target.exists() or (anchor and anchor not in anchors_of(target.read_text("utf-8"))):
            yield link


@cache
def targets():
    return set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))


@cache
def commands():
    from copse.cli.app import app

    return {
        found.name or found.callback.__name__.replace("_", "-") for found in app.registered_commands
    } | {group.name for group in app.registered_groups}


def unknown_commands(text):
    known = {"make": targets(), "copse": commands()}
    found = COMMAND.findall(code_of(text))
    return sorted({f"{tool} {word}" for tool, word in found if word not in known[tool]})


def faults_of_decision(name, text):
    """A decision is short, has its three parts, and is listed by number and title."""
    found = [w for w in ("Context", "Decision", "Consequences") if f"**{w}" not in text]
    if (words := len(text.split())) >= 300:
        found.append(f"{words} words")
    title = TITLE.sub("", text.splitlines()[0])
    if f"- [{name[:4]}]({name}) {title}\n" not in INDEX + "\n":
        found.append("not in the index")
    return found


def test_every_decision_is_short_whole_and_listed():
    assert len(DECISIONS) > 40
    found = {
        path.name: faults_of_decision(path.name, path.read_text("utf-8")) for path in DECISIONS
    }
    assert {name: faults for name, faults in found.items() if faults} == {}


def test_the_rule_of_decisions_sees_a_bad_one():
    text = "# 0001 Unheard of\n\n**Context** **Decision**\n" + "word " * 300
    assert faults_of_decision("0001-unheard.md", text) == [
        "Consequences",
        "306 words",
        "not in the index",
    ]


def test_no_two_decisions_share_a_number():
    numbers = [path.name[:4] for path in DECISIONS]
    assert len(set(numbers)) == len(numbers)


def test_the_architecture_fits_150_lines_and_the_readme_one_screen():
    assert len((ROOT / "ARCHITECTURE.md").read_text("utf-8").splitlines()) <= 150
    assert len((ROOT / "README.md").read_text("utf-8").splitlines()) <= 70


def in_papers(faults):
    """Every fault with the paper in which it stands."""
    found = {str(p.relative_to(ROOT)): list(faults(p, p.read_text("utf-8"))) for p in PAPERS}
    return {name: faults for name, faults in found.items() if faults}


def test_every_link_leads_somewhere():
    assert in_papers(broken_links) == {}
    assert len(in_papers(lambda _, text: links_of(text))) > 5, "links are really found"


def test_every_command_named_exists():
    assert in_papers(lambda _, text: unknown_commands(text)) == {}
    assert len(in_papers(lambda _, text: COMMAND.findall(code_of(text)))) > 20, "commands are too"


def test_the_command_rule_sees_a_wrong_one():
    text = (
        "Run `make tea` or `copse fly`.\n\n```\nmake demo\ncopse init --file x\n```\nThey make do."
    )
    assert unknown_commands(text) == ["copse fly", "make tea"]


def test_the_link_rule_sees_a_wrong_one():
    text = "[here](ARCHITECTURE.md), [there](nowhere.md), [far](https://example.org)"
    assert list(broken_links(ROOT / "README.md", text)) == ["nowhere.md"]


@pytest.mark.parametrize("name", examples.DOCUMENTS)
def test_the_code_in_a_document_is_the_code_that_the_tests_run(name):
    text = (ROOT / name).read_text("utf-8")
    assert examples.BLOCK.search(text)
    assert examples.with_examples(text) == text, "run `make papers`"


def test_every_example_stands_in_the_toolkits_document_and_is_tested():
    shown = (ROOT / "docs/toolkit.md").read_text("utf-8")
    tests = (ROOT / "tests/client/test_examples.py").read_text("utf-8")
    for path in (ROOT / "docs" / "examples").glob("*.py"):
        assert f"<!-- from docs/examples/{path.name} -->" in shown
        assert path.stem in tests


def test_a_stale_example_is_written_anew():
    mark = "<!-- from docs/examples/flask_upload.py: guard -->"
    made = examples.with_examples(f"{mark}\n```python\nold\n```\n")
    assert made.startswith(f"{mark}\n```python\nguard = Guard.open(")
    assert "old" not in made
    with pytest.raises(LookupError):
        examples.with_examples(f"{mark.replace('guard', 'gaurd')}\n```python\n```\n")


def test_every_variable_of_the_environment_is_explained():
    told = set(
        re.findall(
            r"^\| `COPSE_([A-Z_]+)`", (ROOT / "docs/operate.md").read_text("utf-8"), re.MULTILINE
        )
    )
    assert told == {name.upper() for name in Configuration.model_fields}


def test_no_paper_names_a_place_on_somebodys_machine():
    home = os.environ.get("HOME", "/root").rstrip("/") or "/root"
    places = (f"{home}/", "/root/", "/home/", f"{ROOT}/")
    assert [p.name for p in PAPERS if any(place in p.read_text("utf-8") for place in places)] == []
