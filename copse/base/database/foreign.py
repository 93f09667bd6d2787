"""Rights on tables that are not ours to declare on a model: table, grantee, letters.

A table of a package that stands neither here nor on a model can be touched by nobody but the
owner; a house test names it.
"""

FOREIGN: dict[str, dict[str, str]] = {
    "django_session": {"door": "SIUD"},
    "django_content_type": {"door": "S"},
    "django_migrations": {"door": "S", "copse_web_portal": "S", "copse_worker": "S"},
}
