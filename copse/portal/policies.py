"""The public side asks no permission; these rules keep its acts from ever being given to a desk."""

from copse.base.access import declare, is_system
from copse.portal.workflow import Action

declare(dict.fromkeys(Action, is_system))
