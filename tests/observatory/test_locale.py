"""Every string a reader sees is there in every language."""

import re
from pathlib import Path

import pytest

import copse.observatory

HOME = Path(copse.observatory.__file__).parent
SINGLE = re.compile(r'(?:translate|gettext_lazy\(|\b_\(|ngettext\()\s*"([^"]+)"')


@pytest.mark.parametrize("lang", ["fr", "ar", "sw"])
def test_every_string_is_translated(lang):
    catalogue = (HOME / "locale" / lang / "LC_MESSAGES" / "django.po").read_text("utf-8")
    sources = [*HOME.rglob("*.py"), *HOME.rglob("*.html")]
    wanted = {text for path in sources for text in SINGLE.findall(path.read_text("utf-8"))}
    missing = sorted(text for text in wanted if f'msgid "{text}"' not in catalogue)
    assert len(wanted) > 40
    assert missing == []
    assert 'msgstr ""\n\n' not in catalogue
