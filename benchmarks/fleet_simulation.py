"""Simulates many homes that share a client ID, and thus Ring's rate limit.

It is a simulation of discrete events in virtual time. The homes decide with the
integration's own objects when they send requests: schedules of polls and of the
history, limiter, circuit breaker, retries, and what is known of the event delivery.
Ring's limit is that of the simulator of Ring's cloud.
"""

from collections import Counter
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
import heapq
from itertools import count
import random as random_module
from typing import Any, Final

from custom_components.ring_partner.account.poll_schedule import (
    MAX_CROWDED_INTERVAL,
    PollSchedule,
)
from custom_components.ring_partner.account.sign_in import RENEW_AFTER
from custom_components.ring_partner.api import (
    CircuitBreaker,
    CircuitOpenError,
    RateLimitError,
    RetryPolicy,
    RingError,
    ServerError,
)
from custom_components.ring_partner.api.tokens import REFRESH_EARLY
from custom_components.ring_partner.const import (
    POLL_INTERVAL,
    POLL_INTERVAL_WITH_DELIVERY,
)
from custom_components.ring_partner.events.delivery_health import MAX_DELIVERY_DELAY
from custom_components.ring_partner.events.delivery_tracker import DeliveryTracker
from custom_components.ring_partner.events.history_schedule import (
    READ_INTERVAL,
    HistorySchedule,
)
from custom_components.ring_partner.media.event_pictures import MAX_PAUSE, PAUSES
from ring_simulator import RateLimit

from .fleet_home import CAMERAS, Home, HomeLimiter

EVENTS_PER_DAY: Final = 20
"""Presses and motions of a home, each with a picture."""
TOKEN_LIFETIME: Final = 14_400.0
"""Seconds that Ring's access tokens last."""

_DELIVERY: Final = 0.95
"""Share of the homes that have event delivery."""
_LATENCY: Final = 2.0
"""Seconds from an event to its webhook."""
_RETRY_AFTER: Final = 60
"""Seconds that Ring asks for with a 429."""
_DAY: Final = 86_400.0
_ANY_APP: Final = "app"
_START: Final = datetime(2026, 11, 1, tzinfo=UTC)

type Done = Callable[[RingError | None], None]


@dataclass(slots=True)
class Second:
    """The requests of one second.

    Attributes:
        requests: how many Ring received.
        refused: how many of them it answered with 429.

    """

    requests: int = 0
    refused: int = 0


class Fleet:
    """Homes that share a client ID.

    Attributes:
        now: virtual time in seconds.
        homes: all homes that have started.
        seconds: the requests of each second.
        kinds: number of requests by their purpose.

    """

    def __init__(self, seed: int, *, limit: int) -> None:
        """Set up a fleet without homes.

        Args:
            seed: of all random numbers.
            limit: Ring's limit, requests per second.

        """
        self.now = 0.0
        self.homes: list[Home] = []
        self.seconds: list[Second] = []
        self.kinds: Counter[str] = Counter()
        self.has_outage = False
        self.delivers = True
        self._random = random_module.Random(seed)  # noqa: S311 - not for secrets
        self._rate_limit = RateLimit(self._clock, limit, retry_after=_RETRY_AFTER)
        self._policy = RetryPolicy(random=self._random.random)
        self._limit = limit
        self._queue: list[tuple[float, int, Callable[[], None]]] = []
        self._numbers = count()

    def add_homes(self, number: int) -> None:
        """Add homes, of which a part has event delivery. They do not run yet."""
        added = [self._new_home() for _ in range(number)]
        self.homes += added
        for home in added:
            self._after(self._next_event(), partial(self._event, home))

    def settle(self) -> None:
        """Start all homes in the state that they have after a long time."""
        for home in self.homes:
            while home.polls.crowded_interval < MAX_CROWDED_INTERVAL:
                home.polls.succeeded(is_crowded=True)
            if home.has_delivery:
                home.tracker.add_delivery(None, self._time())
            interval = home.polls.interval.total_seconds()
            self._schedule_poll(home, self._random.random() * interval)

    def start(self, home: Home, after: float = 0.0) -> None:
        """Start Home Assistant in a home, again if it runs."""
        self._after(after, partial(self._start, home))

    def run(self, seconds: float) -> None:
        """Let time pass."""
        end = self.now + seconds
        while self._queue and self._queue[0][0] <= end:
            self.now, _, action = heapq.heappop(self._queue)
            action()
        self.now = end

    def window(self, start: float) -> list[Second]:
        """Return the requests of the seconds from `start` until now."""
        self._second()
        return self.seconds[int(start) : int(self.now)]

    def _new_home(self) -> Home:
        random = self._random.random
        home = Home(
            has_delivery=random() < _DELIVERY,
            token_expires=self.now + random() * TOKEN_LIFETIME,
        )
        self._set_up(home)
        return home

    def _set_up(self, home: Home) -> None:
        """Make what a restart of Home Assistant begins anew."""
        random = self._random.random
        home.polls = polls = PollSchedule(random=random)
        home.history = HistorySchedule(lambda: polls.crowded_interval, random=random)
        home.limiter = HomeLimiter(self._limit, clock=self._clock)
        home.breaker = CircuitBreaker("Ring", clock=self._clock, random=random)

    def _clock(self) -> float:
        return self.now

    def _time(self, at: float | None = None) -> datetime:
        return _START + timedelta(seconds=self.now if at is None else at)

    def _after(self, seconds: float, action: Callable[[], None]) -> None:
        heapq.heappush(self._queue, (self.now + seconds, next(self._numbers), action))

    def _second(self) -> Second:
        while len(self.seconds) <= self.now:
            self.seconds.append(Second())
        return self.seconds[int(self.now)]

    def _next_event(self) -> float:
        return self._random.expovariate(EVENTS_PER_DAY / _DAY)

    # Requests, as api/session.py sends them.

    def _request(
        self, home: Home, kind: str, done: Done, attempt: int = 1, started: float = -1
    ) -> None:
        """Send a request with its retries, and call `done` with its error or None."""
        started = self.now if started < 0 else started
        try:
            permit = home.breaker.acquire()
        except CircuitOpenError as is_open:
            done(is_open)
            return
        if 0 < (wait := home.limiter.wait) <= self._policy.max_wait:
            permit.release()
            again = partial(self._request, home, kind, done, attempt, started)
            self._after(wait, again)
            return
        error = self._send(home, kind)
        if isinstance(error, ServerError):
            permit.fail()
        elif error is None or error.status is not None:
            permit.succeed()
        permit.release()
        if error is None or not self._is_repeated(home, error):
            done(error)
            return
        delay = self._policy.delay(
            attempt, retry_after=error.retry_after, elapsed=self.now - started
        )
        if delay is None:
            done(error)
        else:
            again = partial(self._request, home, kind, done, attempt + 1, started)
            self._after(delay, again)

    def _is_repeated(self, home: Home, error: RingError) -> bool:
        return not (isinstance(error, RateLimitError) and home.limiter.is_crowded)

    def _send(self, home: Home, kind: str) -> RingError | None:
        try:
            self._renew_token(home)
            _run(home.limiter.acquire(max_pause=self._policy.max_wait))
        except RingError as error:
            return error
        return self._answer(home, kind)

    def _renew_token(self, home: Home) -> None:
        """Renew the access token if it expires soon; it may be used until then.

        The token endpoint is another host, but may count for the same limit.
        """
        age = TOKEN_LIFETIME - (home.token_expires - self.now)
        if age < min(TOKEN_LIFETIME - REFRESH_EARLY, RENEW_AFTER):
            return
        if (error := self._answer(home, "token")) is None:
            home.token_expires = self.now + TOKEN_LIFETIME
        elif self.now >= home.token_expires:
            if isinstance(error, RateLimitError):
                home.limiter.set_crowded()
            raise error

    def _answer(self, home: Home, kind: str) -> RingError | None:
        """Return Ring's answer: its error, or None."""
        self.kinds[kind] += 1
        second = self._second()
        second.requests += 1
        if self.has_outage:
            return ServerError("Ring has an outage", status=503)
        result = self._rate_limit.count(_ANY_APP)
        if kind != "token":
            home.limiter.adjust(limit=result.limit, remaining=result.remaining)
        if result.allowed:
            return None
        second.refused += 1
        if kind != "token":
            home.limiter.pause_until(self.now + result.retry_after)
        return RateLimitError(
            "Too many requests", status=429, retry_after=float(result.retry_after)
        )

    # Polls, as coordinator.py and runtime.py do them.

    def _start(self, home: Home) -> None:
        self._set_up(home)
        stored, home.tracker = home.tracker.as_dict(), DeliveryTracker()
        home.tracker.load(stored)
        home.since = self.now
        home.recovered = None
        self._schedule_poll(home, 0.0)

    def _schedule_poll(self, home: Home, seconds: float) -> None:
        home.poll += 1
        self._after(seconds, partial(self._poll, home, home.poll))

    def _poll(self, home: Home, number: int) -> None:
        if number == home.poll:
            self._request(home, "poll", partial(self._polled, home, number))

    def _polled(self, home: Home, number: int, error: RingError | None) -> None:
        if number != home.poll:
            return
        if error is None:
            if home.polls.failures:
                # Ring could not send webhooks meanwhile, so none counts as missed.
                home.since = self.now
                home.history.read_all()
            home.polls.succeeded(is_crowded=home.limiter.is_crowded)
            if home.recovered is None:
                home.recovered = self.now
            self._schedule_poll(home, home.polls.interval.total_seconds())
            self._check_history_soon(home)
        else:
            delay = home.polls.failed(
                error, counts=True, is_crowded=home.limiter.is_crowded
            )
            self._schedule_poll(home, delay.total_seconds())

    def _delivery_changed(self, home: Home) -> None:
        before = home.polls.interval
        home.polls.base = (
            POLL_INTERVAL_WITH_DELIVERY if home.tracker.is_reliable else POLL_INTERVAL
        )
        if home.polls.interval < before:
            self._schedule_poll(home, 0.0)

    # The event history, as events/history_reader.py reads it.

    def _check_history_soon(self, home: Home) -> None:
        """Check at the end of the minute which cameras are due."""
        self._check_history_at(
            home, self.now + self._random.random() * READ_INTERVAL.total_seconds()
        )

    def _check_history_at(self, home: Home, at: float) -> None:
        if home.history_check <= self.now or at < home.history_check:
            home.history_check = at
            self._after(at - self.now, partial(self._check_history, home, at))

    def _check_history(self, home: Home, at: float) -> None:
        if at != home.history_check:
            return
        if home.polls.failures:
            # The next successful poll checks again.
            return
        now, pending = self._time(), []
        for camera in CAMERAS:
            reliable = home.tracker.is_reliable_for(camera)
            if home.history.is_due(camera, now, is_reliable=reliable):
                pending.append(camera)
        self._read_next(home, pending)

    def _read_next(self, home: Home, pending: list[str]) -> None:
        """Read the cameras one by one; an error ends the round."""
        if not pending:
            self._check_history_at(home, self.now + self._history_wait(home))
            return
        camera, *others = pending

        def done(error: RingError | None) -> None:
            if error is None:
                home.history.set_read(camera, self._time())
                self._receive_missed(home, camera)
            self._read_next(home, [] if error else others)

        self._request(home, "history", done)

    def _history_wait(self, home: Home) -> float:
        """Return the seconds until a camera is due, at least a minute."""
        left = min(
            home.history.time_left(
                camera,
                self._time(),
                is_reliable=home.tracker.is_reliable_for(camera),
            )
            for camera in CAMERAS
        )
        return max(READ_INTERVAL, left).total_seconds()

    def _receive_missed(self, home: Home, camera: str) -> None:
        found, home.missed[camera] = home.missed[camera], []
        for at in found:
            self._fetch_picture(home)
            if home.since <= at <= self.now - MAX_DELIVERY_DELAY.total_seconds():
                home.tracker.add_missed((camera, "motion"), self._time(at))
        if found:
            self._delivery_changed(home)

    # Events and their pictures, as media/event_pictures.py fetches them.

    def _event(self, home: Home) -> None:
        camera = self._random.choice(CAMERAS)
        if home.has_delivery and self.delivers and not self.has_outage:
            self._after(_LATENCY, partial(self._webhook, home, camera))
        else:
            home.missed[camera].append(self.now)
        self._after(self._next_event(), partial(self._event, home))

    def _webhook(self, home: Home, camera: str) -> None:
        home.tracker.add_delivery((camera, "motion"), self._time())
        self._delivery_changed(home)
        self._fetch_picture(home)

    def _fetch_picture(self, home: Home, requests: int = 0, wait: float = 0.0) -> None:
        def done(error: RingError | None) -> None:
            if error is not None and requests + 1 < len(PAUSES):
                wait = min(error.retry_after or 0.0, MAX_PAUSE)
                self._fetch_picture(home, requests + 1, wait)

        self._after(
            max(PAUSES[requests], wait),
            partial(self._request, home, "picture", done),
        )


def _run(coroutine: Coroutine[Any, Any, None]) -> None:
    """Run a coroutine that does not wait."""
    try:
        coroutine.send(None)
    except StopIteration:
        return
    raise AssertionError("A home waits for its own requests")
