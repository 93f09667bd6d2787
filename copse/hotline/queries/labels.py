"""Which law a label rests on, in words for whoever reads material."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from copse.hotline.models import LegalBasis
from copse.kit import taxonomy

MATERIAL = "material"


class Basis(NamedTuple):
    """Whether a label rests on a provision in force, and the sentence that says so."""

    in_force: bool
    sentence: str


def bases() -> dict[str, Basis]:
    """The basis of every label that calls material illegal, by its code."""
    told = {one.label: one for one in LegalBasis.objects.all()}
    codes = taxonomy.scheme("material_label").codes(retired=True, effect=MATERIAL)
    return {code: _basis(told.get(code)) for code in codes}


def basis_of(label: str) -> Basis | None:
    """The basis of one label; None for a label that calls nothing illegal, and for none."""
    return bases().get(label)


def _basis(told: LegalBasis | None) -> Basis:
    if told is None:
        return Basis(False, _("The strategy office has not said which law this label rests on."))
    valid = [one for one in told.grounds if one["in_force"]]
    if valid:
        return Basis(True, _("Rests on %(law)s.") % {"law": _names(valid)})
    said = _("No provision in force: this cannot be called illegal here.")
    if told.grounds:
        said += " " + _("Not in force: %(law)s.") % {"law": _names(told.grounds)}
    return Basis(False, said)


def _names(grounds: Iterable[Mapping[str, Any]]) -> str:
    return "; ".join(f"{one['law']}, {one['provision']}" for one in grounds)
