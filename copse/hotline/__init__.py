"""The hotline desk: a concern comes in, a decided reading goes out, an answer goes back.

Read in this order: workflow.py (what can happen), policies.py (who may do it), models (what is
kept), services (what is done), queries (the only door to a record). This room imports no other
room; what leaves it, leaves by `base.handover` or `base.outbox`.
"""
