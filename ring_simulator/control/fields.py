"""Validation of the JSON bodies of the control API."""

from collections.abc import Collection
from typing import Any

from aiohttp import web
import orjson
from yarl import URL


class BadInputError(Exception):
    """The request is invalid, and nothing was changed; the message says why."""

    def __init__(self, message: str, *, status: int = 400) -> None:
        """Create the error with a message and an HTTP status."""
        super().__init__(message)
        self.status = status


class Fields:
    """The fields of a JSON object, read by type.

    Every method returns None for a field that is absent or null, and raises
    BadInputError for a field of the wrong type.
    """

    def __init__(self, members: dict[str, Any]) -> None:
        """Use the members of a JSON object."""
        self._members = members

    @classmethod
    async def read(cls, request: web.Request, *names: str) -> Fields:
        """Return the fields of a request's body; other names than these are invalid."""
        body = await request.read()
        try:
            members = orjson.loads(body) if body else {}
        except orjson.JSONDecodeError:
            raise BadInputError("The body is not JSON") from None
        if not isinstance(members, dict):
            raise BadInputError("The body must be a JSON object")
        for name in members:
            if name not in names:
                raise BadInputError(f"{name}: unknown, known: {', '.join(names)}")
        return cls(members)

    def __contains__(self, name: str) -> bool:
        return name in self._members

    def text(self, name: str) -> str | None:
        """Return a string that is not blank, without surrounding spaces."""
        value = self._typed(name, str, "a string")
        if value is None:
            return None
        value = value.strip()
        if not value:
            raise BadInputError(f"{name}: must not be empty")
        return value

    def url(self, name: str) -> str | None:
        """Return a URL with http or https, or an empty string."""
        value = self._typed(name, str, "a string")
        if not value:
            return value
        try:
            url = URL(value)
        except ValueError:
            url = URL()
        if url.scheme not in ("http", "https") or url.host is None:
            raise BadInputError(f"{name}: must be a URL with http:// or https://")
        return value

    def text_list(self, name: str) -> list[str] | None:
        """Return a list of strings."""
        value = self._typed(name, list, "a list of strings")
        if value is not None and not all(isinstance(item, str) for item in value):
            raise BadInputError(f"{name}: must be a list of strings")
        return value

    def boolean(self, name: str) -> bool | None:
        """Return a boolean."""
        return self._typed(name, bool, "true or false")

    def integer(self, name: str) -> int | None:
        """Return an integer."""
        value = self._members.get(name)
        if value is None or type(value) is int:
            return value
        raise BadInputError(f"{name}: must be a whole number")

    def number(self, name: str) -> float | None:
        """Return a number."""
        value = self._members.get(name)
        if value is None or type(value) in (int, float):
            return value
        raise BadInputError(f"{name}: must be a number")

    def text_or_number(self, name: str) -> str | float | None:
        """Return a string or a number."""
        if isinstance(self._members.get(name), str):
            return self.text(name)
        return self.number(name)

    def choice[T](self, name: str, allowed: Collection[T]) -> T | None:
        """Return one of the allowed values."""
        value = self._members.get(name)
        if value is None:
            return None
        for item in allowed:
            if item == value:
                return item
        raise BadInputError(f"{name}: must be one of {', '.join(map(str, allowed))}")

    def json_object(self, name: str) -> dict[str, Any] | None:
        """Return a JSON object."""
        return self._typed(name, dict, "a JSON object")

    def integer_pair(self, name: str) -> tuple[int, int] | None:
        """Return a list of two integers."""
        value = self._typed(name, list, "two whole numbers")
        if value is None:
            return None
        if [type(item) for item in value] != [int, int]:
            raise BadInputError(f"{name}: must be two whole numbers")
        return value[0], value[1]

    def required(self, name: str) -> str:
        """Return a string that must be present."""
        value = self.text(name)
        if value is None:
            raise BadInputError(f"{name}: is required")
        return value

    def _typed[T](self, name: str, type_: type[T], expected: str) -> T | None:
        value = self._members.get(name)
        if value is None or isinstance(value, type_):
            return value
        raise BadInputError(f"{name}: must be {expected}")
