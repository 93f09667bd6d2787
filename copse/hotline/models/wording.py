"""How a row's codes and stages are called in the reader's language."""

from enum import StrEnum
from typing import NamedTuple

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from copse.hotline.workflow import TITLES
from copse.kit import taxonomy

CONTACTS = {
    "abuse": _("Complaints office of the network"),
    "owner": _("Owner of the network"),
    "registrar": _("Seller of the name"),
}
FOUND = {
    "gone_404": (_("Not there"), "green"),
    "gone_410": (_("Taken away for good"), "green"),
    "no_name": (_("The name is gone"), "green"),
    "there": (_("Still there"), "red"),
    "refused": (_("Looking was refused"), "grey"),
    "error": (_("No answer"), "grey"),
}


class Tag(NamedTuple):
    title: str
    colour: str


def coded(scheme: str, code: str) -> str:
    """The name of a code; the code itself when a list no longer has it, nothing for nothing."""
    known = taxonomy.scheme(scheme)
    return known.label(code, get_language() or "en") if code in known else code


def stage_tag(stages: type[StrEnum], stage: str) -> Tag:
    title, colour = TITLES[stages].get(stage, (stage, "grey"))
    return Tag(str(title), colour)
