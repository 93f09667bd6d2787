"""Who did what to which record, in a log that nobody can bend without being seen.

Read in this order: log.py (`record`, `record_each`, `refused`, `actions_on`), models.py (the detail of an act),
migrations/0002_log.py (the tree in the database), checkpoints.py (what is signed and sent to the
witness), verify.py (whether it all still fits). The tree itself is `copse.kit.merkle`.
"""

from copse.base.audit.log import actions_on, record, record_each, refused

__all__ = ["actions_on", "record", "record_each", "refused"]
