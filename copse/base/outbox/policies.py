"""Who sees what did not work in the whole install."""

from copse.base.access import declare
from copse.base.accounts.policies import administrator
from copse.base.outbox.workflow import AdministrationAction

declare(dict.fromkeys(AdministrationAction, administrator))
