"""The made-up country Arbora: its people, what they were told, and a year of their work.

`fill()` makes it once. `python -m copse.project.demo large` adds a million concerns (large.py).
"""

from copse.project.configuration import Unsafe, configuration

if configuration.mode == "real":
    raise Unsafe(
        "Arbora is made up and everybody knows its people's password, so that it may not enter a "
        "real install. Run `copse demo`."
    )


def fill() -> bool:
    """Make Arbora; says whether there was anything to do. An install with a desk is left alone."""
    # Models load only once Django has its list of apps.
    from copse.project.demo import filling

    return filling.fill()
