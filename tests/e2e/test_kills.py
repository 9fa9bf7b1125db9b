"""Home Assistant dies around a renewal of the sign-in, and the link lives on.

Ring replaces the refresh token with every use. What Ring has sent and nobody has
written down yet when the power goes is lost to everyone; nothing else may be.
"""

import asyncio
import contextlib
from dataclasses import dataclass
import json
import os
from pathlib import Path
import random
import time
from typing import Any

import aiohttp
import pytest

from script.harness.account import add_linked_account
from script.harness.checkout import DOMAIN
from script.harness.devices import shown_devices
from script.harness.home_assistant import RealHomeAssistant
from script.harness.simulator import RealSimulator
from script.harness.waiting import eventually

KILLS = int(os.environ.get("KILLS", "3"))
SEED = int(os.environ.get("KILLS_SEED", "1"))

LATEST = 0.3
"""Seconds after a renewal was asked for until the kill."""
LIFETIME = 60
"""Of access tokens, in seconds: each request finds that it had better be renewed."""

TOKEN_PATH = "/oauth/token"
CAMERA = "binary_sensor.garden_connectivity"


@dataclass(frozen=True, slots=True)
class Kill:
    """What a kill hit.

    Attributes:
        after: Seconds from the last renewal that Ring granted to the kill.
        written: Whether what Ring granted last was on disk.
        used: Whether it had been used by then, which it may be only once written.
        works: Whether the devices are there after another start.
    """

    after: float
    written: bool
    used: bool
    works: bool

    @property
    def cut_off(self) -> bool:
        """Whether it came between Ring's answer and the end of its being written."""
        return not self.written and not self.used

    def __str__(self) -> str:
        """Return it as a line of a table."""
        verdict = "works" if self.works else "cut off" if self.cut_off else "FAILED"
        return f"{self.after * 1000:7.0f} ms after the renewal: {verdict}"


@pytest.mark.timeout(120 + 60 * KILLS)
async def test_link_lives_on_whenever_home_assistant_dies(
    simulator: RealSimulator, tmp_path: Path
) -> None:
    chance = random.Random(SEED)
    await simulator.reset()
    await simulator.behave(access_token_lifetime=LIFETIME)
    home_assistant = RealHomeAssistant(
        tmp_path / "config", env=simulator.environment, pages=False
    )
    kills: list[Kill] = []
    async with home_assistant:
        entry_id = await _link(home_assistant, simulator)
        for _ in range(KILLS):
            kill = await _kill(home_assistant, simulator, entry_id, chance)
            kills.append(kill)
            print(kill, flush=True)
            if not kill.works:
                await home_assistant.api.delete(
                    f"config/config_entries/entry/{entry_id}"
                )
                entry_id = await _link(home_assistant, simulator)
    await simulator.reset()
    assert len(kills) == KILLS
    assert [str(kill) for kill in kills if not kill.works and not kill.cut_off] == []


async def _link(home_assistant: RealHomeAssistant, simulator: RealSimulator) -> str:
    """Link the account, and wait until Home Assistant has written down that it is."""
    entry_id = await add_linked_account(home_assistant.api, simulator)

    async def there() -> bool:
        return (
            await _there(home_assistant, entry_id)
            and entry_id in home_assistant.stored("core.config_entries")
            and home_assistant.login.username in home_assistant.stored("auth")
            and DOMAIN in home_assistant.stored("application_credentials")
        )

    await eventually(there, "The account is on disk and its devices are available")
    return entry_id


async def _kill(
    home_assistant: RealHomeAssistant,
    simulator: RealSimulator,
    entry_id: str,
    chance: random.Random,
) -> Kill:
    """Kill Home Assistant around a renewal, start it again and see what is left."""
    asked = asyncio.create_task(_renew(home_assistant))
    await asyncio.sleep(chance.uniform(0, LATEST))
    killed_at = time.time()
    await home_assistant.kill()
    await asked
    state = await simulator.state()
    renewals = [
        request["time"]
        for request in state["requests"]
        if request["path"] == TOKEN_PATH and request["status"] == 200
    ]
    newest = [token["label"] for token in state["tokens"] if token["kind"] == "access"]
    used = any(request["token"] == newest[-1] for request in state["requests"])
    issued_at = _stored_pair(home_assistant, entry_id)["issued_at"]
    # a pair bears the time at which it was asked for
    written = sum(renewal >= issued_at for renewal in renewals) == 1

    await home_assistant.start()

    async def decided() -> bool:
        (entry,) = await home_assistant.api.entries(DOMAIN)
        return entry["state"] != "setup_in_progress" and (
            entry["state"] != "loaded" or await _there(home_assistant, entry_id)
        )

    await eventually(decided, "The account is set up")
    asked_at = time.time()
    await _renew(home_assistant)
    requests = (await simulator.state())["requests"]
    sign_ins = {
        request["status"]
        for request in requests
        if request["time"] > killed_at and request["path"] == TOKEN_PATH
    }
    answers = {
        request["status"]
        for request in requests
        if request["time"] > asked_at and request["path"].startswith("/v1/devices/")
    }
    works = (
        sign_ins == {200}
        and answers == {200}
        and await _there(home_assistant, entry_id)
    )
    return Kill(killed_at - max(renewals), written, used, works)


async def _renew(home_assistant: RealHomeAssistant) -> None:
    """Have Home Assistant ask for a device, and so renew the sign-in first."""
    with contextlib.suppress(aiohttp.ClientError):
        await home_assistant.api.act("homeassistant.update_entity", entity_id=CAMERA)


async def _there(home_assistant: RealHomeAssistant, entry_id: str) -> bool:
    devices = await shown_devices(home_assistant.api, entry_id)
    return any(device.name == "Garden" and device.available for device in devices)


def _stored_pair(home_assistant: RealHomeAssistant, entry_id: str) -> dict[str, Any]:
    """Return the tokens on disk: of the two places the one that is newer."""
    entries = json.loads(home_assistant.stored("core.config_entries"))["data"]
    (entry,) = [item for item in entries["entries"] if item["entry_id"] == entry_id]
    pairs = [entry["data"]["token"]]
    if text := home_assistant.stored(f"{DOMAIN}.{entry_id}.token"):
        pairs.append(json.loads(text)["data"])
    newest: dict[str, Any] = max(pairs, key=lambda pair: pair["issued_at"])
    return newest
