"""How long the candidates of a browser are waited for."""

import asyncio

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed_exact

from custom_components.ring_partner.api.sdp import IceCandidate
from custom_components.ring_partner.media.ice_candidates import (
    MAX_TIME,
    QUIET_TIME,
    IceCandidateCollector,
)

HOST = IceCandidate("candidate:1 1 udp 2113937151 192.168.1.2 50000 typ host", "0", 0)
PUBLIC = IceCandidate(
    "candidate:2 1 udp 1677729535 203.0.113.7 50000 typ srflx raddr 0.0.0.0 rport 0",
    "0",
    0,
)
END = IceCandidate("", "0", 0)


class Waiting:
    """A collector whose candidates are waited for."""

    def __init__(
        self, hass: HomeAssistant, freezer: FrozenDateTimeFactory, *, needs_public: bool
    ) -> None:
        self.hass = hass
        self.freezer = freezer
        self.collector = IceCandidateCollector(hass, needs_public=needs_public)
        self.task = asyncio.ensure_future(self.collector.async_wait())

    async def pass_time(self, seconds: float) -> None:
        """Let time pass, to the millisecond."""
        self.freezer.tick(seconds)
        async_fire_time_changed_exact(self.hass)
        await self.hass.async_block_till_done()

    async def add(self, *candidates: IceCandidate, after: float = 0.0) -> None:
        """Let time pass, and add candidates."""
        await self.pass_time(after)
        for candidate in candidates:
            self.collector.async_add(candidate)

    async def is_complete(self, after: float) -> bool:
        """Let time pass, and return whether the waiting has ended."""
        await self.pass_time(after)
        await asyncio.sleep(0)
        return self.task.done()


@pytest.fixture
def waiting(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> Waiting:
    """Wait for the candidates of a browser without a STUN server."""
    return Waiting(hass, freezer, needs_public=False)


async def test_complete_after_a_quiet_time(waiting: Waiting) -> None:
    await waiting.add(HOST)
    await waiting.add(HOST, after=QUIET_TIME * 0.8)
    assert not await waiting.is_complete(after=QUIET_TIME * 0.8)
    assert await waiting.is_complete(after=QUIET_TIME * 0.3)
    assert await waiting.task == [HOST, HOST]


async def test_complete_with_the_last_candidate(waiting: Waiting) -> None:
    await waiting.add(HOST, END)
    assert await waiting.is_complete(after=0)
    assert await waiting.task == [HOST]


async def test_candidates_from_before_the_waiting(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    collector = IceCandidateCollector(hass, needs_public=False)
    collector.async_add(HOST)
    collector.async_add(END)
    assert await collector.async_wait() == [HOST]


async def test_no_candidate_comes(waiting: Waiting) -> None:
    assert not await waiting.is_complete(after=MAX_TIME * 0.9)
    assert await waiting.is_complete(after=MAX_TIME * 0.2)
    assert await waiting.task == []


async def test_candidates_that_keep_coming(waiting: Waiting) -> None:
    for _ in range(25):
        await waiting.add(HOST, after=QUIET_TIME * 0.5)
    assert await waiting.is_complete(after=0)
    assert len(await waiting.task) >= 19


async def test_candidate_of_a_stun_server_is_waited_for(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    waiting = Waiting(hass, freezer, needs_public=True)
    await waiting.add(HOST)
    assert not await waiting.is_complete(after=QUIET_TIME * 2)
    await waiting.add(PUBLIC)
    assert await waiting.is_complete(after=QUIET_TIME * 1.1)
    assert await waiting.task == [HOST, PUBLIC]


async def test_late_candidates_are_ignored(waiting: Waiting) -> None:
    await waiting.add(HOST, END)
    await waiting.task
    waiting.collector.async_add(PUBLIC)
    waiting.collector.async_add(END)
    assert await waiting.is_complete(after=MAX_TIME)


async def test_canceled_waiting_leaves_no_timer(waiting: Waiting) -> None:
    """The test harness fails if a timer is left."""
    await waiting.add(HOST)
    waiting.task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting.task
