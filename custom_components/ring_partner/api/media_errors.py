"""Errors of media that do not come from the status of a response."""

from enum import StrEnum

from .errors import ResponseError, RingError


class UndecodableMediaError(ResponseError):
    """The media isn't a picture or clip, as on a device with end-to-end encryption."""


class MediaRangeProblem(StrEnum):
    """Which limit of Ring's a request for media exceeds."""

    FUTURE = "future"
    TOO_OLD = "too_old"
    WINDOW = "window"
    DURATION = "duration"
    SIZE = "size"


class MediaRangeError(RingError):
    """The request wasn't sent, as it exceeds Ring's limits for media.

    Attributes:
        problem: Which limit it exceeds.
    """

    def __init__(self, message: str, problem: MediaRangeProblem) -> None:
        super().__init__(message)
        self.problem = problem
