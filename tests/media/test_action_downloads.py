"""Downloads of clips: which part of a recording, and how long to wait."""

from datetime import datetime, timedelta

from freezegun.api import FrozenDateTimeFactory
import pytest

from custom_components.ring_partner.api import (
    CommunicationError,
    ForbiddenError,
    MediaNotFoundError,
    MediaNotReadyError,
    RateLimitError,
    RingError,
    ServerError,
)
from custom_components.ring_partner.media.action_downloads import (
    ClipRange,
    Waiting,
    async_when_ready,
)
from custom_components.ring_partner.media.recordings import Recording

from ..event_factory import NOW


@pytest.mark.parametrize(
    ("end", "duration"),
    [
        (NOW + timedelta(seconds=20), 20),
        # Ring's clips are up to 15 minutes long.
        (NOW + timedelta(minutes=20), 900),
        (NOW + timedelta(milliseconds=1), 1),
        (NOW - timedelta(seconds=1), 1),
        (None, 60),
    ],
)
def test_clip_of_a_recording(end: datetime | None, duration: float) -> None:
    recording = Recording("door", "1", "button_press", None, NOW, end, None)
    assert ClipRange.of(recording) == ClipRange(NOW, timedelta(seconds=duration))


class Ring:
    """Ring as seen by a download, with errors before the result.

    Attributes:
        asked: when it was asked (seconds).

    """

    def __init__(self, freezer: FrozenDateTimeFactory, *errors: RingError) -> None:
        self.asked: list[float] = []
        self.checks = 0
        self._freezer = freezer
        self._errors = list(errors)
        freezer.move_to(NOW)

    async def sleep(self, seconds: float) -> None:
        """Let the time pass."""
        self._freezer.tick(seconds)

    def check(self) -> None:
        """Count the checks."""
        self.checks += 1

    async def fetch(self) -> str:
        """Raise the next error, or return the result."""
        now: datetime = self._freezer()
        self.asked.append((now - NOW.replace(tzinfo=None)).total_seconds())
        if self._errors:
            raise self._errors.pop(0)
        return "result"

    async def wait(self, *, ended: float = 0.0, limit: float = 180.0) -> str:
        """Wait for the result of a recording that ends after some seconds."""
        waiting = Waiting(timedelta(seconds=limit), self.sleep, self.check)
        return await async_when_ready(
            self.fetch, NOW + timedelta(seconds=ended), waiting
        )


def not_ready(count: int) -> list[RingError]:
    """Return errors for a recording that is not ready."""
    return [MediaNotReadyError() for _ in range(count)]


async def test_requests_become_rarer(freezer: FrozenDateTimeFactory) -> None:
    ring = Ring(freezer, *not_ready(8))
    assert await ring.wait() == "result"
    assert ring.asked == [0, 2, 5, 10, 20, 35, 50, 65, 80]
    assert ring.checks == 8


async def test_wait_begins_with_the_end_of_the_recording(
    freezer: FrozenDateTimeFactory,
) -> None:
    ring = Ring(freezer, *not_ready(3))
    with pytest.raises(MediaNotReadyError):
        await ring.wait(ended=30, limit=5)
    assert ring.asked == [30, 32, 35]


async def test_last_request_is_sent_when_the_time_is_up(
    freezer: FrozenDateTimeFactory,
) -> None:
    ring = Ring(freezer, *not_ready(6))
    with pytest.raises(MediaNotReadyError):
        await ring.wait(limit=30)
    assert ring.asked == [0, 2, 5, 10, 20, 30]


async def test_pause_that_is_too_long_is_not_waited_for(
    freezer: FrozenDateTimeFactory,
) -> None:
    ring = Ring(freezer, RateLimitError(retry_after=30))
    with pytest.raises(RateLimitError):
        await ring.wait(limit=30)
    assert ring.asked == [0]


async def test_without_a_timeout_there_is_one_request(
    freezer: FrozenDateTimeFactory,
) -> None:
    ring = Ring(freezer, *not_ready(1))
    with pytest.raises(MediaNotReadyError):
        await ring.wait(limit=0)
    assert ring.asked == [0]


@pytest.mark.parametrize(
    "error",
    [
        MediaNotFoundError(),
        RateLimitError(),
        ServerError(),
        CommunicationError(),
    ],
)
async def test_temporary_errors(
    freezer: FrozenDateTimeFactory, error: RingError
) -> None:
    ring = Ring(freezer, error)
    assert await ring.wait() == "result"
    assert ring.asked == [0, 2]


async def test_pause_that_ring_asks_for(freezer: FrozenDateTimeFactory) -> None:
    ring = Ring(freezer, RateLimitError(retry_after=60), *not_ready(1))
    assert await ring.wait() == "result"
    assert ring.asked == [0, 60, 63]


@pytest.mark.parametrize(
    ("error", "ended"), [(ForbiddenError(), 0), (MediaNotFoundError(), -300)]
)
async def test_final_errors(
    freezer: FrozenDateTimeFactory, error: RingError, ended: float
) -> None:
    ring = Ring(freezer, error)
    with pytest.raises(type(error)):
        await ring.wait(ended=ended)
    assert ring.asked == [0]
