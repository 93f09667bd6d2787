"""Everything said to a reader is said in every language."""

import re

import pytest
from babel.messages.pofile import read_po

from copse.base.web.extraction import (
    LANGUAGES,
    ROOT,
    apps,
    catalogue_of,
    header_of,
    sentences,
    update,
)
from copse.base.web.messages import sources

PLACE = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")


def said(message):
    return message.string if isinstance(message.string, tuple) else (message.string,)


def faults(messages, catalogue):
    known = {m.id if isinstance(m.id, str) else m.id[0]: m for m in catalogue if m.id}
    found = []
    for sentence in messages:
        first = sentence if isinstance(sentence, str) else sentence[0]
        message = known.get(first)
        if message is None or not all(said(message)):
            found.append((first, "not translated"))
        elif message.fuzzy:
            found.append((first, "fuzzy"))
        elif any(_places(first, one) for one in said(message)[-1:]):
            found.append((first, "other placeholders"))
    return found


def _places(source, translated):
    return sorted(PLACE.findall(source)) != sorted(PLACE.findall(translated))


@pytest.fixture(scope="module")
def spoken():
    """Every app that says something, with its sentences."""
    return {app: found for app in apps() if (found := sentences(app))}


@pytest.fixture(scope="module")
def catalogues(spoken):
    """Each catalogue, read once; an absent one is none."""
    paths = {catalogue_of(app, one): one for app in spoken for one in LANGUAGES}
    return {path: _read(path, one) for path, one in paths.items()}


def _read(path, language):
    if not path.exists():
        return None
    with path.open("rb") as text:
        return read_po(text, locale=language)


def test_every_sentence_is_translated(spoken, catalogues):
    assert len(spoken) > 10
    missing = [str(path.relative_to(ROOT)) for path, read in catalogues.items() if read is None]
    assert missing == []
    wrong = {
        (app.name, language): faults(wanted, catalogues[catalogue_of(app, language)])
        for app, wanted in spoken.items()
        for language in LANGUAGES
    }
    assert {place: found for place, found in wrong.items() if found} == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sentence_is_said_in_one_way(catalogues, language):
    """Django reads all catalogues as one, so that of two translations only one is ever seen."""
    ways = {}
    for read in catalogues.values():
        for message in read if read is not None and str(read.locale) == language else ():
            ways.setdefault(str(message.id), set()).add(str(message.string))
    assert len(ways) > 1_000
    assert {said: found for said, found in ways.items() if said and len(found) > 1} == {}


def test_the_rule_sees_what_is_missing(tmp_path):
    path = tmp_path / "django.po"
    path.write_text('msgid ""\nmsgstr ""\n\nmsgid "You have %(n)s"\nmsgstr "Vous avez"\n')
    with path.open("rb") as text:
        catalogue = read_po(text, locale="fr")
    wanted = ["You have %(n)s", "Absent"]
    assert [fault for _, fault in faults(wanted, catalogue)] == [
        "other placeholders",
        "not translated",
    ]


def test_sentences_are_read_from_pages_and_code(tmp_path):
    (tmp_path / "templates").mkdir()
    page = '{% translate "One" %}{% blocktranslate count n=n %}a {{ n }}{% plural %}b {{ n }}'
    (tmp_path / "templates" / "page.html").write_text(page + "{% endblocktranslate %}")
    (tmp_path / "code.py").write_text('_("Two " "parts")\nngettext("x", "y", 2)\n')
    found = sentences(tmp_path)
    assert found == {"One", ("a %(n)s", "b %(n)s"), "Two parts", ("x", "y")}


CATALOGUES = sources()


def test_a_catalogue_begins_as_every_other_of_its_language():
    """Without anybody's name, address or date, and with one plural for one language."""
    texts = {path: path.read_text() for path in CATALOGUES}
    other = [
        str(path.relative_to(ROOT))
        for path, text in texts.items()
        if not text.startswith(header_of(path.parent.parent.name)) or "EMAIL@ADDRESS" in text
    ]
    assert other == [], "run `make messages`"


def test_every_app_and_language_has_its_catalogue_looked_at(catalogues):
    assert set(catalogues) <= set(CATALOGUES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_collecting_messages_keeps_a_catalogue_plain(tmp_path, language):
    """A new one, one with a new sentence, and one that a tool has filled with places to fill in."""
    (tmp_path / "code.py").write_text('_("One")\n')
    path = catalogue_of(tmp_path, language)
    assert update(tmp_path, language) == 1
    assert path.read_text().startswith(header_of(language))
    (tmp_path / "code.py").write_text('_("One")\nngettext("%(n)s x", "%(n)s xs", 2)\n')
    assert update(tmp_path, language) == 1
    entries = path.read_text().removeprefix(header_of(language))
    assert 'msgid "One"' in entries
    placeholders = (
        '# FIRST AUTHOR <EMAIL@ADDRESS>, 2026.\n#, fuzzy\nmsgid ""\nmsgstr ""\n'
        '"POT-Creation-Date: 2026-11-24 06:55+0000\\n"\n"Last-Translator: FULL NAME\\n"\n\n'
    )
    path.write_text(placeholders + entries)
    assert update(tmp_path, language) == 0
    assert path.read_text() == header_of(language) + entries
