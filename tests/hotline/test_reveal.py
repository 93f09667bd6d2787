"""Copying an address out is counted, and over once the material is decided."""

import pytest

from copse.base.access import Denied
from copse.hotline.models import Look
from copse.hotline.services import materials
from copse.hotline.services.materials import BudgetSpent


def _reveal(hotline, who, material):
    with hotline.open(who):
        return materials.reveal(actor=who, material=material)


def test_each_look_is_counted(hotline):
    material = hotline.claim(hotline.amara, hotline.material())
    assert [_reveal(hotline, hotline.amara, material).place for _ in range(2)] == [1, 2]


def test_beyond_the_budget_nothing_is_shown(hotline, settings):
    settings.COPSE = settings.COPSE.model_copy(update={"daily_looks": 1})
    material = hotline.claim(hotline.amara, hotline.material())
    _reveal(hotline, hotline.amara, material)
    with pytest.raises(BudgetSpent, match="most for one day"):
        _reveal(hotline, hotline.amara, material)
    with hotline.open():
        assert Look.objects.count() == 1


def test_only_the_holder_looks(hotline):
    material = hotline.claim(hotline.amara, hotline.material())
    with pytest.raises(Denied):
        _reveal(hotline, hotline.ben, material)


def test_decided_material_is_never_shown_again(hotline):
    material = hotline.material()
    hotline.read_as(hotline.amara, material)
    hotline.read_as(hotline.ben, material)
    for who in (hotline.amara, hotline.esi, hotline.gita):
        with pytest.raises(Denied, match="decided"):
            _reveal(hotline, who, material)
