"""What goes wrong at Ring: faults, webhooks, tokens, permissions and device lists."""

import asyncio
from collections.abc import Callable
from random import Random
from typing import Any

from yarl import URL

from ring_simulator import Fault
from ring_simulator.tokens import TokenKind
from ring_simulator.webhooks import sign

from ..conftest import DeviceListModifier
from .faults import HOUR, random_duration, random_fault
from .world import World


async def faults(world: World, random: Random) -> None:
    """Start and end faults of all kinds."""
    while True:
        await asyncio.sleep(random.expovariate(1 / (1.5 * HOUR)))
        world.counts["faults"] += 1
        fault_id = world.simulator.faults.add(random_fault(random))
        try:
            await asyncio.sleep(random_duration(random))
        finally:
            world.simulator.faults.remove(fault_id)


async def webhooks(world: World, random: Random) -> None:
    """Lose, repeat and shuffle webhooks, and send some that are signed wrongly."""
    settings = world.simulator.settings
    while True:
        await asyncio.sleep(random.expovariate(1 / (1.5 * HOUR)))
        world.counts["webhook changes"] += 1
        settings.webhook_drop_share = random.choice((0.0, 0.0, 0.3, 1.0))
        settings.webhook_duplicate_share = random.choice((0.0, 0.3, 1.0))
        settings.webhook_shuffle_window = random.choice((0.0, 10.0, 120.0))
        settings.webhook_version = random.choice(("1.0", "1.1"))
        if random.random() < 0.2:
            for _ in range(random.randrange(1, 5)):
                await _send_forged(world)


async def _send_forged(world: World) -> None:
    body = b'{"meta": {}, "data": {}}'
    await world.simulator.outbound.post(
        URL(world.simulator.client.webhook_url or ""),
        body,
        {"X-Signature": sign("another key", body)},
    )


async def tokens(world: World, random: Random) -> None:
    """Let tokens expire or be revoked early."""
    tokens = world.simulator.tokens
    while True:
        await asyncio.sleep(random.expovariate(1 / (4 * HOUR)))
        valid = [t.value for t in tokens.all() if t.kind is TokenKind.ACCESS]
        if not valid:
            continue
        newest = valid[-1]
        match random.choice(("expire", "expire", "revoke", "revoke all")):
            case "expire":
                tokens.expire(newest)
            case "revoke":
                tokens.revoke(newest)
            case _:
                tokens.revoke_all(world.simulator.account)


async def device_lists(
    modify: DeviceListModifier, world: World, random: Random
) -> None:
    """Leave out what belongs to the device list, with and without permission."""
    while True:
        await asyncio.sleep(random.expovariate(1 / (3 * HOUR)))
        world.counts["incomplete device lists"] += 1
        modify.change = random.choice(
            (_without_last_device, _without_status, _with_unusable_device)
        )
        faults = world.simulator.faults
        fault_id = faults.add(Fault(403, "/v1/devices/*/status", share=0.5))
        try:
            await asyncio.sleep(random_duration(random))
        finally:
            faults.remove(fault_id)
            modify.change = None


def _without_last_device(document: dict[str, Any]) -> None:
    _change_list(document, "data", lambda data: data[:-1])


def _without_status(document: dict[str, Any]) -> None:
    _change_list(
        document,
        "included",
        lambda included: [r for r in included if r.get("type") != "device-status"],
    )


def _with_unusable_device(document: dict[str, Any]) -> None:
    _change_list(document, "data", lambda data: [*data[:-1], {"id": 5}])


def _change_list(
    document: dict[str, Any], member: str, change: Callable[[list[Any]], list[Any]]
) -> None:
    # A fault may have replaced the document.
    if isinstance(document.get(member), list):
        document[member] = change(document[member])


async def media_permission(world: World, random: Random) -> None:
    """Take back the permission for pictures and clips, and give it again."""
    settings = world.simulator.settings
    while True:
        await asyncio.sleep(random.expovariate(1 / (6 * HOUR)))
        settings.media_permission = "missing"
        try:
            await asyncio.sleep(random_duration(random))
        finally:
            settings.media_permission = "granted"
