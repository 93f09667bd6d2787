"""Every string a reader sees is there in every language."""

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

import copse.observatory
from copse.observatory.queries.country import short

HOME = Path(copse.observatory.__file__).parent
SINGLE = re.compile(r'(?:translate|gettext_lazy\(|\b_\(|ngettext\()\s*"([^"]+)"')


@pytest.mark.parametrize("lang", ["fr", "ar", "sw"])
def test_every_string_is_translated(lang):
    with (HOME / "locale" / lang / "LC_MESSAGES" / "django.po").open("rb") as text:
        known = {m.id if isinstance(m.id, str) else m.id[0] for m in read_po(text) if m.string}
    sources = [*HOME.rglob("*.py"), *HOME.rglob("*.html")]
    wanted = {text for path in sources for text in SINGLE.findall(path.read_text("utf-8"))}
    missing = sorted(text for text in wanted if text not in known)
    assert len(wanted) > 40
    assert missing == []


@pytest.mark.parametrize(
    ("period", "said"), [("2026", "2026"), ("2026-10", "10/2026"), ("2026-Q3", "07–09/2026")]
)
def test_a_period_under_a_chart_is_no_code(period, said):
    assert short(period) == said
