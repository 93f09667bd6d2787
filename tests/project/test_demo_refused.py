"""The demonstration's people have a known password: they never enter a real install."""

import os
import subprocess
import sys

import pytest


@pytest.mark.parametrize("module", ["copse.project.demo", "copse.project.demo.large"])
def test_a_real_install_refuses_the_demonstration(module, tmp_path):
    # Not under our own name for the mode: what stands in no variable is a real install.
    told = {k: v for k, v in os.environ.items() if not k.startswith("COPSE_")}
    told["COPSE_HOME"] = str(tmp_path)
    done = subprocess.run(
        [sys.executable, "-m", module], env=told, capture_output=True, text=True, check=False
    )
    assert done.returncode != 0
    assert "may not enter a real install" in done.stderr
