"""The `copse` command. Server parts are imported only by the commands that need them."""

from copse.cli.app import app, main

__all__ = ["app", "main"]
