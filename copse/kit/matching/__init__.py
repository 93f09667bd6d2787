"""Exact search for known fingerprints and digests.

Read in this order: matcher.py (what to call), layout.py (the file), kernels.py (why nothing is
missed), building.py, writing.py (additions, withdrawals, swaps), digests.py (exact digests).
"""
