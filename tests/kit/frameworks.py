"""Small frameworks for tests, as a person would write them."""

TEXT = "{en: a, fr: b, ar: c, sw: d}"
HEAD = f"""\
urn: urn:copse:framework:tiny
version: 2
kind: questions
title: {TEXT}
source: {{name: Nobody, year: 2021, url_or_reference: none}}
licence: {{note: own words}}
scales:
  legal:
    - {{value: no, label: {TEXT}}}
    - {{value: yes, label: {TEXT}}}
nodes:
"""
SECTION = f"  - {{id: A, kind: section, label: {TEXT}}}\n"
FIRST = f"  - {{id: A-1, kind: question, parent: A, label: {TEXT}, scale: legal}}\n"
SECOND = (
    f"  - {{id: A-2, kind: question, parent: A, label: {TEXT}, scale: legal,\n"
    "     depends: {question: A-1, answers: [yes]}}\n"
)
TINY = HEAD + SECTION + FIRST + SECOND


def renamed(name, text=TINY):
    return text.replace("framework:tiny", f"framework:{name}")


def put(folder, text=TINY, name="tiny"):
    """Write a framework's file; answers its path."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.yaml"
    path.write_text(renamed(name, text), "utf-8")
    return path


def put_crosswalk(folder, text, pair="tiny--other"):
    (folder / "crosswalks").mkdir(exist_ok=True)
    path = folder / "crosswalks" / f"{pair}.yaml"
    path.write_text(text, "utf-8")
    return path
