"""The demonstration's people have a known password: they never enter a real install."""

import os
import subprocess
import sys

import pytest

from copse.project import install


def run_really(tmp_path, *arguments):
    # Not under our own name for the mode: what stands in no variable is a real install.
    told = {k: v for k, v in os.environ.items() if not k.startswith("COPSE_")}
    told["COPSE_HOME"] = str(tmp_path)
    return subprocess.run(
        [sys.executable, *arguments], env=told, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("module", ["copse.project.demo", "copse.project.demo.large"])
def test_a_real_install_refuses_the_demonstration(module, tmp_path):
    done = run_really(tmp_path, "-m", module)
    assert done.returncode != 0
    assert "may not enter a real install" in done.stderr


def test_a_real_password_is_dear_to_guess(tmp_path):
    install.make_secrets(tmp_path)
    done = run_really(
        tmp_path, "-c", "from copse.project import settings; print(settings.COPSE_ARGON)"
    )
    assert done.stdout == "full\n", done.stderr
