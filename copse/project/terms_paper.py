"""The glossary's last table, made from the lists that `copse lint-terms` searches for."""

from pathlib import Path

from copse.kit.terms.vocabulary import HOUSE, rows

PATH = "docs/glossary.md"
TITLE = "## Do not write\n"
INTRODUCTION = """
What our own pages avoid. What no text about children should say is in
`copse/taxonomies/terminology/`, a list a language; `copse lint-terms` finds both there and in any
law, form or page.
"""


def glossary(root: Path) -> str:
    """The glossary as it stands, with its last table as the lists have it."""
    before = (root / PATH).read_text("utf-8").partition(TITLE)[0]
    table = "\n".join(f"| {row['term']} | {row['instead']} |" for row in rows(HOUSE))
    head = "| Instead of | Write |\n|---|---|\n"
    marks = ("<!-- terms: off -->", "<!-- terms: on -->")
    return f"{before}{TITLE}{INTRODUCTION}\n{marks[0]}\n\n{head}{table}\n\n{marks[1]}\n"
