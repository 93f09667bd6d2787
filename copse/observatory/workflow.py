from enum import StrEnum


class Action(StrEnum):
    """One string is the permission, the audit entry and the button. A release has no stages."""

    VIEW = "observatory.release.view"
    PUBLISH = "observatory.release.publish"
    RECEIVE = "observatory.sheet.receive"
