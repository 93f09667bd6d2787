from typing import ClassVar

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Lower

from copse.base.database import Handling, Record
from copse.base.organisations.models import Desk

ROOMS = (
    "hotline", "helpline", "industry", "enforcement", "regulator",
    "strategy", "observatory", "participation", "learn",
)  # fmt: skip


class User(AbstractBaseUser, Record):
    """A member of staff. There is no all-powerful user: what one may do comes from desks."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120)
    language = models.CharField(max_length=8, default="en")
    is_active = models.BooleanField(default=True)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar = ["name"]

    objects = BaseUserManager["User"]()

    grants: ClassVar = {**dict.fromkeys(ROOMS, "S"), "administration": "SIU", "door": "SIU"}
    handling: ClassVar = {
        Handling.OPEN: {"id", "language", "is_active"},
        Handling.STAFF: {"email", "name", "last_login"},
        Handling.SECRET: {"password"},
    }

    class Meta:
        constraints = (models.UniqueConstraint(Lower("email"), name="accounts_one_user_an_email"),)

    def __str__(self) -> str:
        return self.name


class Membership(Record):
    """A person's place at a desk, with the roles played there."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships", db_index=False
    )
    desk = models.ForeignKey(Desk, models.CASCADE, related_name="memberships")
    roles = ArrayField(models.CharField(max_length=60), default=list)

    # Joining happens at the invitation's page, before any desk is open.
    grants: ClassVar = {
        **dict.fromkeys(ROOMS, "S"), "administration": "SIUD", "door": "SI", "copse_worker": "S",
    }  # fmt: skip
    handling: ClassVar = {Handling.OPEN: {"id", "desk"}, Handling.STAFF: {"user", "roles"}}

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("user", "desk"), name="accounts_one_place_a_desk"),
        )

    def __str__(self) -> str:
        return f"{self.user_id} at {self.desk_id}"


class Invitation(Record):
    """A single-use way in, made by an administrator; only the link's digest is kept."""

    email = models.EmailField()
    token_digest = models.BinaryField(max_length=32, unique=True)
    places = models.JSONField(default=list)  # [{"desk": id, "roles": [code, …]}, …]
    invited_by = models.UUIDField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    grants: ClassVar = {"administration": "SIUD", "door": "SU"}
    handling: ClassVar = {
        Handling.OPEN: {"id", "expires_at", "used_at"},
        Handling.STAFF: {"email", "places", "invited_by"},
        Handling.SECRET: {"token_digest"},
    }

    def __str__(self) -> str:
        return str(self.pk)
