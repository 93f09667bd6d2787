"""Staff: who they are, which desks and roles they have, how they come in and go out.

Read in this order: models.py (people, memberships, invitations), door.py (what `access.guarded`
asks), sessions.py (how long a session lives), people.py (invite, change, remove), adapter.py
(what we change in allauth), demo.py (one-press entry, in the demonstration only).
"""
