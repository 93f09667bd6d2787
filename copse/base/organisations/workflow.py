"""What administrators do with the directory of services."""

from enum import StrEnum


class Action(StrEnum):
    VIEW = "administration.service.view"
    EDIT = "administration.service.edit"
    IMPORT = "administration.service.import"
    EXPORT = "administration.service.export"
