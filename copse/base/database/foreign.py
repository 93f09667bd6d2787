"""Rights on tables that are not ours to declare on a model: table, grantee, letters.

A table of a package that stands neither here nor on a model can be touched by nobody but the
owner; a house test names it.
"""

FOREIGN: dict[str, dict[str, str]] = {
    "django_session": {"door": "SIUD"},
    "django_content_type": {"door": "S"},
    # Everybody asks for work through a function (base/jobs/rights.py); only the worker sees it.
    "procrastinate_jobs": {"copse_worker": "SUD", "copse_all": "SUD"},
    "procrastinate_workers": {"copse_worker": "S", "copse_all": "S"},
    "procrastinate_events": {"copse_worker": "SD", "copse_all": "SD"},
    "procrastinate_periodic_defers": {"copse_worker": "S", "copse_all": "S"},
    "account_emailaddress": {"door": "SIUD"},
    "account_emailconfirmation": {"door": "S"},
    "mfa_authenticator": {"door": "SIUD"},
    # Django's own permissions are not used: what one may do comes from desks and roles.
    "auth_permission": {},
    "auth_group": {},
    "auth_group_permissions": {},
}
