"""The same fingerprint on a person's own device: one JavaScript module that a page serves.

The picture stays where it is; only 64 letters leave. `pdq.mjs` says what it gives and how.
"""

from importlib.resources import files

__all__ = ["javascript"]


def javascript() -> str:
    """The text of `pdq.mjs`, an ES module without dependencies, for a page of your own to serve."""
    return files(__name__).joinpath("pdq.mjs").read_text("utf-8")
