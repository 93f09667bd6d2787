"""Lists of known material: signed, versioned, pulled from their publisher, matched against.

Read in this order: entry.py (what a list holds), manifest.py (what a publisher signs),
publication.py (the publisher's side), pulling.py (the subscriber's side), known.py (matching).
The formats that others read and write are in `copse.kit.exchange`.

    Publication.create(folder, terms).publish(entries, signer)     # folder/public is served
    pull(source, "arbora", key)                                    # checks everything, then switches
    KnownList.open("arbora").match(fingerprint("photo.jpg"))
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from copse.kit.lists.comparing import Comparison, compare
    from copse.kit.lists.counting import Stats, stats
    from copse.kit.lists.entry import BadEntry, Entry, Opinion
    from copse.kit.lists.importing import import_file
    from copse.kit.lists.known import KnownList, Match, Matches
    from copse.kit.lists.manifest import BadManifest, Licence, Manifest
    from copse.kit.lists.publication import BenignRefused, Publication, Terms
    from copse.kit.lists.pulling import Expired, Pulled, RolledBack, pull
    from copse.kit.lists.verifying import Verdict, verify

_WHERE = {
    "comparing": ("Comparison", "compare"),
    "counting": ("Stats", "stats"),
    "entry": ("BadEntry", "Entry", "Opinion"),
    "importing": ("import_file",),
    "known": ("KnownList", "Match", "Matches"),
    "manifest": ("BadManifest", "Licence", "Manifest"),
    "publication": ("BenignRefused", "Publication", "Terms"),
    "pulling": ("Expired", "Pulled", "RolledBack", "pull"),
    "verifying": ("Verdict", "verify"),
}
_HOME = {name: module for module, names in _WHERE.items() for name in names}

__all__ = [
    "BadEntry",
    "BadManifest",
    "BenignRefused",
    "Comparison",
    "Entry",
    "Expired",
    "KnownList",
    "Licence",
    "Manifest",
    "Match",
    "Matches",
    "Opinion",
    "Publication",
    "Pulled",
    "RolledBack",
    "Stats",
    "Terms",
    "Verdict",
    "compare",
    "import_file",
    "pull",
    "stats",
    "verify",
]


def __getattr__(name: str) -> Any:
    """Load what is asked for, so that importing the package costs nothing."""
    try:
        home = _HOME[name]
    except KeyError:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message) from None
    return getattr(import_module(f"{__name__}.{home}"), name)
