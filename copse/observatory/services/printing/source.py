from dataclasses import dataclass
from functools import cached_property

from copse.observatory.queries.country import Country
from copse.observatory.queries.figures import Figures


@dataclass(frozen=True)
class Source:
    """The frozen text of a release, and the code of the action that a sheet is about."""

    figures: Figures
    code: str = ""

    @cached_property
    def country(self) -> Country:
        return Country(self.figures.content)
