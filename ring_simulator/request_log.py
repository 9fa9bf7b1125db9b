"""What was asked, without anything secret."""

from collections import deque
from dataclasses import asdict, dataclass
from typing import Any

from multidict import MultiMapping

_PLAIN = frozenset(
    {"include", "component_id", "event_types", "page[cursor]", "page[key]"}
)
_KEPT = 1000


@dataclass(frozen=True, slots=True)
class RequestRecord:
    """One request and its answer.

    Attributes:
        number: Counts all requests, in the order of their answers.
        time: Epoch seconds at which the request arrived.
        method: HTTP method.
        path: Path without the query.
        query: Query; values that might be secret are replaced by ``***``.
        status: Status of the answer, none if the connection was reset instead.
        token: Label of the token, none if there was none or it is unknown.
        fault: Id of the fault that was applied.
    """

    number: int
    time: float
    method: str
    path: str
    query: dict[str, str]
    status: int | None
    token: str | None
    fault: str | None

    def as_dict(self) -> dict[str, Any]:
        """Return it ready for JSON."""
        return asdict(self)


type RequestLog = deque[RequestRecord]


def new_log() -> RequestLog:
    """Return an empty log that keeps the last 1000 requests."""
    return deque(maxlen=_KEPT)


def redacted(query: MultiMapping[str]) -> dict[str, str]:
    """Return the query with every value hidden that is not known to be harmless."""
    return {name: value if name in _PLAIN else "***" for name, value in query.items()}
