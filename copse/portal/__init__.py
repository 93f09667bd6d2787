"""The portal: anybody tells what they saw or what happened, and reads the answer under a code.

It can write and never read: stories are sealed to the desk before they are stored. Read in this
order: workflow.py (the questions), drafts in services/drafts.py (what is kept while somebody
types), services/submit.py (the one transaction), services/codes.py and services/tickets.py (how a
code is made and checked).
"""
