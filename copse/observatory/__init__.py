"""The observatory: rooms send counts, one function makes them safe, everybody reads the release.

Hana works here. Read in this order: workflow.py (what may be done), services/publishing.py (the
one function that makes every public figure), `copse.kit.stats.disclosure` (its rules),
queries/figures.py (a release as tables), views.py. The public pages run in the compartment
“public”, which can read releases and nothing else.
"""
