"""Words about children that should not be used, found in texts, with what to write instead.

    from copse.kit import terms
    for flag in terms.lint("Whoever possesses child pornography …").flags:
        print(flag.line, flag.column, flag.found, flag.term.instead)

Read in this order: model.py (a term, a flag), vocabulary.py (the lists, and how a term becomes a
pattern), masking.py (what of a page or a catalogue is read at all), linting.py (the search).
"""

from copse.kit.terms.linting import Finding, lint, lint_file
from copse.kit.terms.model import BadText, Flag, Format, Term
from copse.kit.terms.vocabulary import HOUSE, LANGUAGES, vocabulary

__all__ = [
    "HOUSE",
    "LANGUAGES",
    "BadText",
    "Finding",
    "Flag",
    "Format",
    "Term",
    "lint",
    "lint_file",
    "vocabulary",
]
