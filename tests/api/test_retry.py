"""Which requests are retried, and when."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
import math
import time

from hypothesis import example, given, strategies as st
import pytest

from custom_components.ring_partner.api.retry import (
    RetryPolicy,
    is_repeatable,
    parse_retry_after,
)

NOW = datetime(2026, 11, 6, 8, 49, 37, tzinfo=UTC)
ALMOST_ONE = math.nextafter(1.0, 0.0)
DEVICE = "/v1/devices/ava1.ring.device.X"


def policy(random: float = 0.5, **changes: float) -> RetryPolicy:
    return RetryPolicy(random=lambda: random, **changes)  # type: ignore[arg-type]


def parse(value: str | None) -> float | None:
    return parse_retry_after(value, NOW.timestamp())


def test_delay_doubles_up_to_the_cap() -> None:
    long_policy = policy(0.5, attempts=7, cap=8.0)
    delays = [long_policy.delay(n, retry_after=None, elapsed=0) for n in range(1, 8)]
    assert delays == [0.5, 1.0, 2.0, 4.0, 4.0, 4.0, None]


def test_three_attempts() -> None:
    assert RetryPolicy().delay(2, retry_after=None, elapsed=0) is not None
    assert RetryPolicy().delay(3, retry_after=None, elapsed=0) is None


def test_delay_is_random() -> None:
    delays = {RetryPolicy().delay(1, retry_after=None, elapsed=0) for _ in range(20)}
    assert len(delays) > 1


@pytest.mark.parametrize(
    ("retry_after", "expected"),
    [(0.0, 0.5), (0.4, 0.5), (5.0, 5.0), (10.0, 10.0), (10.1, None), (60.0, None)],
)
def test_retry_after_up_to_the_maximum(
    retry_after: float, expected: float | None
) -> None:
    assert policy().delay(1, retry_after=retry_after, elapsed=0) == expected


@pytest.mark.parametrize(
    ("elapsed", "expected"), [(29.4, 0.5), (29.5, None), (29.9, None), (1e9, None)]
)
def test_no_attempt_after_the_deadline(elapsed: float, expected: float | None) -> None:
    assert policy().delay(1, retry_after=None, elapsed=elapsed) == expected


def test_delay_after_many_attempts_is_capped() -> None:
    long_policy = policy(ALMOST_ONE, attempts=10**9)
    delay = long_policy.delay(10**9 - 1, retry_after=None, elapsed=0)
    assert delay == pytest.approx(8.0)


@given(
    attempt=st.integers(1, 10),
    retry_after=st.none() | st.floats(0, 1e6),
    elapsed=st.floats(0, 100),
    random=st.floats(0, 1, exclude_max=True),
)
def test_bounds_of_the_delay(
    attempt: int, retry_after: float | None, elapsed: float, random: float
) -> None:
    retry_policy = policy(random, attempts=5)
    delay = retry_policy.delay(attempt, retry_after=retry_after, elapsed=elapsed)
    if delay is None:
        assert (
            attempt >= 5
            or (retry_after or 0) > retry_policy.max_wait
            or elapsed + max(retry_policy.cap, retry_after or 0)
            >= retry_policy.deadline
        )
        return
    assert attempt < 5
    assert delay >= (retry_after or 0)
    assert delay <= max(retry_after or 0, min(retry_policy.cap, 2.0 ** (attempt - 1)))
    assert elapsed + delay < retry_policy.deadline


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("0", 0),
        ("60", 60),
        (" 7\t", 7),
        ("0000000060", 60),
        ("86400", 86400),
        ("Fri, 06 Nov 2026 08:50:37 GMT", 60),
        ("Friday, 06-Nov-26 08:50:37 GMT", 60),
        ("Fri Nov  6 08:50:37 2026", 60),
        ("Fri, 06 Nov 2026 09:50:37 +0100", 60),
        ("Fri, 06 Nov 2026 08:49:37 GMT", 0),
        ("Sat, 07 Nov 2026 08:49:37 GMT", 86400),
    ],
)
def test_retry_after_in_seconds_and_as_a_date(value: str, expected: float) -> None:
    assert parse(value) == expected


@pytest.fixture
def far_from_utc(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "XXX-11")
        time.tzset()
        yield
    time.tzset()


@pytest.mark.usefixtures("far_from_utc")
def test_date_without_a_time_zone_is_utc() -> None:
    assert parse("Fri Nov  6 08:50:37 2026") == 60


@pytest.mark.parametrize(
    "value",
    [
        None,
        "",
        " ",
        "-1",
        "+60",
        "1.5",
        "1e3",
        "nan",
        "inf",
        "6 0",
        "\xa060",
        "60X",
        "٦٠",
        "²",
        "86401",
        "9" * 5000,
        "soon",
        "Fri, 06 Nov 2026 08:49:36 GMT",
        "Sat, 07 Nov 2026 08:49:38 GMT",
        "Sun, 06 Nov 1994 08:49:37 GMT",
        "Fri, 31 Feb 2026 08:50:37 GMT",
        "Fri, 06 Nov 2026 25:61:61 GMT",
        "Fri, 06 Nov 99999999999 08:50:37 GMT",
        "Fri, 06 Nov 2026 08:50:37 +99999999999999999999",
    ],
)
def test_invalid_retry_after(value: str | None) -> None:
    assert parse(value) is None


@given(st.integers(0, 86400))
def test_any_second_of_a_day(seconds: int) -> None:
    then = NOW + timedelta(seconds=seconds)
    assert parse(format_datetime(then, usegmt=True)) == seconds
    assert parse(time.asctime(then.timetuple())) == seconds
    assert parse(str(seconds)) == seconds


@given(
    st.text()
    | st.text("0123456789 :,-+GMTUZJanFebNovSunday.", max_size=60)
    | st.from_regex(r"\A\w{3}, [0-9-]{1,9} (Jan|Nov) -?[0-9]{1,20} [0-9:.]+ [\w+-]*\Z")
    | st.from_regex(r"\A\w{3}, 0?6 Nov 2026 0?8:[0-9]{1,3}:[0-9]+ [+-][0-9]{1,30}\Z")
)
@example("Fri, 06 Nov 0001 00:00:00 +2359")
@example("Fri, 06 Nov 9999 23:59:59 -2359")
def test_any_retry_after(text: str) -> None:
    seconds = parse(text)
    assert seconds is None or 0 <= seconds <= 86400


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("GET", "/v1/devices", True),
        ("get", "/v1/devices?include=status", True),
        ("GET", "/v1/devices/a\nb", True),
        ("HEAD", "/v1/devices", True),
        ("DELETE", f"{DEVICE}/media/streaming/whep/sessions/1", True),
        ("DELETE", "/v1/accounts/me/app-integrations", True),
        ("PATCH", "/v1/accounts/me/app-integrations", True),
        ("PATCH", "/v1/devices/1", False),
        ("PATCH", "/v1/accounts/me/app-integrations/1", False),
        ("POST", "/v1/accounts/me/app-integrations", False),
        ("POST", f"{DEVICE}/media/image/download", True),
        ("POST", f"{DEVICE}/media/video/download", True),
        ("POST", f"{DEVICE}/media/video/download?component_id=1", True),
        ("POST", f"{DEVICE}/media/streaming/whep/sessions", False),
        ("POST", f"{DEVICE}/media/audio/playback", False),
        ("POST", f"{DEVICE}/media/audio/playback?/media/image/download", False),
        ("POST", "/v1/devices/1/2/media/image/download", False),
        ("POST", "/v1/devices//media/image/download", False),
        ("POST", f"{DEVICE}/media/image/download/1", False),
        ("POST", f"{DEVICE}/media/image/download\n", False),
        ("POST", "/oauth/token", False),
        ("PUT", "/v1/devices/1", False),
        ("", "", False),
    ],
)
def test_repeatable_requests(method: str, path: str, *, expected: bool) -> None:
    assert is_repeatable(method, path) is expected
