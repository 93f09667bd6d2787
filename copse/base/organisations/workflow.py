"""What administrators do with the directory of services, and with the clocks of retention."""

from enum import StrEnum


class Action(StrEnum):
    VIEW = "administration.service.view"
    EDIT = "administration.service.edit"
    IMPORT = "administration.service.import"
    EXPORT = "administration.service.export"


class ClockAction(StrEnum):
    VIEW = "administration.retention.view"
    CHANGE = "administration.retention.change"
