"""Pages of the desk, and the provider's."""

from copse.base.access import SeeOther, see_other

__all__ = ["SeeOther", "see_other"]
