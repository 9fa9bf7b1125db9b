"""Faults: failures of the simulated cloud that can be started and ended."""

from dataclasses import asdict, dataclass, field
from enum import StrEnum
from fnmatch import fnmatchcase
from random import Random
from typing import Any


class FaultBody(StrEnum):
    """Change to a response."""

    JSON = "json"
    """Ring's JSON error, or the original body if the fault has no status."""
    EMPTY = "empty"
    """An empty body."""
    HTML = "html"
    """The HTML error page of a proxy."""
    TRUNCATED = "truncated"
    """The first half of the body, with a matching length."""
    WRONG_TYPE = "wrong_type"
    """JSON with members of wrong types."""
    HUGE = "huge"
    """32 MiB of valid JSON."""
    SLOW = "slow"
    """16 bytes per second."""
    RESET = "reset"
    """A reset connection instead of a response."""
    HALF_CLOSED = "half_closed"
    """Headers and half of the body, then nothing more on an open connection."""
    DEVICE_OFFLINE = "device_offline"
    """503, "Device is currently offline"."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault, which changes the responses to the requests that it matches.

    With a status, the fault replaces the response and the cloud doesn't process the
    request. Without a status, the cloud processes the request and the fault changes its
    response: a refresh token is exchanged even if the new pair is lost.

    Attributes:
        status: HTTP status, or None for the original one.
        path: Glob pattern of the path, for example ``/v1/devices/*/status``.
        method: HTTP method, or ``*``.
        count: Number of requests to fail before the fault ends, or None for no end.
        share: Share of the matching requests that fail, 0 to 1.
        retry_after: Value of the ``Retry-After`` header, sent verbatim.
        delay: Seconds before the response.
        body: Change to the body.
        headers: Additional headers of the response.
        every: ``(on, off)``: alternately fail ``on`` requests and skip ``off``.

    Raises:
        ValueError: A value is out of range.
    """

    status: int | None = None
    path: str = "*"
    method: str = "*"
    count: int | None = None
    share: float = 1.0
    retry_after: str | float | None = None
    delay: float = 0.0
    body: FaultBody | str = FaultBody.JSON
    headers: dict[str, str] = field(default_factory=dict)
    every: tuple[int, int] | None = None

    def __post_init__(self) -> None:
        """Check the values and convert ``body``."""
        try:
            body = FaultBody(self.body)
        except ValueError:
            allowed = ", ".join(FaultBody)
            raise ValueError(f"body: must be one of {allowed}") from None
        object.__setattr__(self, "body", body)
        if body is FaultBody.DEVICE_OFFLINE and self.status is None:
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
        """Return whether the fault applies to a request."""
        return self.method in ("*", method) and fnmatchcase(path, self.path)


@dataclass(slots=True, eq=False)
class ActiveFault:
    """A fault that has been started.

    Attributes:
        matched: Number of requests that it matched.
        applied: Number of requests that it failed.
    """

    id: str
    fault: Fault
    matched: int = 0
    applied: int = 0

    def count_request(self, random: Random) -> bool:
        """Count a matching request, and return whether it fails."""
        number = self.matched
        self.matched += 1
        fault = self.fault
        if fault.every is not None and number % sum(fault.every) >= fault.every[0]:
            return False
        if fault.share < 1 and random.random() >= fault.share:
            return False
        self.applied += 1
        return True

    @property
    def exhausted(self) -> bool:
        """Whether it has failed ``count`` requests."""
        return self.fault.count is not None and self.applied >= self.fault.count

    def as_dict(self) -> dict[str, Any]:
        """Return the fault as a JSON object."""
        return {
            "id": self.id,
            "matched": self.matched,
            "applied": self.applied,
            **asdict(self.fault),
        }


class Faults:
    """The active faults; the oldest one that applies to a request is used."""

    def __init__(self, random: Random) -> None:
        """Start without faults.

        Args:
            random: Decides which requests fail if ``share`` is less than 1.
        """
        self._random = random
        self._active: dict[str, ActiveFault] = {}
        self._count = 0

    def add(self, fault: Fault) -> str:
        """Start a fault and return its ID."""
        self._count += 1
        id_ = f"fault-{self._count}"
        self._active[id_] = ActiveFault(id_, fault)
        return id_

    def remove(self, fault_id: str) -> None:
        """End a fault; one that has already ended is ignored."""
        self._active.pop(fault_id, None)

    def clear(self) -> None:
        """End all faults."""
        self._active.clear()

    def all(self) -> list[ActiveFault]:
        """Return the active faults, the oldest first."""
        return list(self._active.values())

    def select(self, method: str, path: str) -> ActiveFault | None:
        """Return the fault to apply to a request, or None."""
        for active in self.all():
            if active.fault.matches(method, path) and active.count_request(
                self._random
            ):
                if active.exhausted:
                    self.remove(active.id)
                return active
        return None
