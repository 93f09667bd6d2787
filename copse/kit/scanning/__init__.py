"""Scan folders: walk them, fingerprint every file once, and say which are on a list.

Read in this order: walking.py (what lies in a folder), ledger.py (what is known of each file, and
still is after a kill), pool.py (children that hash, and may die), engine.py (the scan itself),
findings.py (what is written and counted).
"""

from copse.kit.scanning.engine import Crew, LocalCrew, Progress, processors, scan
from copse.kit.scanning.findings import Summary
from copse.kit.scanning.ledger import InUse, Ledger, NotALedger
from copse.kit.scanning.pool import Child, Outcome, Pool, Way
from copse.kit.scanning.walking import Place, Skipped, walk

__all__ = [
    "Child",
    "Crew",
    "InUse",
    "Ledger",
    "LocalCrew",
    "NotALedger",
    "Outcome",
    "Place",
    "Pool",
    "Progress",
    "Skipped",
    "Summary",
    "Way",
    "processors",
    "scan",
    "walk",
]
