"""Everything that a person is told: what shows it, what it says, and what ends it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from errno import ENOSPC
from pathlib import Path
from typing import Any
from unittest.mock import patch

from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.storage import Store
from homeassistant.util import dt as dt_util
from homeassistant.util.file import WriteError
import orjson
import pytest
from pytest_homeassistant_custom_component.common import (
    async_get_persistent_notifications,
)

from custom_components.ring_partner.account.notifications import NotificationKind
from custom_components.ring_partner.account.token_store import WRITE_RETRY_INTERVAL
from custom_components.ring_partner.const import DOMAIN
from ring_simulator import Fault

from .conftest import DeviceListModifier
from .helpers import LIST_PATH, PassTime
from .linked_home import LinkedHome
from .polling_driver import PollingDriver

STRINGS: dict[str, Any] = orjson.loads(
    Path("custom_components/ring_partner/strings.json").read_bytes()
)
MINUTE = 60.0
OTHER_KEY = "another key="


class Told:
    """An account, with what a person is told about it."""

    def __init__(
        self, home: LinkedHome, modify_device_list: DeviceListModifier
    ) -> None:
        self.home = home
        self.simulator = home.simulator
        self.modify_device_list = modify_device_list

    @property
    def shown(self) -> dict[str, str]:
        """Return title and text of what is shown, by translation key."""
        return {**issues(self.home.hass), **notifications(self.home.hass)}

    async def minutes(self, count: int) -> None:
        """Let minutes pass, one after the other."""
        for _ in range(count):
            await self.home.pass_time(MINUTE)

    async def fail(self, fault: Fault, minutes: int) -> None:
        """Let Ring fail for some minutes."""
        self.simulator.faults.add(fault)
        await self.minutes(minutes)

    async def recover(self) -> None:
        """Let Ring work again, and wait for the longest pause."""
        self.simulator.faults.clear()
        await self.minutes(31)


def issues(hass: HomeAssistant) -> dict[str, str]:
    """Return the texts of the repair issues, as Home Assistant's frontend shows them.

    A fixable issue has its description in the first form of its fix flow.
    """
    texts = {}
    for issue in ir.async_get(hass).issues.values():
        if issue.domain != DOMAIN or not issue.active:
            continue
        strings = STRINGS["issues"][issue.translation_key]
        if issue.is_fixable:
            (strings,) = strings["fix_flow"]["step"].values()
        placeholders = {
            "console_url": "https://console",
            **(issue.translation_placeholders or {}),
        }
        texts[str(issue.translation_key)] = "\n".join(
            strings[key].format(**placeholders) for key in ("title", "description")
        )
    return texts


def notifications(hass: HomeAssistant) -> dict[str, str]:
    """Return the texts of the notifications, by their kind."""
    return {
        kind: f"{notification['title']}\n{notification['message']}"
        for id_, notification in async_get_persistent_notifications(hass).items()
        for kind in ("outage", "rate_limited", "signed_out", "offline")
        if id_.startswith(kind)
    }


type Step = Callable[[Told], Awaitable[None]]


async def recover(told: Told) -> None:
    await told.recover()


async def outage(told: Told) -> None:
    await told.fail(Fault(status=500), 6)


async def rate_limit(told: Told) -> None:
    await told.fail(Fault(status=429, path=LIST_PATH, retry_after=60), 6)


async def sign_out(told: Told) -> None:
    await told.fail(Fault(status=401), 2)


async def sign_in(told: Told) -> None:
    told.simulator.faults.clear()
    await told.home.reload()


async def go_offline(told: Told) -> None:
    told.simulator.actions.set_online(told.home.garden, online=False)
    await told.home.settle()
    await told.minutes(31)


async def go_online(told: Told) -> None:
    told.simulator.actions.set_online(told.home.garden, online=True)
    await told.home.settle()


async def forbid_account(told: Told) -> None:
    await told.fail(Fault(status=403, path=LIST_PATH), 2)


async def forbid_device(told: Told) -> None:
    garden = told.home.garden.id

    def change(document: dict[str, Any]) -> None:
        """Leave out the status, so that it is requested."""
        document["included"] = [
            resource
            for resource in document["included"]
            if resource["type"] != "device-status"
        ]

    told.modify_device_list(change)
    await told.fail(Fault(status=403, path=f"{LIST_PATH}/{garden}/status"), 2)


async def forbid_history(told: Told) -> None:
    path = f"/v1/history/devices/{told.home.garden.id}/*"
    await told.fail(Fault(status=403, path=path), 2)


async def refuse_network(told: Told) -> None:
    await told.fail(Fault(status=406), 2)


async def lose_events(told: Told) -> None:
    told.simulator.settings.webhook_drop_share = 1.0
    for _ in range(2):
        await told.minutes(1)
        told.simulator.press(told.home.door)
    await told.minutes(4)
    told.simulator.settings.webhook_drop_share = 0.0


async def lose_events_of_camera(told: Told) -> None:
    await told.home.press()
    for _ in range(3):
        await told.minutes(1)
        told.simulator.history.add(told.home.garden, "motion")
    await told.minutes(63)


async def press(told: Told) -> None:
    await told.home.press()


async def move(told: Told) -> None:
    await told.home.move()


async def sign_with_other_key(told: Told) -> None:
    told.simulator.client.hmac_key = OTHER_KEY
    for _ in range(3):
        await told.home.pass_time(20)
        await told.home.press()


async def enter_other_key(told: Told) -> None:
    hass, entry = told.home.hass, told.home.entry
    hass.config_entries.async_update_entry(
        entry, data={**entry.data, "hmac_key": OTHER_KEY}
    )
    await told.home.reload()
    await told.home.press()


async def lose_url(told: Told) -> None:
    config = told.home.hass.config
    config.internal_url = config.api = None
    await config.async_update(external_url=None)
    await told.home.settle()


async def enter_url(told: Told) -> None:
    await told.home.hass.config.async_update(external_url="https://home.example.com")
    await told.home.settle()


async def set_clock_wrong(told: Told) -> None:
    def change(document: dict[str, Any]) -> None:
        document["meta"]["time"] = "2026-11-20T08:15:00Z"

    told.home.freezer.move_to("2026-11-20T10:15:00+00:00")
    told.modify_device_list(change)
    for _ in range(2):
        await told.home.entry.runtime_data.coordinator.async_refresh()


async def set_clock_right(told: Told) -> None:
    told.home.freezer.move_to("2026-11-20T08:15:00+00:00")
    await told.home.entry.runtime_data.coordinator.async_refresh()


async def encrypt(told: Told) -> None:
    """The camera *Nursery* is encrypted from the start."""


async def decrypt(told: Told) -> None:
    nursery = told.simulator.device("Nursery")
    nursery.configurations["e2e_encryption"]["enabled"] = False
    await told.minutes(1)


async def fill_disk(told: Told) -> None:
    error = WriteError("disk")
    error.__cause__ = OSError(ENOSPC, "No space left on device", "/config/secret")
    told.simulator.tokens.expire(told.home.entry.data["token"]["access_token"])
    with patch.object(Store, "_async_write_data", side_effect=error):
        await told.minutes(2)


async def free_disk(told: Told) -> None:
    await told.home.pass_time(WRITE_RETRY_INTERVAL + 1)


@dataclass
class Row:
    """One thing that a person is told.

    Attributes:
        key: its translation key, or the kind of notification.
        begin: what happens.
        says: parts of its text.
        end: what removes it.

    """

    key: str
    begin: Step
    says: list[str] = field(default_factory=list)
    end: Step = recover


TABLE = [
    Row("outage", outage, ["Since ", "Alex Morgan", "500", "need to do anything"]),
    Row("rate_limited", rate_limit, ["Since ", "Alex Morgan", "too many"]),
    Row("signed_out", sign_out, ["Since ", "Alex Morgan", "sign in again"], sign_in),
    Row("offline", go_offline, ["Garden is offline", "Wi-Fi"], go_online),
    Row("missing_permission_account", forbid_account, ["Alex Morgan", "**Submit**"]),
    Row(
        "missing_permission_device",
        forbid_device,
        ["for Garden is missing", "**Submit**"],
    ),
    Row("missing_permission_history", forbid_history, ["of Garden", "**Submit**"]),
    Row("network_refused", refuse_network, ["Alex Morgan", "VPN", "**Submit**"]),
    Row("events_missing", lose_events, ["Alex Morgan", "Webhook URL"], press),
    Row("events_not_sent", lose_events_of_camera, ["of Garden", "**Ignore**"], move),
    Row(
        "events_wrong_signature",
        sign_with_other_key,
        ["Alex Morgan", "HMAC signature key"],
        enter_other_key,
    ),
    Row("no_public_url", lose_url, ["Alex Morgan", "https", "**Submit**"], enter_url),
    Row("clock_wrong", set_clock_wrong, ["2:00:00", "Alex Morgan"], set_clock_right),
    Row("encrypted", encrypt, ["Nursery", "**Ignore**"], decrypt),
    Row("token_not_saved", fill_disk, ["Alex Morgan", "No space left"], free_disk),
]


@pytest.fixture
def told(home: LinkedHome, modify_device_list: DeviceListModifier) -> Told:
    """Return an account that receives webhooks."""
    return Told(home, modify_device_list)


@pytest.mark.parametrize("row", TABLE, ids=[row.key for row in TABLE])
async def test_what_is_told(told: Told, row: Row) -> None:
    before = told.shown.keys() - {row.key}
    assert before <= {"encrypted"}
    await row.begin(told)
    text = told.shown[row.key]
    for part in row.says:
        assert part in text
    assert not {"{", "}", "secret"} & {*text, *text.split("/")}
    # The person is told one thing only.
    assert told.shown.keys() == before | {row.key}
    await row.end(told)
    assert row.key not in told.shown


@pytest.mark.parametrize("row", TABLE, ids=[row.key for row in TABLE])
async def test_nothing_is_told_of_an_unloaded_account(told: Told, row: Row) -> None:
    await row.begin(told)
    assert await told.home.hass.config_entries.async_unload(told.home.entry.entry_id)
    assert told.shown == {}


async def test_end_of_a_playground_token(
    polling: PollingDriver, pass_time: PassTime
) -> None:
    """Only such an account is told of it; its fix flow has tests of its own."""
    hass, entry = polling.hass, polling.entry
    now = dt_util.utcnow().timestamp()
    token = {**entry.data["token"], "expires_at": round(now) + 1800}
    hass.config_entries.async_update_entry(entry, data={**entry.data, "token": token})
    await hass.config_entries.async_reload(entry.entry_id)
    await pass_time(1501)
    assert polling.issues.keys() == {"playground_ending"}
    await pass_time(301)
    assert polling.issues == {}


def test_table_is_complete() -> None:
    kinds = {kind.value.removeprefix("device_") for kind in NotificationKind}
    keys = {*STRINGS["issues"], *kinds} - {"playground_ending"}
    assert {row.key for row in TABLE} == keys
