"""Every address is guarded or public, every action has a rule."""

import importlib
import inspect
from enum import EnumMeta, StrEnum
from pathlib import Path

from django.urls import get_resolver

from copse.base import access
from copse.base.access.checks import every_view_is_guarded, views

ROOT = Path(__file__).parent.parent.parent


def test_every_view_is_guarded_or_public():
    assert every_view_is_guarded() == []
    assert len(list(views(get_resolver()))) > 20


def test_the_check_sees_an_open_view(settings):
    settings.ROOT_URLCONF = "tests.house.open_urls"
    assert [error.id for error in every_view_is_guarded()] == ["copse.E001"]


def _actions():
    for path in sorted(ROOT.glob("copse/**/workflow.py")):
        if "kit" in path.parts:
            continue
        module = importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
        for _, found in inspect.getmembers(module, lambda o: isinstance(o, EnumMeta)):
            if issubclass(found, StrEnum) and found.__name__.endswith("Action"):
                yield from found


def test_every_action_has_a_rule():
    actions, declared = {str(a) for a in _actions()}, access.declared()
    assert len(actions) > 100
    assert sorted(actions - set(declared)) == []
    assert "hotline.concern.fly" not in declared
