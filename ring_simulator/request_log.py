"""Log of the requests to the cloud, without secrets."""

from collections import deque
from dataclasses import asdict, dataclass
from typing import Any

from multidict import MultiMapping

MAX_RECORDS = 1000

_LOGGED_PARAMETERS = frozenset(
    {"include", "component_id", "event_types", "page[cursor]", "page[key]"}
)


@dataclass(frozen=True, slots=True)
class RequestRecord:
    """A request and its response.

    Attributes:
        number: Consecutive number, in the order of the responses.
        time: Epoch seconds at which the request arrived.
        method: HTTP method.
        path: Path without the query.
        query: Query; values of unknown parameters are replaced by ``***``.
        status: Status of the response, or None if the connection was reset.
        token: Label of the token, or None if there was none or it is unknown.
        fault: ID of the fault that was applied.
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
        """Return the record as a JSON object."""
        return asdict(self)


type RequestLog = deque[RequestRecord]


def create_request_log() -> RequestLog:
    """Return an empty log that keeps the last 1000 requests."""
    return deque(maxlen=MAX_RECORDS)


def redact_query(query: MultiMapping[str]) -> dict[str, str]:
    """Return the query with the values of unknown parameters replaced by ``***``."""
    return {
        name: value if name in _LOGGED_PARAMETERS else "***"
        for name, value in query.items()
    }
