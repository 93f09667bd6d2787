"""What administrators do with the directory, the clocks of retention and the country's row."""

from enum import StrEnum


class Action(StrEnum):
    VIEW = "administration.service.view"
    EDIT = "administration.service.edit"
    IMPORT = "administration.service.import"
    EXPORT = "administration.service.export"


class ClockAction(StrEnum):
    VIEW = "administration.retention.view"
    CHANGE = "administration.retention.change"


class CountryAction(StrEnum):
    CHANGE = "administration.country.change"
