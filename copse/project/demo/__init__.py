"""The made-up country Arbora: its people, what they were told, and a year of their work.

`fill()` makes it once. `python -m copse.project.demo large` adds a million concerns (large.py).
"""

from copse.project.demo.filling import fill

__all__ = ["fill"]
