"""What a wheel carries and a checkout makes at its start: compiled words and packed styles."""

import importlib.util
from pathlib import Path
from types import ModuleType
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


def _load(root: Path, name: str) -> ModuleType:
    # By path: building must not need Django, which importing the package's neighbours would.
    spec = importlib.util.spec_from_file_location(
        name, root / "copse" / "base" / "web" / f"{name}.py"
    )
    if spec is None or spec.loader is None:
        raise FileNotFoundError(name)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class BuildHook(BuildHookInterface):
    """Runs before hatchling gathers the files."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002
        root = Path(self.root)
        _load(root, "messages").compile_stale(root / "copse")
        _load(root, "stylesheets").compress_stale(
            root / "copse" / "base" / "web" / "static" / "web"
        )
        build_data["artifacts"] += ["*.mo", "*.css.gz", "*.js.gz"]
