"""Django's own checks: nothing unsafe in the settings, no model ahead of its migrations."""

import pytest
from django.apps import apps
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState


def test_no_model_is_ahead_of_its_migrations():
    """What `makemigrations --check` asks, without the database it would read as its owner."""
    loader = MigrationLoader(None)
    told = MigrationAutodetector(loader.project_state(), ProjectState.from_apps(apps))
    assert told.changes(loader.graph) == {}


def test_the_system_checks_pass():
    call_command("check", fail_level="WARNING")


@pytest.mark.parametrize("name", ["SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE"])
def test_the_deployment_checks_want_https_alone(settings, name, monkeypatch):
    """Tests are plain http: with secure cookies, nothing else is left to warn of."""
    # The browser's driver sets this for the journeys in the same process.
    monkeypatch.delenv("DJANGO_ALLOW_ASYNC_UNSAFE", raising=False)
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    call_command("check", deploy=True, fail_level="WARNING")
    setattr(settings, name, False)
    with pytest.raises(SystemCheckError, match="W01"):
        call_command("check", deploy=True, fail_level="WARNING")
