"""Which requests are retried, and how long to wait before."""

from datetime import UTC
from email.utils import parsedate_to_datetime
import random
import re
from typing import NamedTuple

from .clock import Random

_SECONDS = re.compile(r"0*([0-9]{1,5})")
_MAX_RETRY_AFTER = 24 * 60 * 60

_REPEATABLE = re.compile(
    # These only read data, or set a value that is the same the second time.
    r"(GET|HEAD|DELETE) .*"
    r"|PATCH /v1/accounts/me/app-integrations"
    r"|POST /v1/devices/[^/]+/media/(image|video)/download",
    re.DOTALL,
)


class RetryPolicy(NamedTuple):
    """How often and when a request is retried (Ring Partner API reference, 4).

    Attributes:
        attempts: Maximum number of attempts, including the first.
        base: Longest delay before the second attempt, in seconds. It doubles with each
            further attempt.
        cap: Upper limit of the doubled delay, in seconds.
        deadline: Seconds for all attempts; none starts later.
        timeout: Seconds for one attempt.
        max_wait: Longest `Retry-After` to wait for, in seconds.
        default_retry_after: Seconds to pause after a 429 without a valid
            `Retry-After`.
        random: Returns a number from 0 up to, but not including, 1.
    """

    attempts: int = 3
    base: float = 1.0
    cap: float = 8.0
    deadline: float = 30.0
    timeout: float = 15.0
    max_wait: float = 10.0
    default_retry_after: float = 60.0
    random: Random = random.random

    def delay(
        self, attempt: int, *, retry_after: float | None, elapsed: float
    ) -> float | None:
        """Return the seconds to wait before the next attempt, or None to give up.

        Args:
            attempt: Number of failed attempts, from 1.
            retry_after: Seconds that Ring asked for. The delay is at least that long;
                more than `max_wait` ends the attempts.
            elapsed: Seconds since the start of the first attempt.
        """
        if attempt >= self.attempts:
            return None
        # "Full jitter": clients that failed at the same time retry at different times.
        delay = self.random() * min(self.cap, self.base * 2 ** min(attempt - 1, 32))
        if retry_after is not None:
            if retry_after > self.max_wait:
                return None
            delay = max(delay, retry_after)
        return delay if elapsed + delay < self.deadline else None


def parse_retry_after(value: str | None, now: float) -> float | None:
    """Return the seconds that a `Retry-After` header asks for, or None. Never raises.

    Reads seconds and the three forms of an HTTP date (RFC 9110, 5.6.7 and 10.2.3).
    Returns None for anything else, a time in the past and one more than 24 hours away.

    Args:
        value: Value of the header, None without one.
        now: Current time in seconds since 1970.
    """
    if value is None:
        return None
    value = value.strip(" \t")
    if match := _SECONDS.fullmatch(value):
        seconds = float(match[1])
    else:
        try:
            date = parsedate_to_datetime(value)
            # The asctime form has no time zone; in HTTP it is always UTC.
            seconds = date.replace(tzinfo=date.tzinfo or UTC).timestamp() - now
        except ValueError, OverflowError:
            return None
    return seconds if 0 <= seconds <= _MAX_RETRY_AFTER else None


def is_repeatable(method: str, path: str) -> bool:
    """Return whether a request is safe to send again when its outcome is unknown.

    POST requests for images and videos only read data (Ring Partner API reference, 2.8
    and 2.9). Other POST requests take effect twice: they open a live session, play a
    sound, link an account or use up a token.

    Args:
        method: HTTP method.
        path: Path at Ring's API, with or without a query.
    """
    path, _, _ = path.partition("?")
    return _REPEATABLE.fullmatch(f"{method.upper()} {path}") is not None
