"""Delivery of events to the webhook URLs of Ring apps (API reference, 3.1)."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import count
from random import Random
from uuid import UUID

from yarl import URL

from ring_simulator.account import Client
from ring_simulator.outbound import Outbound
from ring_simulator.secrets import Secrets
from ring_simulator.settings import Settings
from ring_simulator.timestamps import iso_nanoseconds

from .delivery import Delivery, DeliveryState
from .event import Event, envelope, sign

RETRY_DELAYS = (1, 5, 30, 120, 600, 3600)
"""Seconds before each retry after a 5xx or no response."""

MAX_REFUSALS = 10
"""Consecutive 4xx responses within 24 hours that disable an endpoint."""

MAX_DELIVERIES = 500

_DAY = 86_400


class Webhooks:
    """Sends events to Ring apps.

    Attributes:
        deliveries: The last 500 deliveries, the oldest first.
    """

    def __init__(
        self,
        clock: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]],
        random: Random,
        settings: Settings,
        secrets: Secrets,
        outbound: Outbound,
        recipients: Callable[[Event], Iterable[Client]],
    ) -> None:
        """Start without deliveries.

        Args:
            clock: Returns the time in epoch seconds.
            sleep: Waits for a number of seconds.
            random: Source of request IDs and disturbances.
            settings: Contains the variants of the envelope and of the delivery.
            secrets: Register of the signatures.
            outbound: Sends the requests and keeps the tasks.
            recipients: Returns the Ring apps that may receive an event now.
        """
        self._clock = clock
        self._sleep = sleep
        self._random = random
        self._settings = settings
        self._secrets = secrets
        self._outbound = outbound
        self._recipients = recipients
        self._numbers = count(1)
        self._refusals: dict[str, list[float]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._in_flight = 0
        self._idle = asyncio.Event()
        self._idle.set()
        self.deliveries: deque[Delivery] = deque(maxlen=MAX_DELIVERIES)

    async def send(self, event: Event) -> list[Delivery]:
        """Send an event and wait until nothing is in flight."""
        deliveries = self.queue(event)
        await self.wait_until_idle()
        return deliveries

    def queue(
        self, event: Event, clients: Iterable[Client] | None = None
    ) -> list[Delivery]:
        """Send an event in the background.

        Args:
            event: The event.
            clients: Recipients; by default the Ring apps that may receive it now.

        Returns:
            A delivery for each recipient that has a webhook URL.
        """
        if clients is None:
            clients = self._recipients(event)
        return [self._start(event, client) for client in clients if client.webhook_url]

    async def wait_until_idle(self) -> None:
        """Wait until nothing is in flight; deliveries that wait for a retry are not."""
        await self._idle.wait()

    def is_disabled(self, client: Client) -> bool:
        """Return whether Ring has disabled the webhook URL of an app."""
        return len(self._refusals.get(client.client_id, ())) >= MAX_REFUSALS

    def enable(self, client: Client) -> None:
        """Enable the webhook URL of an app again, and forget its 4xx responses."""
        self._refusals.pop(client.client_id, None)

    def clear(self) -> None:
        """Remove all deliveries and cancel the pending ones."""
        for task in self._tasks:
            task.cancel()
        self.deliveries.clear()

    def _start(self, event: Event, client: Client) -> Delivery:
        settings = self._settings
        now = self._clock()
        request_id = str(UUID(int=self._random.getrandbits(128), version=4))
        delivery = Delivery(
            next(self._numbers), now, client.client_id, event.type, event.id, request_id
        )
        self.deliveries.append(delivery)
        if self._occurs(settings.webhook_drop_share):
            delivery.state = DeliveryState.DROPPED
            return delivery
        body = envelope(
            event,
            time=iso_nanoseconds(now),
            request_id=request_id,
            version=settings.webhook_version,
            sub_type_location=settings.sub_type_location,
        )
        # before the task starts, so that wait_until_idle includes this delivery
        self._increment_in_flight()
        task = self._outbound.create_task(self._deliver(delivery, client, body))
        self._tasks.add(task)
        task.add_done_callback(self._task_done)
        return delivery

    async def _deliver(self, delivery: Delivery, client: Client, body: bytes) -> None:
        """Send a webhook, with retries, until it is delivered or refused."""
        if window := self._settings.webhook_shuffle_window:
            await self._sleep(self._random.uniform(0, window))
        for delay in (*RETRY_DELAYS, None):
            if self.is_disabled(client) or not await self._attempt(
                delivery, client, body
            ):
                break
            if delivery.state is DeliveryState.DELIVERED:
                if self._occurs(self._settings.webhook_duplicate_share):
                    await self._attempt(delivery, client, body)
                    delivery.state = DeliveryState.DELIVERED
                return
            if delay is not None:
                with self._not_in_flight():
                    await self._sleep(delay * self._settings.retry_scale)
        delivery.state = DeliveryState.DEAD

    async def _attempt(self, delivery: Delivery, client: Client, body: bytes) -> bool:
        """Send one request; return False if it must not be retried."""
        # the URL and the key may have changed since the last attempt
        headers = {
            "Content-Type": "application/json",
            "X-Signature": self._secrets.add(
                "webhook signature", sign(client.hmac_key, body)
            ),
        }
        status = await self._outbound.post(URL(client.webhook_url), body, headers)
        delivery.attempts += 1
        delivery.last_status = status
        if status is not None and 400 <= status < 500:
            self._add_refusal(client)
            return False
        if not self.is_disabled(client):
            self.enable(client)
        if status is not None and 200 <= status < 300:
            delivery.state = DeliveryState.DELIVERED
            return True
        return status is None or status >= 500

    def _add_refusal(self, client: Client) -> None:
        now = self._clock()
        recent = self._refusals.get(client.client_id, [])
        self._refusals[client.client_id] = [
            *(time for time in recent if now - time < _DAY),
            now,
        ]

    def _occurs(self, share: float) -> bool:
        # without a share, no random number is used, so that later ones don't change
        return share > 0 and self._random.random() < share

    def _increment_in_flight(self) -> None:
        self._in_flight += 1
        self._idle.clear()

    def _decrement_in_flight(self) -> None:
        self._in_flight -= 1
        if self._in_flight == 0:
            self._idle.set()

    def _task_done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self._decrement_in_flight()

    @contextmanager
    def _not_in_flight(self) -> Iterator[None]:
        self._decrement_in_flight()
        try:
            yield
        finally:
            self._increment_in_flight()
