"""Who may do what: one string is the permission, the step, the audit entry and the button.

What is not declared is refused. Every view is `guarded` or `public`, or the start fails.
"""

from copse.base.access.actors import Actor, link_holder, system
from copse.base.access.answers import SeeOther, see_other
from copse.base.access.rules import (
    Decision,
    Denied,
    Role,
    Rule,
    all_of,
    any_of,
    declare,
    declared,
    is_link_holder,
    is_system,
    may,
    require,
    role,
    roles,
    rule,
)
from copse.base.access.views import StaffRequest, guarded, outside_desks, public, tokened

__all__ = [
    "Actor",
    "Decision",
    "Denied",
    "Role",
    "Rule",
    "SeeOther",
    "StaffRequest",
    "all_of",
    "any_of",
    "declare",
    "declared",
    "guarded",
    "is_link_holder",
    "is_system",
    "link_holder",
    "may",
    "outside_desks",
    "public",
    "require",
    "role",
    "roles",
    "rule",
    "see_other",
    "system",
    "tokened",
]
