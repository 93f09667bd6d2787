"""The strategy room: the national plan, the law under it, the council over it, who was heard.

Read in this order: workflow.py (what can happen), models (what is kept), policies.py (who may do
it), services (what it does). Numbers come from the observatory as parcels, and the published plan
goes there as one; this room imports no other.
"""
