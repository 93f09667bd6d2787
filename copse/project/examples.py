"""Examples stand in the documents as they stand in their files, which the tests run.

    <!-- from docs/examples/flask_upload.py -->            the whole file follows, as a block
    <!-- from docs/examples/flask_upload.py: guard upload -->    what binds these names, in order

`python -m copse.project.examples` writes the blocks anew; a house test fails when they are stale.
"""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCUMENTS = ("README.md", "docs/toolkit.md")
BLOCK = re.compile(
    r"(?P<mark><!-- from (?P<path>[\w./-]+\.py)(?:: (?P<names>[\w ]+))? -->\n+```python\n)"
    r"(?P<code>.*?)(?P<end>^```$)",
    re.MULTILINE | re.DOTALL,
)


def with_examples(document: str, root: Path = ROOT) -> str:
    """A document with every marked block as its file is now."""

    def block(found: re.Match[str]) -> str:
        source = (root / found["path"]).read_text("utf-8")
        code = part(source, found["names"].split()) if found["names"] else source
        return f"{found['mark']}{code}{found['end']}"

    return BLOCK.sub(block, document)


def part(source: str, names: list[str]) -> str:
    """The statements of a module that bind these names. Raises `LookupError` for an unknown one."""
    lines, taken = source.splitlines(), []
    missing = set(names)
    for statement in ast.parse(source).body:
        if not (bound := set(_bound(statement)) & set(names)):
            continue
        missing -= bound
        first = min([statement.lineno, *(d.lineno for d in _decorators(statement))])
        taken.append("\n".join(lines[first - 1 : statement.end_lineno]))
    if missing:
        raise LookupError(f"No statement binds {', '.join(sorted(missing))}.")
    return "\n\n".join(taken) + "\n"


def _decorators(statement: ast.stmt) -> list[ast.expr]:
    return statement.decorator_list if isinstance(statement, ast.FunctionDef) else []


def _bound(statement: ast.stmt) -> list[str]:
    match statement:
        case ast.FunctionDef(name=name):
            return [name]
        case ast.ImportFrom(names=aliases):
            return [alias.asname or alias.name for alias in aliases]
        case ast.Assign(targets=targets):
            return [one.id for one in targets if isinstance(one, ast.Name)]
    return []


def main() -> None:
    """Write every document's blocks anew."""
    for name in DOCUMENTS:
        path = ROOT / name
        path.write_text(with_examples(path.read_text("utf-8")), "utf-8")


if __name__ == "__main__":
    main()
