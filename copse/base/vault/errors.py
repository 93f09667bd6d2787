"""What can stand between a person and a sealed record."""

from typing import Self

from django.utils.translation import gettext as _

from copse.kit.errors import RefusedError


class Locked(RefusedError):  # noqa: N818 - named for the state
    """This person's key does not open the record."""

    code = "locked"

    @classmethod
    def ask_a_colleague(cls) -> Self:
        return cls(
            _("Your key does not open this desk's records yet. Ask a colleague to grant it.")
        )


class Erased(RefusedError):  # noqa: N818 - named for the state
    """The record's wrappers were destroyed; nobody can open it again."""

    code = "erased"
