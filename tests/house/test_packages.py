"""The plain install has all that the toolkit imports, and nothing of the server."""

import ast
import re
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

from tests.toolkit import saved

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
SERVER = ("copse.base", "copse.project")
TOOLKIT = [*ROOT.glob("copse/kit/**/*.py"), *ROOT.glob("copse/client/**/*.py")]
COMMANDS = sorted(ROOT.glob("copse/cli/*.py"))
DISTRIBUTIONS = packages_distributions()


def named(requirements):
    """The names of distributions, in their one written form."""
    found = (re.match(r"[A-Za-z0-9._-]+", one) for one in requirements)
    return {plain(one.group()) for one in found}


def plain(name):
    return re.sub(r"[-_.]+", "-", name).lower()


BASE = named(PROJECT["dependencies"])
EXTRAS = PROJECT["optional-dependencies"]
# Extras of the toolkit; each is imported where it is used, and missed in a sentence.
OPTIONAL = named([*EXTRAS["video"], *EXTRAS["ray"]])
# Counting people is a server's work, and its arithmetic a large package.
SERVERS_OWN = "copse.kit.stats"


def imports(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module


def at_once(tree):
    """A module without its functions: what importing it imports."""
    kept = [node for node in tree.body if not isinstance(node, ast.FunctionDef | ast.ClassDef)]
    return ast.Module([node for node in kept if not _for_types(node)], [])


def _for_types(node):
    return isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"


def strange(names, allowed):
    """Imports that no allowed distribution brings."""
    for name in sorted(set(names)):
        top = name.partition(".")[0]
        if top in sys.stdlib_module_names or top == "copse":
            continue
        if not {plain(one) for one in DISTRIBUTIONS.get(top, [])} & allowed:
            yield name


def reaches_server(names):
    return any(name.startswith(SERVER) for name in names)


def strange_in_command(source):
    """What a module of the command line imports too much; a server's command may in its functions."""
    tree = ast.parse(source)
    whole, first = list(imports(tree)), list(imports(at_once(tree)))
    if reaches_server(first):
        return []  # loaded by the server's commands only
    return list(strange(first if reaches_server(whole) else whole, BASE))


def strange_in_toolkit(source, *, counts=False):
    """What a module of the toolkit imports too much; what counts people may use a server's."""
    tree = ast.parse(source)
    names = list(imports(tree))
    found = [name for name in names if name.startswith(SERVER)]
    if counts:
        return [*found, *strange(names, BASE | named(EXTRAS["server"]))]
    found += [name for name in names if name.startswith(SERVERS_OWN)]
    return [*found, *strange(names, BASE | OPTIONAL), *strange(imports(at_once(tree)), BASE)]


def test_the_toolkit_imports_what_the_plain_install_has():
    assert len(TOOLKIT) > 60
    found = {
        str(path.relative_to(ROOT)): strange_in_toolkit(
            path.read_text("utf-8"), counts="stats" in path.parts
        )
        for path in TOOLKIT
    }
    assert {name: strangers for name, strangers in found.items() if strangers} == {}


def test_a_command_of_the_toolkit_imports_what_the_plain_install_has():
    assert len(COMMANDS) > 15
    found = {path.name: strange_in_command(path.read_text("utf-8")) for path in COMMANDS}
    assert {name: strangers for name, strangers in found.items() if strangers} == {}


def test_what_the_plain_install_asks_for_is_used_and_has_no_server_in_it():
    used = {name.partition(".")[0] for path in [*TOOLKIT, *COMMANDS]
            for name in imports(ast.parse(path.read_text("utf-8")))}  # fmt: skip
    brought = {plain(one) for name in used for one in DISTRIBUTIONS.get(name, [])}
    assert brought >= BASE, "a package that nothing imports need not be downloaded"
    assert not {one for one in BASE if one.startswith(("django", "psycopg", "embedded"))}


def test_the_rule_sees_what_is_too_much():
    assert list(strange(["os", "copse.kit", "numpy.random"], {"numpy"})) == []
    assert list(strange(["django.db", "PIL.Image"], {"numpy", "pillow"})) == ["django.db"]
    assert strange_in_command("import typer\nimport django") == ["django"]
    assert strange_in_command("def f():\n    import django") == ["django"]
    server = "def f():\n    import django\n    from copse.project import install"
    assert strange_in_command(server) == []
    assert strange_in_command(f"import django\n{server}") == ["django"]
    assert strange_in_command("from copse.base import audit\nimport django") == []
    # Of an extra, in a function only.
    assert strange_in_toolkit("import ray") == ["ray"]
    assert strange_in_toolkit("def f():\n    import ray") == []
    reaching = "from copse.base import audit\nfrom copse.kit.stats import attack"
    assert strange_in_toolkit(reaching) == ["copse.base", "copse.kit.stats"]
    assert strange_in_toolkit(reaching, counts=True) == ["copse.base"]


WITHOUT_SERVER = """
import sys
for name in sys.argv.pop(1).split():
    sys.modules[name] = None
from copse.cli import main
main()
"""


def run_without_server(*words, **how):
    names = {name for name, dists in DISTRIBUTIONS.items()
             if {plain(one) for one in dists} & named(EXTRAS["server"]) - BASE}  # fmt: skip
    assert {"django", "psycopg", "procrastinate"} <= names
    words = [sys.executable, "-c", WITHOUT_SERVER, " ".join(names), *map(str, words)]
    return subprocess.run(words, capture_output=True, text=True, check=False, timeout=120, **how)


def test_without_the_servers_packages_the_toolkit_works(tmp_path):
    done = run_without_server("hash", saved(tmp_path / "drawn.png", 1), cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert "png" in done.stdout
    assert run_without_server("list", "stats", tmp_path).returncode == 2


def test_without_the_servers_packages_a_servers_command_says_what_to_install(tmp_path):
    for words in (("demo",), ("doctor",), ("migrate",)):
        done = run_without_server(*words, "--home", tmp_path / "home", cwd=tmp_path)
        assert (done.returncode, "pip install '.[server]'" in done.stderr) == (2, True), done.stderr
        assert "Traceback" not in done.stderr
