"""Delivers events to the webhook URLs of apps (API reference, 3.1)."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import count
from random import Random
from uuid import UUID

from yarl import URL

from ring_simulator.account import Client
from ring_simulator.behaviour import Behaviour
from ring_simulator.outbound import Outbound
from ring_simulator.timestamps import iso_nanoseconds

from .delivery import Delivery, DeliveryState
from .event import Event, envelope, sign

LADDER = (1, 5, 30, 120, 600, 3600)
"""Seconds before each repetition after a 5xx or no answer."""

REFUSALS = 10
"""Answers 4xx in a row, within a day, after which an endpoint is disabled."""

_DAY = 86_400
_KEPT = 500


class Webhooks:
    """Tells apps what happened.

    Attributes:
        deliveries: The last 500 deliveries, the oldest first.
    """

    def __init__(
        self,
        clock: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]],
        random: Random,
        behaviour: Behaviour,
        outbound: Outbound,
        recipients: Callable[[Event], Iterable[Client]],
    ) -> None:
        """Start with an empty log.

        Args:
            clock: Epoch seconds.
            sleep: Waits for seconds.
            random: Source of request ids and of all chance.
            behaviour: Variants of the envelope and of the delivery.
            outbound: Sends the requests and keeps the tasks.
            recipients: Apps that may know of an event now.
        """
        self._clock = clock
        self._sleep = sleep
        self._random = random
        self._behaviour = behaviour
        self._outbound = outbound
        self._recipients = recipients
        self._numbers = count(1)
        self._refusals: dict[str, list[float]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._busy = 0
        self._quiet = asyncio.Event()
        self._quiet.set()
        self.deliveries: deque[Delivery] = deque(maxlen=_KEPT)

    async def send(self, event: Event) -> list[Delivery]:
        """Send an event and wait until nothing is in flight."""
        deliveries = self.queue(event)
        await self.idle()
        return deliveries

    def queue(
        self, event: Event, clients: Iterable[Client] | None = None
    ) -> list[Delivery]:
        """Send an event in the background.

        Args:
            event: What happened.
            clients: Apps to tell, by default those that may know of it.

        Returns:
            A delivery for each app that has a webhook URL.
        """
        if clients is None:
            clients = self._recipients(event)
        return [self._start(event, client) for client in clients if client.webhook_url]

    async def idle(self) -> None:
        """Wait until nothing is in flight; pauses before repetitions don't count."""
        await self._quiet.wait()

    def is_disabled(self, client: Client) -> bool:
        """Say whether Ring has given up the app's endpoint."""
        return len(self._refusals.get(client.client_id, ())) >= REFUSALS

    def enable(self, client: Client) -> None:
        """Let an endpoint that was disabled get webhooks again."""
        self._refusals.pop(client.client_id, None)

    def clear(self) -> None:
        """Forget all deliveries and end those under way."""
        for task in self._tasks:
            task.cancel()
        self.deliveries.clear()

    def _start(self, event: Event, client: Client) -> Delivery:
        behaviour = self._behaviour
        now = self._clock()
        request_id = str(UUID(int=self._random.getrandbits(128), version=4))
        delivery = Delivery(
            next(self._numbers), now, client.client_id, event.type, event.id, request_id
        )
        self.deliveries.append(delivery)
        if self._happens(behaviour.webhook_drop_share):
            delivery.state = DeliveryState.DROPPED
            return delivery
        body = envelope(
            event,
            time=iso_nanoseconds(now),
            request_id=request_id,
            version=behaviour.webhook_version,
            sub_type_place=behaviour.sub_type_place,
        )
        # counted at once: who waits right after this waits for the attempt
        self._enter()
        task = self._outbound.spawn(self._deliver(delivery, client, body))
        self._tasks.add(task)
        task.add_done_callback(self._end)
        return delivery

    async def _deliver(self, delivery: Delivery, client: Client, body: bytes) -> None:
        """Climb the ladder until the app has the webhook or refuses it."""
        if window := self._behaviour.webhook_shuffle_window:
            await self._sleep(self._random.uniform(0, window))
        for pause in (*LADDER, None):
            if self.is_disabled(client) or not await self._attempt(
                delivery, client, body
            ):
                break
            if delivery.state is DeliveryState.DELIVERED:
                if self._happens(self._behaviour.webhook_duplicate_share):
                    await self._attempt(delivery, client, body)
                    delivery.state = DeliveryState.DELIVERED
                return
            if pause is not None:
                with self._resting():
                    await self._sleep(pause * self._behaviour.retry_scale)
        delivery.state = DeliveryState.DEAD

    async def _attempt(self, delivery: Delivery, client: Client, body: bytes) -> bool:
        """Post once; return whether it was delivered or is worth another attempt."""
        # computed for each attempt, as the app's owner may change the URL in between
        headers = {
            "Content-Type": "application/json",
            "X-Signature": sign(client.hmac_key, body),
        }
        status = await self._outbound.post(URL(client.webhook_url), body, headers)
        delivery.attempts += 1
        delivery.last_status = status
        if status is not None and 400 <= status < 500:
            self._refused(client)
            return False
        if not self.is_disabled(client):
            self.enable(client)
        if status is not None and 200 <= status < 300:
            delivery.state = DeliveryState.DELIVERED
            return True
        return status is None or status >= 500

    def _refused(self, client: Client) -> None:
        now = self._clock()
        recent = self._refusals.get(client.client_id, [])
        self._refusals[client.client_id] = [
            *(time for time in recent if now - time < _DAY),
            now,
        ]

    def _happens(self, share: float) -> bool:
        # without a share no number is drawn, so that the others stay what they are
        return share > 0 and self._random.random() < share

    def _enter(self) -> None:
        self._busy += 1
        self._quiet.clear()

    def _leave(self) -> None:
        self._busy -= 1
        if self._busy == 0:
            self._quiet.set()

    def _end(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self._leave()

    @contextmanager
    def _resting(self) -> Iterator[None]:
        self._leave()
        try:
            yield
        finally:
            self._enter()
