"""The base of every parcel: its name, its version, and its way to JSON and back."""

from collections.abc import Mapping
from typing import Any, ClassVar, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, ValidationError

from copse.kit.errors import InputError


class UnknownParcel(InputError):  # noqa: N818 - named for the state, like its siblings
    """No such kind or version is known here, or its content does not fit."""

    code = "unknown-parcel"


_KNOWN: dict[tuple[str, int], type["Parcel"]] = {}


class Parcel(BaseModel):
    """A frozen message between desks. A change of its fields is a new `VERSION`."""

    model_config = ConfigDict(frozen=True, strict=False, extra="forbid")

    KIND: ClassVar[str]
    VERSION: ClassVar[int] = 1

    id: UUID

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        super().__pydantic_init_subclass__(**kwargs)
        key = (cls.KIND, cls.VERSION)
        if key in _KNOWN:
            message = f"two parcels are called {key}"
            raise TypeError(message)
        _KNOWN[key] = cls

    def to_json(self) -> dict[str, Any]:
        """The parcel as plain JSON values."""
        return self.model_dump(mode="json")

    @classmethod
    def read(cls, body: Mapping[str, Any]) -> Self:
        """A parcel from JSON values. Raises `UnknownParcel` naming the first field that is off."""
        try:
            return cls.model_validate(dict(body))
        except ValidationError as error:
            first = error.errors(include_input=False, include_url=False)[0]
            where = ".".join(str(part) for part in first["loc"])
            sentence = f"The parcel's field “{where}” does not fit: {first['msg']}."
            raise UnknownParcel(sentence, kind=cls.KIND, field=where) from None


def known() -> Mapping[tuple[str, int], type[Parcel]]:
    """Every kind and version this install reads."""
    return dict(_KNOWN)


def from_json(kind: str, version: int, body: Mapping[str, Any]) -> Parcel:
    """Read a parcel by its name and version. Raises `UnknownParcel`."""
    try:
        parcel = _KNOWN[kind, version]
    except KeyError:
        sentence = f"This install does not know parcels of kind “{kind}”, version {version}."
        raise UnknownParcel(sentence, kind=kind, version=version) from None
    return parcel.read(body)
