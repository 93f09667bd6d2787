"""Which sentences an app says to its readers: read from its code and its pages.

`python -m copse.base.web.extraction` (or `make messages`) adds new ones to every catalogue.
"""

import io
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_python
from babel.messages.pofile import read_po, write_po
from django.template.base import Lexer, Token, TokenType
from django.utils.translation import trim_whitespace
from django.utils.translation.template import (
    block_re,
    constant_re,
    endblock_re,
    inline_re,
    plural_re,
)

ROOT = Path(__file__).parent.parent.parent
LANGUAGES = ("ar", "fr", "sw")
# Written the same way everywhere: two formulas for one language would say two different plurals.
PLURALS = {
    "ar": "nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : "
    "n%100>=11 ? 4 : 5);",
    "fr": "nplurals=2; plural=(n > 1);",
    "sw": "nplurals=2; plural=(n != 1);",
}
Sentence = str | tuple[str, ...]
_SINGLE = ("_", "gettext", "gettext_lazy", "gettext_noop")
KEYWORDS = dict.fromkeys([*_SINGLE, "ngettext", "ngettext_lazy"])


def apps(root: Path = ROOT) -> list[Path]:
    """Every folder with an `apps.py`: it has its own catalogue."""
    return sorted(path.parent for path in root.glob("**/apps.py"))


def sentences(app: Path) -> set[Sentence]:
    """Every message of an app, plural ones as a pair."""
    found: set[Sentence] = set()
    for path in app.glob("**/*.py"):
        if "migrations" not in path.parts:
            found |= set(_of_code(path))
    for path in [*app.glob("**/templates/**/*.html"), *app.glob("**/templates/**/*.txt")]:
        found |= set(_of_page(path.read_text()))
    return found


def _of_code(path: Path) -> Iterator[Sentence]:
    with path.open("rb") as source:
        for _line, keyword, said, _notes in extract_python(source, KEYWORDS, (), {}):
            if keyword in _SINGLE and isinstance(said, str) and said:
                yield said
            elif keyword not in _SINGLE and isinstance(said, tuple):
                yield tuple(part for part in said[:2] if part)


def _of_page(source: str) -> Iterator[Sentence]:
    tokens = iter(Lexer(source).tokenize())
    for token in tokens:
        if token.token_type not in (TokenType.BLOCK, TokenType.VAR):
            continue
        for constant in constant_re.findall(token.contents):
            yield _unquoted(constant.removeprefix("_(").removesuffix(")"))
        if token.token_type is TokenType.VAR:
            continue
        if inline := inline_re.match(token.contents):
            yield _unquoted(inline["message"] if "message" in inline.groupdict() else inline[1])
        elif block_re.match(token.contents):
            yield _of_block(token.contents, tokens)


def _of_block(opening: str, tokens: Iterator[Token]) -> Sentence:
    parts = [""]
    for token in tokens:
        if token.token_type is TokenType.BLOCK:
            if endblock_re.match(token.contents):
                break
            if plural_re.match(token.contents):
                parts.append("")
        elif token.token_type is TokenType.VAR:
            parts[-1] += f"%({token.contents})s"
        elif token.token_type is TokenType.TEXT:
            parts[-1] += token.contents.replace("%", "%%")
    if "trimmed" in opening:
        parts = [trim_whitespace(part) for part in parts]
    return parts[0] if len(parts) == 1 else (parts[0], parts[1])


def _unquoted(text: str) -> str:
    return text.strip()[1:-1]


def catalogue_of(app: Path, language: str) -> Path:
    return app / "locale" / language / "LC_MESSAGES" / "django.po"


def header_of(language: str) -> str:
    """How every catalogue of a language begins: no person, no address and no date."""
    fields = {
        "Project-Id-Version": "Copse",
        "Language": language,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": PLURALS[language],
    }
    lines = "".join(f'"{name}: {value}\\n"\n' for name, value in fields.items())
    return f'msgid ""\nmsgstr ""\n{lines}\n'


def plain(text: str, language: str) -> str:
    """A catalogue's text with the header of its language in place of its own."""
    _before, _found, entries = text.lstrip().partition('msgid ""\nmsgstr ""\n')
    return header_of(language) + entries.partition("\n\n")[2].lstrip("\n")


def update(app: Path, language: str) -> int:
    """Add the app's new sentences to a catalogue, untranslated; how many were added."""
    path = catalogue_of(app, language)
    if path.exists():
        with path.open("rb") as text:
            catalogue = read_po(text, locale=language)
    else:
        catalogue = Catalog(locale=language, project="Copse", fuzzy=False)
    known = {message.id if isinstance(message.id, str) else message.id[0] for message in catalogue}
    new = [one for one in sentences(app) if (one if isinstance(one, str) else one[0]) not in known]
    for sentence in sorted(new, key=str):
        catalogue.add(sentence)
    if new:
        path.parent.mkdir(parents=True, exist_ok=True)
        made = io.BytesIO()
        write_po(made, catalogue, width=100, sort_output=True)
        path.write_text(plain(made.getvalue().decode(), language))
    elif path.exists() and not path.read_text().startswith(header_of(language)):
        path.write_text(plain(path.read_text(), language))
    return len(new)


def main() -> None:
    for app in apps():
        for language in LANGUAGES:
            update(app, language)


if __name__ == "__main__":
    main()
