"""Failures on demand: which requests they hit and what becomes of them."""

from dataclasses import asdict, dataclass, field
from enum import StrEnum
from fnmatch import fnmatchcase
from random import Random
from typing import Any


class Body(StrEnum):
    """What becomes of an answer."""

    JSON = "json"
    """Ring's JSON error, or the real answer if the fault has no status."""
    EMPTY = "empty"
    """No body."""
    HTML = "html"
    """The page of a proxy in between."""
    TRUNCATED = "truncated"
    """The first half, as if it were all."""
    WRONG_TYPE = "wrong_type"
    """JSON whose members have types they should not have."""
    HUGE = "huge"
    """32 MiB of valid JSON."""
    SLOW = "slow"
    """A few bytes every second."""
    RESET = "reset"
    """The connection is reset instead of an answer."""
    HALF_CLOSED = "half_closed"
    """Headers and half of the body; then silence on an open connection."""
    DEVICE_OFFLINE = "device_offline"
    """503, "Device is currently offline"."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A failure.

    A fault with a status answers in place of the cloud, which then does nothing. A
    fault without one lets the cloud do its work and damages its answer: a refresh
    token that was exchanged is used up although its successor never arrives.

    Attributes:
        status: HTTP status, none for the real answer's.
        path: Glob on the path, for example ``/v1/devices/*/status``.
        method: HTTP method, or ``*``.
        count: Number of requests to hit before the fault ends, none for no end.
        share: Share of the requests that are hit, 0 to 1.
        retry_after: ``Retry-After`` header, sent verbatim.
        delay: Seconds before the answer.
        body: What becomes of the answer.
        headers: Further headers of the answer.
        every: ``(on, off)``: hit that many requests, then spare that many, and again.

    Raises:
        ValueError: A value makes no sense.
    """

    status: int | None = None
    path: str = "*"
    method: str = "*"
    count: int | None = None
    share: float = 1.0
    retry_after: str | float | None = None
    delay: float = 0.0
    body: Body | str = Body.JSON
    headers: dict[str, str] = field(default_factory=dict)
    every: tuple[int, int] | None = None

    def __post_init__(self) -> None:
        """Check the values; ``body`` may come as plain text."""
        try:
            body = Body(self.body)
        except ValueError:
            known = ", ".join(Body)
            raise ValueError(f"body: must be one of {known}") from None
        object.__setattr__(self, "body", body)
        if body is Body.DEVICE_OFFLINE and self.status is None:
            object.__setattr__(self, "status", 503)
        if self.status is not None and not 200 <= self.status <= 599:
            raise ValueError("status: must be from 200 to 599")
        if self.count is not None and self.count < 1:
            raise ValueError("count: must be at least 1")
        if not 0 <= self.share <= 1:
            raise ValueError("share: must be from 0 to 1")
        if self.delay < 0:
            raise ValueError("delay: must not be negative")
        if self.every is not None and (self.every[0] < 1 or self.every[1] < 0):
            raise ValueError("every: must be at least 1 on and 0 off")

    def matches(self, method: str, path: str) -> bool:
        """Say whether the fault is about such a request."""
        return self.method in ("*", method) and fnmatchcase(path, self.path)


@dataclass(slots=True, eq=False)
class ActiveFault:
    """A fault at work.

    Attributes:
        seen: Requests it was about.
        applied: Requests it hit.
    """

    id: str
    fault: Fault
    seen: int = 0
    applied: int = 0

    def hits(self, random: Random) -> bool:
        """Count one more request and say whether it is hit."""
        number = self.seen
        self.seen += 1
        fault = self.fault
        if fault.every is not None and number % sum(fault.every) >= fault.every[0]:
            return False
        if fault.share < 1 and random.random() >= fault.share:
            return False
        self.applied += 1
        return True

    @property
    def spent(self) -> bool:
        """Whether it has hit all that it should."""
        return self.fault.count is not None and self.applied >= self.fault.count

    def as_dict(self) -> dict[str, Any]:
        """Return it ready for JSON."""
        return {
            "id": self.id,
            "seen": self.seen,
            "applied": self.applied,
            **asdict(self.fault),
        }


class Faults:
    """The faults at work; the oldest that hits a request decides."""

    def __init__(self, random: Random) -> None:
        """Start without any fault."""
        self._random = random
        self._active: dict[str, ActiveFault] = {}
        self._count = 0

    def add(self, fault: Fault) -> str:
        """Let a fault work from now on and return its id."""
        self._count += 1
        id_ = f"fault-{self._count}"
        self._active[id_] = ActiveFault(id_, fault)
        return id_

    def remove(self, fault_id: str) -> None:
        """End a fault; one that has ended by itself is no error."""
        self._active.pop(fault_id, None)

    def clear(self) -> None:
        """End all faults."""
        self._active.clear()

    def all(self) -> list[ActiveFault]:
        """Return the faults at work, the oldest first."""
        return list(self._active.values())

    def pick(self, method: str, path: str) -> ActiveFault | None:
        """Return the fault that hits this request, if one does."""
        for active in self.all():
            if active.fault.matches(method, path) and active.hits(self._random):
                if active.spent:
                    self.remove(active.id)
                return active
        return None
