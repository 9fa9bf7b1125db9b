"""Reads the members of a JSON body, and says plainly what is wrong with one."""

from collections.abc import Collection
from typing import Any

from aiohttp import web
import orjson
from yarl import URL


class BadInputError(Exception):
    """A request to the control API that can't be done; nothing was changed."""

    def __init__(self, message: str, *, status: int = 400) -> None:
        """Make the error with a message for people."""
        super().__init__(message)
        self.status = status


class Fields:
    """The members of a JSON object; whoever takes them names the type.

    Each method returns none for a member that is absent or null, and raises
    BadInputError for one of the wrong type.
    """

    def __init__(self, members: dict[str, Any]) -> None:
        """Read these members."""
        self._members = members

    @classmethod
    async def of(cls, request: web.Request, *known: str) -> Fields:
        """Return the members of a request's body, which may only have known names."""
        raw = await request.read()
        try:
            members = orjson.loads(raw) if raw else {}
        except orjson.JSONDecodeError:
            raise BadInputError("The body is not JSON") from None
        if not isinstance(members, dict):
            raise BadInputError("The body must be a JSON object")
        for name in members:
            if name not in known:
                raise BadInputError(f"{name}: unknown, known: {', '.join(known)}")
        return cls(members)

    def __contains__(self, name: str) -> bool:
        return name in self._members

    def text(self, name: str) -> str | None:
        """Return text that isn't blank, without spaces around it."""
        value = self._of(name, str, "text")
        if value is None:
            return None
        value = value.strip()
        if not value:
            raise BadInputError(f"{name}: must not be empty")
        return value

    def url(self, name: str) -> str | None:
        """Return the text of an address on the web; it may be empty for none."""
        value = self._of(name, str, "text")
        if not value:
            return value
        try:
            url = URL(value)
        except ValueError:
            url = URL()
        if url.scheme not in ("http", "https") or url.host is None:
            raise BadInputError(f"{name}: must be an address with http:// or https://")
        return value

    def texts(self, name: str) -> list[str] | None:
        """Return a list of texts."""
        value = self._of(name, list, "a list of texts")
        if value is not None and not all(isinstance(item, str) for item in value):
            raise BadInputError(f"{name}: must be a list of texts")
        return value

    def flag(self, name: str) -> bool | None:
        """Return true or false."""
        return self._of(name, bool, "true or false")

    def whole(self, name: str) -> int | None:
        """Return a whole number."""
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
        """Return text or a number."""
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

    def members(self, name: str) -> dict[str, Any] | None:
        """Return a JSON object."""
        return self._of(name, dict, "a JSON object")

    def pair(self, name: str) -> tuple[int, int] | None:
        """Return a list of two whole numbers."""
        value = self._of(name, list, "two whole numbers")
        if value is None:
            return None
        if [type(item) for item in value] != [int, int]:
            raise BadInputError(f"{name}: must be two whole numbers")
        return value[0], value[1]

    def required(self, name: str) -> str:
        """Return text that must be there."""
        value = self.text(name)
        if value is None:
            raise BadInputError(f"{name}: is required")
        return value

    def _of[T](self, name: str, kind: type[T], wanted: str) -> T | None:
        value = self._members.get(name)
        if value is None or isinstance(value, kind):
            return value
        raise BadInputError(f"{name}: must be {wanted}")
