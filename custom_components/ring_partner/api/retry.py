"""When a request is repeated, and how long to wait before."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime
import random
import re

_SECONDS = re.compile(r"0*([0-9]{1,5})")
_LONGEST_RETRY_AFTER = 24 * 60 * 60

_REPEATABLE = re.compile(
    # These only read, or set what is the same the second time.
    r"(GET|HEAD|DELETE) .*"
    r"|PATCH /v1/accounts/me/app-integrations"
    r"|POST /v1/devices/[^/]+/media/(image|video)/download",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryPolicy:
    """How often and when a request is repeated (Ring Partner API reference, 4).

    Attributes:
        attempts: Tries in all, the first one included.
        base: Longest wait before the second try in seconds; doubles with each try.
        cap: Longest wait that doubling leads to, in seconds.
        deadline: Seconds for all tries together: none is begun after them.
        timeout: Seconds that one try may take.
        max_wait: The longest `Retry-After`, in seconds, that is waited for.
        default_retry_after: Seconds a refusal for too many requests counts for when
            Ring doesn't say, or says nothing sensible.
        random: A number from 0 up to, but not including, 1.
    """

    attempts: int = 3
    base: float = 1.0
    cap: float = 8.0
    deadline: float = 30.0
    timeout: float = 15.0
    max_wait: float = 10.0
    default_retry_after: float = 60.0
    random: Callable[[], float] = random.random

    def delay(
        self, attempt: int, *, retry_after: float | None, elapsed: float
    ) -> float | None:
        """Return the seconds to wait before the next try, or None to give up.

        Args:
            attempt: How many tries have failed, from 1.
            retry_after: What Ring asked for, in seconds. It is the least that is
                waited; more than `max_wait` ends the tries.
            elapsed: Seconds since the first try began.
        """
        if attempt >= self.attempts:
            return None
        # Any moment up to the full wait ("full jitter") keeps the many clients that
        # failed together from coming back together.
        wait = self.random() * min(self.cap, self.base * 2 ** min(attempt - 1, 32))
        if retry_after is not None:
            if retry_after > self.max_wait:
                return None
            wait = max(wait, retry_after)
        return wait if elapsed + wait < self.deadline else None


def parse_retry_after(value: str | None, now: float) -> float | None:
    """Return the seconds that a `Retry-After` header asks for.

    Seconds and the three forms of an HTTP date are understood (RFC 9110, 5.6.7 and
    10.2.3). Anything else, what lies in the past and what is more than 24 hours off
    gives None, so that a default is used. Never raises.

    Args:
        value: The header, None if there was none.
        now: The time in seconds since 1970.
    """
    if value is None:
        return None
    value = value.strip(" \t")
    if match := _SECONDS.fullmatch(value):
        seconds = float(match[1])
    else:
        try:
            date = parsedate_to_datetime(value)
            # The form of C's asctime names no zone; HTTP's is always UTC.
            seconds = date.replace(tzinfo=date.tzinfo or UTC).timestamp() - now
        except ValueError, OverflowError:
            return None
    return seconds if 0 <= seconds <= _LONGEST_RETRY_AFTER else None


def is_repeatable(method: str, path: str) -> bool:
    """Return whether a request may be sent again when its fate is unknown.

    Pictures and clips are asked for with POST, yet only read (Ring Partner API
    reference, 2.8 and 2.9). What opens a session, makes a sound, links an account or
    spends a token does its work twice when it is sent twice.

    Args:
        method: The HTTP method.
        path: The path at Ring's API, with or without a query.
    """
    path, _, _ = path.partition("?")
    return _REPEATABLE.fullmatch(f"{method.upper()} {path}") is not None
