"""What states, kinds of law and treaties are called in the reader's language, and their colours."""

from collections.abc import Mapping

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from copse.kit import taxonomy
from copse.kit.framework.model import Node, words
from copse.strategy.queries import law
from copse.strategy.queries.wording import Tag, Text

COLOURS: Mapping[str, str] = {
    law.UNKNOWN: "grey", law.ABSENT: "red", law.REPEALED: "red", law.DRAFT: "yellow",
    law.PASSED: "blue", law.IN_FORCE: "green",
    "none": "grey", "signed": "yellow", "ratified": "turquoise", "bound": "green",
    law.DENOUNCED: "red", "unused": "grey", "known": "blue", "followed": "green",
}  # fmt: skip
KINDS: dict[str, Text] = {
    "constitution": _("Constitution"),
    "act": _("Act of parliament"),
    "code": _("Code"),
    "decree": _("Decree"),
    "regulation": _("Regulation"),
    "bill": _("Bill, not passed yet"),
}
DENOUNCED = _("Left")
LANGUAGES: dict[str, Text] = dict(settings.LANGUAGES)


def state(code: str) -> Tag:
    """A state of a question, an article or a power."""
    return Tag(states()[code], COLOURS[code])


def states() -> dict[str, str]:
    """The states of a question by their codes, from the least to the most."""
    levels = law.law().scales["state"].levels
    return {one.value: words(one.label, _language()) for one in levels}


def bonds(treaty: Node) -> dict[str, Text]:
    """The states a country can be in with one treaty."""
    scale = law.treaties().scale_of(treaty)
    found: dict[str, Text] = {
        one.value: words(one.label, _language()) for one in (scale.levels if scale else ())
    }
    return {code: found.get(code, DENOUNCED) for code in law.bonds(treaty)}


def bond(treaty: Node, code: str) -> Tag:
    return Tag(bonds(treaty).get(code, code), COLOURS.get(code, "grey"))


def name(node: Node) -> str:
    """A node's own words."""
    return words(node.label, _language())


def hint(node: Node) -> str:
    return words(node.hint, _language())


def label(code: str) -> str:
    """A label of the hotline; its code where the list has it no more."""
    scheme = taxonomy.scheme("material_label")
    return scheme.label(code, _language()) if code in scheme else code


def _language() -> str:
    return get_language() or "en"
