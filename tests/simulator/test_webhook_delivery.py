"""Tests of the delivery of webhooks."""

import asyncio
from typing import Any

import pytest

from ring_simulator import DeliveryState, Simulator
from ring_simulator.webhooks import RETRY_DELAYS

from .helpers import Clock, HttpClient, PartnerServer, delivery_result

DAY = 86_400


async def test_retries(
    simulator: Simulator,
    partner: PartnerServer,
    linked_client: HttpClient,
    clock: Clock,
) -> None:
    partner.statuses = [500, 503, 502]

    (delivery,) = simulator.press(simulator.device("Front Door"))
    await simulator.outbound.wait_until_done()

    assert clock.slept == [1, 5, 30]
    assert delivery_result(delivery) == (DeliveryState.DELIVERED, 4, 200)
    assert len({received.body for received in partner.webhooks}) == 1


async def test_delivery_is_given_up_after_all_retries(
    simulator: Simulator,
    partner: PartnerServer,
    linked_client: HttpClient,
    clock: Clock,
) -> None:
    partner.statuses = [500] * 8
    simulator.settings.retry_scale = 0.5

    (delivery,) = simulator.press(simulator.device("Front Door"))
    await simulator.outbound.wait_until_done()

    assert clock.slept == [delay / 2 for delay in RETRY_DELAYS]
    assert RETRY_DELAYS == (1, 5, 30, 120, 600, 3600)
    assert delivery_result(delivery) == (DeliveryState.DEAD, 7, 500)


async def test_unreachable_url_is_retried(
    simulator: Simulator,
    partner: PartnerServer,
    linked_client: HttpClient,
    clock: Clock,
) -> None:
    await partner.server.close()

    (delivery,) = simulator.press(simulator.device("Front Door"))
    await simulator.outbound.wait_until_done()

    assert len(clock.slept) == 6
    assert delivery_result(delivery) == (DeliveryState.DEAD, 7, None)


@pytest.mark.parametrize("status", [400, 401, 404, 410, 301])
async def test_other_statuses_are_not_retried(
    simulator: Simulator,
    partner: PartnerServer,
    linked_client: HttpClient,
    clock: Clock,
    status: int,
) -> None:
    partner.statuses = [status]

    (delivery,) = simulator.press(simulator.device("Front Door"))
    await simulator.outbound.wait_until_done()

    assert clock.slept == []
    assert delivery_result(delivery) == (DeliveryState.DEAD, 1, status)


async def press(simulator: Simulator, times: int) -> None:
    for _ in range(times):
        simulator.press(simulator.device("Front Door"))
        await simulator.outbound.wait_until_done()


async def test_ten_refusals_disable_webhook_url(
    simulator: Simulator, partner: PartnerServer, linked_client: HttpClient
) -> None:
    partner.statuses = [401] * 10
    await press(simulator, 9)
    assert not simulator.webhooks.is_disabled(simulator.client)
    await press(simulator, 1)
    assert simulator.webhooks.is_disabled(simulator.client)

    await press(simulator, 1)
    assert len(partner.webhooks) == 10
    assert delivery_result(simulator.webhooks.deliveries[-1]) == (
        DeliveryState.DEAD,
        0,
        None,
    )

    simulator.webhooks.enable(simulator.client)
    await press(simulator, 1)
    assert simulator.webhooks.deliveries[-1].state is DeliveryState.DELIVERED


@pytest.mark.parametrize("between", [200, 500])
async def test_only_consecutive_refusals_count(
    simulator: Simulator,
    partner: PartnerServer,
    linked_client: HttpClient,
    between: int,
) -> None:
    partner.statuses = [401] * 9 + [between]
    await press(simulator, 10)
    partner.statuses = [401] * 9
    await press(simulator, 9)
    assert not simulator.webhooks.is_disabled(simulator.client)


async def test_only_refusals_within_a_day_count(
    simulator: Simulator,
    partner: PartnerServer,
    linked_client: HttpClient,
    clock: Clock,
) -> None:
    partner.statuses = [401] * 19
    await press(simulator, 9)
    clock.now += DAY
    await press(simulator, 9)
    assert not simulator.webhooks.is_disabled(simulator.client)
    await press(simulator, 1)
    assert simulator.webhooks.is_disabled(simulator.client)


async def test_late_response_does_not_enable_webhook_url(clock: Clock) -> None:
    responses: list[asyncio.Future[int | None]] = []

    async def post(url: Any, body: bytes, headers: Any) -> int | None:
        responses.append(asyncio.get_running_loop().create_future())
        return await responses[-1]

    simulator = Simulator(clock=clock, sleep=clock.sleep, post=post)
    simulator.client.webhook_url = "https://home.example/hook"
    simulator.linking.link(simulator.client, simulator.account)
    for _ in range(11):
        simulator.press(simulator.device("Front Door"))
    await asyncio.sleep(0)
    for number, response in enumerate(responses):
        response.set_result(401 if number < 10 else 200)
        await asyncio.sleep(0)
    await simulator.webhooks.wait_until_idle()

    assert simulator.webhooks.deliveries[-1].state is DeliveryState.DELIVERED
    assert simulator.webhooks.is_disabled(simulator.client)


# ---- duplicate, lost and shuffled webhooks


async def test_duplicate_webhooks(
    simulator: Simulator, partner: PartnerServer, linked_client: HttpClient
) -> None:
    simulator.settings.webhook_duplicate_share = 1
    partner.statuses = [200, 401]

    (delivery,) = simulator.press(simulator.device("Front Door"))
    await simulator.outbound.wait_until_done()

    first, second = partner.webhooks
    assert first.body == second.body
    assert delivery_result(delivery) == (DeliveryState.DELIVERED, 2, 401)


async def test_lost_webhooks(
    simulator: Simulator, partner: PartnerServer, linked_client: HttpClient
) -> None:
    simulator.settings.webhook_drop_share = 0.5
    device = simulator.device("Front Door")
    for _ in range(20):
        simulator.press(device)
    await simulator.webhooks.wait_until_idle()

    states = [delivery.state for delivery in simulator.webhooks.deliveries]
    assert 0 < states.count(DeliveryState.DROPPED) < 20
    assert len(partner.webhooks) == states.count(DeliveryState.DELIVERED)
    assert len(partner.webhooks) + states.count(DeliveryState.DROPPED) == 20


async def test_shuffled_webhooks(
    simulator: Simulator, partner: PartnerServer, linked_client: HttpClient
) -> None:
    waiting: list[tuple[float, asyncio.Event]] = []

    async def sleep(seconds: float) -> None:
        waiting.append((seconds, released := asyncio.Event()))
        await released.wait()

    simulator._sleep = sleep
    simulator.settings.webhook_shuffle_window = 10
    sent = [
        simulator.press(simulator.device("Front Door"))[0].request_id for _ in range(8)
    ]
    await asyncio.sleep(0)
    assert all(0 <= seconds <= 10 for seconds, _ in waiting)
    for _, released in sorted(waiting, key=lambda item: item[0]):
        partner.request_received.clear()
        released.set()
        await partner.request_received.wait()
    await simulator.webhooks.wait_until_idle()

    received = [r.json["meta"]["request_id"] for r in partner.webhooks]
    assert received != sent
    assert sorted(received) == sorted(sent)


async def test_wait_until_idle_ignores_retry_delays(
    simulator: Simulator, partner: PartnerServer, linked_client: HttpClient
) -> None:
    delays: list[float] = []

    async def sleep(seconds: float) -> None:
        delays.append(seconds)
        await asyncio.Event().wait()

    simulator._sleep = sleep
    partner.statuses = [500]
    (delivery,) = simulator.press(simulator.device("Front Door"))
    await simulator.webhooks.wait_until_idle()
    assert delays == [1]
    assert delivery_result(delivery) == (DeliveryState.PENDING, 1, 500)

    # a reset cancels it
    simulator.reset()
    await simulator.outbound.wait_until_done()
    assert not simulator.webhooks.deliveries
    await simulator.webhooks.wait_until_idle()
    (delivery,) = simulator.press(simulator.device("Front Door"))
    await simulator.webhooks.wait_until_idle()
    assert delivery.state is DeliveryState.DELIVERED


async def test_custom_post_function(clock: Clock) -> None:
    posted: list[Any] = []

    async def post(url: Any, body: bytes, headers: Any) -> int | None:
        posted.append((str(url), headers["X-Signature"]))
        return 204

    simulator = Simulator(clock=clock, sleep=clock.sleep, post=post)
    simulator.client.webhook_url = "https://home.example/hook"
    simulator.linking.link(simulator.client, simulator.account)
    (delivery,) = simulator.press(simulator.device("Front Door"))
    await simulator.webhooks.wait_until_idle()
    assert posted[0][0] == "https://home.example/hook"
    assert delivery_result(delivery) == (DeliveryState.DELIVERED, 1, 204)
