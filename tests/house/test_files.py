"""Length, names and the closed list of files: what keeps a house tidy."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
SOURCES = [p for p in sorted(ROOT.glob("copse/**/*.py")) if "migrations" not in p.parts]
ROOMS = [p.parent for p in sorted(ROOT.glob("copse/*/workflow.py")) if p.parent.name != "kit"]
ROOMS += [ROOT / "copse" / name for name in ("portal", "hotline", "observatory", "strategy")]
IN_A_ROOM = set(
    "__init__ apps workflow models policies queries services forms schemas views api urls tasks "
    "handlers facts migrations templates locale static management".split()
)
BANNED = {"utils", "helpers", "managers", "signals", "constants"}


def place(path):
    return str(path.relative_to(ROOT))


def too_long(paths, limit=400):
    lengths = {place(path): len(path.read_text().splitlines()) for path in paths}
    return {name: lines for name, lines in lengths.items() if lines > limit}


def test_a_file_is_at_most_400_lines():
    assert too_long(SOURCES) == {}
    assert len(too_long(SOURCES, limit=0)) > 400, "the files are really looked at"


COMPILED = re.compile(r"\b(njit|compiled)\b")


def long_functions(source, limit=40, compiled=60):
    """Functions with too many lines of statements; a signature and a docstring are no statements.

    A compiled kernel may have more: each cut of its loop is a call that hands over all its state.
    """
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            body = node.body[1:] if ast.get_docstring(node) and node.body[1:] else node.body
            lines = node.end_lineno - body[0].lineno + 1
            most = compiled if any(map(_compiles, node.decorator_list)) else limit
            if lines > most:
                found.append((node.name, lines))
    return found


def _compiles(decorator):
    return bool(COMPILED.search(ast.unparse(decorator)))


def test_a_function_is_at_most_40_lines():
    assert {place(p): found for p in SOURCES if (found := long_functions(p.read_text()))} == {}


def test_the_function_rule_sees_a_long_one():
    long = "def f():\n" + "    x = 1\n" * 41
    assert long_functions(long) == [("f", 41)]
    assert long_functions(f"@njit(nogil=True)\n{long}") == []
    assert long_functions("@njit\ndef f():\n" + "    x = 1\n" * 61) == [("f", 61)]


def test_a_room_holds_only_the_closed_list_of_files():
    entries = [p for room in set(ROOMS) for p in room.iterdir() if p.name != "__pycache__"]
    assert len(entries) > len(ROOMS)
    assert [place(p) for p in entries if p.stem not in IN_A_ROOM] == []


def test_no_file_has_a_name_that_says_nothing():
    assert [p for p in SOURCES if p.stem in BANNED] == []


VIEWS = [p for p in SOURCES if p.stem == "views" or p.parent.name == "views"]
RULE = re.compile(r"\.objects\b|\.save\(|\.delete\(\)")


def test_a_view_never_touches_rows_itself():
    assert len(VIEWS) > 20
    assert {place(p): found for p in VIEWS if (found := RULE.findall(p.read_text()))} == {}


def test_the_view_rule_sees_a_query():
    assert RULE.findall("Concern.objects.all()") == [".objects"]
