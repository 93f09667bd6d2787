"""Fill the demonstration; run by `copse demo` in a process of its own."""

import os
import sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "copse.project.settings")

import django

django.setup()


def main() -> None:
    """Fill Arbora, and with the word `large` add a million concerns as the tables' owner."""
    from copse.project import install
    from copse.project.configuration import configuration
    from copse.project.demo import fill

    fill()
    if sys.argv[1:] == ["large"]:
        install.run_module(configuration, "copse.project.demo.large", "owner")


main()
