"""Debian's Chromium, and the flags that keep it on this machine.

Its shell without a window reads pages alike for two thirds of the work, and serves where it is
installed; what a person's own browser keeps on its disk is asked of the whole one.
"""

import shutil

FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()
CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
SHELL = shutil.which("chromium-headless-shell") or CHROMIUM
