"""Messages to the outside: written with the act that causes them, sent until they are taken.

Read in this order: workflow.py (the life of a message), writing.py (`mail`, `mail_raw`,
`webhook`), sending.py (one attempt, and what follows from it), carriers.py (SMTP and HTTPS),
views.py (what staff see of it). Each message goes out at least once, under one id for ever.
"""

from copse.base.outbox.carriers import NotTaken, carry, webhook_secret
from copse.base.outbox.failures import on_failure
from copse.base.outbox.writing import mail, mail_raw, webhook

__all__ = ["NotTaken", "carry", "mail", "mail_raw", "on_failure", "webhook", "webhook_secret"]
