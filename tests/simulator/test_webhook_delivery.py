"""What becomes of webhooks on their way."""

import asyncio
from typing import Any

import pytest

from ring_simulator import Delivery, DeliveryState, Simulator
from ring_simulator.webhooks import LADDER

from .tools import Clock, Partner, Web

DAY = 86_400


def state(delivery: Delivery) -> tuple[DeliveryState, int, int | None]:
    return delivery.state, delivery.attempts, delivery.last_status


async def test_the_ladder(
    sim: Simulator, partner: Partner, linked: Web, clock: Clock
) -> None:
    partner.statuses = [500, 503, 502]

    (delivery,) = sim.press(sim.device("Front Door"))
    await sim.outbound.finish()

    assert clock.slept == [1, 5, 30]
    assert state(delivery) == (DeliveryState.DELIVERED, 4, 200)
    assert len({received.body for received in partner.webhooks}) == 1


async def test_the_ladder_ends(
    sim: Simulator, partner: Partner, linked: Web, clock: Clock
) -> None:
    partner.statuses = [500] * 8
    sim.behaviour.retry_scale = 0.5

    (delivery,) = sim.press(sim.device("Front Door"))
    await sim.outbound.finish()

    assert clock.slept == [pause / 2 for pause in LADDER]
    assert LADDER == (1, 5, 30, 120, 600, 3600)
    assert state(delivery) == (DeliveryState.DEAD, 7, 500)


async def test_no_answer_counts_as_a_failure(
    sim: Simulator, partner: Partner, linked: Web, clock: Clock
) -> None:
    await partner.server.close()

    (delivery,) = sim.press(sim.device("Front Door"))
    await sim.outbound.finish()

    assert len(clock.slept) == 6
    assert state(delivery) == (DeliveryState.DEAD, 7, None)


@pytest.mark.parametrize("status", [400, 401, 404, 410, 301])
async def test_a_refusal_is_final(
    sim: Simulator, partner: Partner, linked: Web, clock: Clock, status: int
) -> None:
    partner.statuses = [status]

    (delivery,) = sim.press(sim.device("Front Door"))
    await sim.outbound.finish()

    assert clock.slept == []
    assert state(delivery) == (DeliveryState.DEAD, 1, status)


async def press(sim: Simulator, times: int) -> None:
    for _ in range(times):
        sim.press(sim.device("Front Door"))
        await sim.outbound.finish()


async def test_ten_refusals_disable_an_endpoint(
    sim: Simulator, partner: Partner, linked: Web
) -> None:
    partner.statuses = [401] * 10
    await press(sim, 9)
    assert not sim.webhooks.is_disabled(sim.client)
    await press(sim, 1)
    assert sim.webhooks.is_disabled(sim.client)

    await press(sim, 1)
    assert len(partner.webhooks) == 10
    assert state(sim.webhooks.deliveries[-1]) == (DeliveryState.DEAD, 0, None)

    sim.webhooks.enable(sim.client)
    await press(sim, 1)
    assert sim.webhooks.deliveries[-1].state is DeliveryState.DELIVERED


@pytest.mark.parametrize("between", [200, 500])
async def test_refusals_must_be_in_a_row(
    sim: Simulator, partner: Partner, linked: Web, between: int
) -> None:
    partner.statuses = [401] * 9 + [between]
    await press(sim, 10)
    partner.statuses = [401] * 9
    await press(sim, 9)
    assert not sim.webhooks.is_disabled(sim.client)


async def test_refusals_must_be_within_a_day(
    sim: Simulator, partner: Partner, linked: Web, clock: Clock
) -> None:
    partner.statuses = [401] * 19
    await press(sim, 9)
    clock.now += DAY
    await press(sim, 9)
    assert not sim.webhooks.is_disabled(sim.client)
    await press(sim, 1)
    assert sim.webhooks.is_disabled(sim.client)


async def test_an_answer_that_comes_late_enables_nothing(clock: Clock) -> None:
    answers: list[asyncio.Future[int | None]] = []

    async def post(url: Any, body: bytes, headers: Any) -> int | None:
        answers.append(asyncio.get_running_loop().create_future())
        return await answers[-1]

    sim = Simulator(clock=clock, sleep=clock.sleep, post=post)
    sim.client.webhook_url = "https://home.example/hook"
    sim.linking.link(sim.client, sim.account)
    for _ in range(11):
        sim.press(sim.device("Front Door"))
    await asyncio.sleep(0)
    for number, answer in enumerate(answers):
        answer.set_result(401 if number < 10 else 200)
        await asyncio.sleep(0)
    await sim.webhooks.idle()

    assert sim.webhooks.deliveries[-1].state is DeliveryState.DELIVERED
    assert sim.webhooks.is_disabled(sim.client)


# ---- losses, duplicates, disorder


async def test_duplicates(sim: Simulator, partner: Partner, linked: Web) -> None:
    sim.behaviour.webhook_duplicate_share = 1
    partner.statuses = [200, 401]

    (delivery,) = sim.press(sim.device("Front Door"))
    await sim.outbound.finish()

    first, second = partner.webhooks
    assert first.body == second.body
    assert state(delivery) == (DeliveryState.DELIVERED, 2, 401)


async def test_losses(sim: Simulator, partner: Partner, linked: Web) -> None:
    sim.behaviour.webhook_drop_share = 0.5
    device = sim.device("Front Door")
    for _ in range(20):
        sim.press(device)
    await sim.webhooks.idle()

    states = [delivery.state for delivery in sim.webhooks.deliveries]
    assert 0 < states.count(DeliveryState.DROPPED) < 20
    assert len(partner.webhooks) == states.count(DeliveryState.DELIVERED)
    assert len(partner.webhooks) + states.count(DeliveryState.DROPPED) == 20


async def test_disorder(sim: Simulator, partner: Partner, linked: Web) -> None:
    waiting: list[tuple[float, asyncio.Event]] = []

    async def sleep(seconds: float) -> None:
        waiting.append((seconds, waked := asyncio.Event()))
        await waked.wait()

    sim._sleep = sleep
    sim.behaviour.webhook_shuffle_window = 10
    sent = [sim.press(sim.device("Front Door"))[0].request_id for _ in range(8)]
    await asyncio.sleep(0)
    assert all(0 <= seconds <= 10 for seconds, _ in waiting)
    for _, waked in sorted(waiting, key=lambda item: item[0]):
        partner.arrived.clear()
        waked.set()
        await partner.arrived.wait()
    await sim.webhooks.idle()

    came = [received.json["meta"]["request_id"] for received in partner.webhooks]
    assert came != sent
    assert sorted(came) == sorted(sent)


async def test_pauses_are_not_waited_for(
    sim: Simulator, partner: Partner, linked: Web
) -> None:
    pauses: list[float] = []

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)
        await asyncio.Event().wait()

    sim._sleep = sleep
    partner.statuses = [500]
    (delivery,) = sim.press(sim.device("Front Door"))
    await sim.webhooks.idle()
    assert pauses == [1]
    assert state(delivery) == (DeliveryState.PENDING, 1, 500)

    # a reset ends it
    sim.reset()
    await sim.outbound.finish()
    assert not sim.webhooks.deliveries
    await sim.webhooks.idle()
    (delivery,) = sim.press(sim.device("Front Door"))
    await sim.webhooks.idle()
    assert delivery.state is DeliveryState.DELIVERED


async def test_a_client_of_ones_own(clock: Clock) -> None:
    posted: list[Any] = []

    async def post(url: Any, body: bytes, headers: Any) -> int | None:
        posted.append((str(url), headers["X-Signature"]))
        return 204

    sim = Simulator(clock=clock, sleep=clock.sleep, post=post)
    sim.client.webhook_url = "https://home.example/hook"
    sim.linking.link(sim.client, sim.account)
    (delivery,) = sim.press(sim.device("Front Door"))
    await sim.webhooks.idle()
    assert posted[0][0] == "https://home.example/hook"
    assert state(delivery) == (DeliveryState.DELIVERED, 1, 204)
