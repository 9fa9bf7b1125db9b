"""Tokens of a linked account when Home Assistant is killed around a token refresh.

Ring replaces the refresh token with every use. New tokens are lost if the kill comes
after Ring's answer and before Home Assistant has written them to disk. The account has
to work after a kill at any other time.
"""

import asyncio
import contextlib
from dataclasses import dataclass
import json
from operator import itemgetter
import os
from pathlib import Path
import random
import time
from typing import Any

import aiohttp
import pytest

from script.harness.accounts import add_linked_account
from script.harness.const import DOMAIN
from script.harness.home_assistant import RealHomeAssistant
from script.harness.simulator import RealSimulator
from script.harness.wait import wait_until

from .helpers import garden_available, poll_ring

KILLS = int(os.environ.get("KILLS", "3"))
SEED = int(os.environ.get("KILLS_SEED", "1"))

MAX_DELAY = 0.3
"""Most seconds from the request that refreshes the token to the kill."""
LIFETIME = 60
"""Lifetime of access tokens in seconds, so short that each request refreshes them."""

TOKEN_PATH = "/oauth/token"


@dataclass(frozen=True, slots=True)
class Kill:
    """The result of one kill.

    Attributes:
        delay: Seconds from the last token refresh to the kill.
        stored: Whether the last tokens were on disk.
        used: Whether the last access token had been used, which requires that it was
            stored before.
        works: Whether the account works after the next start.
    """

    delay: float
    stored: bool
    used: bool
    works: bool

    @property
    def before_storing(self) -> bool:
        """Whether the kill came between Ring's answer and the write to disk."""
        return not self.stored and not self.used

    def __str__(self) -> str:
        if self.works:
            result = "works"
        else:
            result = "tokens not stored yet" if self.before_storing else "FAILED"
        return f"{self.delay * 1000:7.0f} ms after the token refresh: {result}"


@pytest.mark.timeout(120 + 60 * KILLS)
async def test_account_works_after_a_kill_around_a_token_refresh(
    simulator: RealSimulator, tmp_path: Path
) -> None:
    rng = random.Random(SEED)
    await simulator.reset()
    await simulator.change_settings(access_token_lifetime=LIFETIME)
    home_assistant = RealHomeAssistant(
        tmp_path / "config", env=simulator.environment, frontend=False
    )
    kills: list[Kill] = []
    async with home_assistant:
        entry_id = await _add_account(home_assistant, simulator)
        for _ in range(KILLS):
            kill = await _kill_and_restart(home_assistant, simulator, entry_id, rng)
            kills.append(kill)
            print(kill, flush=True)
            if not kill.works:
                await home_assistant.api.remove_entry(entry_id)
                entry_id = await _add_account(home_assistant, simulator)
    await simulator.reset()
    assert len(kills) == KILLS
    assert [
        str(kill) for kill in kills if not kill.works and not kill.before_storing
    ] == []


async def _add_account(
    home_assistant: RealHomeAssistant, simulator: RealSimulator
) -> str:
    """Link the account and wait until Home Assistant has stored it on disk."""
    entry_id = await add_linked_account(home_assistant.api, simulator)

    async def stored() -> bool:
        return (
            await garden_available(home_assistant, entry_id)
            and entry_id in home_assistant.read_storage("core.config_entries")
            and home_assistant.login.username in home_assistant.read_storage("auth")
            and DOMAIN in home_assistant.read_storage("application_credentials")
        )

    await wait_until(stored, "The account is stored and its devices are available")
    return entry_id


async def _kill_and_restart(
    home_assistant: RealHomeAssistant,
    simulator: RealSimulator,
    entry_id: str,
    rng: random.Random,
) -> Kill:
    """Kill Home Assistant around a token refresh, start it, and check the account."""
    poll = asyncio.create_task(_poll_ring(home_assistant))
    await asyncio.sleep(rng.uniform(0, MAX_DELAY))
    killed_at = time.time()
    await home_assistant.kill()
    await poll
    state = await simulator.state()
    refreshes = [
        request["time"]
        for request in state["requests"]
        if request["path"] == TOKEN_PATH and request["status"] == 200
    ]
    labels = [token["label"] for token in state["tokens"] if token["kind"] == "access"]
    used = any(request["token"] == labels[-1] for request in state["requests"])
    issued_at = _stored_tokens(home_assistant, entry_id)["issued_at"]
    # `issued_at` is the time of the request for the tokens.
    stored = sum(refresh >= issued_at for refresh in refreshes) == 1

    await home_assistant.start()

    async def setup_complete() -> bool:
        (entry,) = await home_assistant.api.config_entries(DOMAIN)
        return entry["state"] != "setup_in_progress" and (
            entry["state"] != "loaded"
            or await garden_available(home_assistant, entry_id)
        )

    await wait_until(setup_complete, "The setup of the account is complete")
    polled_at = time.time()
    await _poll_ring(home_assistant)
    requests = (await simulator.state())["requests"]
    token_statuses = {
        request["status"]
        for request in requests
        if request["time"] > killed_at and request["path"] == TOKEN_PATH
    }
    device_statuses = {
        request["status"]
        for request in requests
        if request["time"] > polled_at and request["path"].startswith("/v1/devices/")
    }
    works = (
        token_statuses == {200}
        and device_statuses == {200}
        and await garden_available(home_assistant, entry_id)
    )
    return Kill(killed_at - max(refreshes), stored, used, works)


async def _poll_ring(home_assistant: RealHomeAssistant) -> None:
    """Make Home Assistant poll Ring, which refreshes the token first."""
    with contextlib.suppress(aiohttp.ClientError):
        await poll_ring(home_assistant)


def _stored_tokens(home_assistant: RealHomeAssistant, entry_id: str) -> dict[str, Any]:
    """Return the newer ones of the tokens in the config entry and the token store."""
    entries = json.loads(home_assistant.read_storage("core.config_entries"))["data"]
    (entry,) = [item for item in entries["entries"] if item["entry_id"] == entry_id]
    candidates = [entry["data"]["token"]]
    if text := home_assistant.read_storage(f"{DOMAIN}.{entry_id}.token"):
        candidates.append(json.loads(text)["data"])
    newest: dict[str, Any] = max(candidates, key=itemgetter("issued_at"))
    return newest
