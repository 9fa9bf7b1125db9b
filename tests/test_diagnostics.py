"""Diagnostics of an account and of a device, without private data."""

from http import HTTPStatus
import json
import logging
from typing import Any

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.components.diagnostics import (
    get_diagnostics_for_config_entry,
)
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator
from syrupy.assertion import SnapshotAssertion

from custom_components.ring_partner.api import ServerError
from custom_components.ring_partner.const import DOMAIN
from custom_components.ring_partner.diagnostics import (
    async_get_config_entry_diagnostics,
    async_get_device_diagnostics,
)
from custom_components.ring_partner.helpers.payload_shape import HIDDEN
from custom_components.ring_partner.media.picture_files import media_folder
from ring_simulator import Fault, Simulator

from .helpers import POLL
from .linked_home import LinkedHome
from .polling_driver import PollingDriver

MARKER = "Marker"
"""Part of everything private that Ring sends in these tests."""


@pytest.fixture
async def diagnostics_component(
    hass: HomeAssistant, caplog: pytest.LogCaptureFixture
) -> None:
    """Set up diagnostics before the server starts, which then knows its URL."""
    # aiohttp's access log does not understand a frozen clock.
    caplog.set_level(logging.WARNING, "aiohttp.access")
    assert await async_setup_component(hass, "diagnostics", {})


@pytest.fixture
def private_home(
    diagnostics_component: None, home: LinkedHome, modify_device_list: Any
) -> LinkedHome:
    """Return a home in which everything that could be private has the marker."""

    def mark(document: dict[str, Any]) -> None:
        for resource in document["data"]:
            resource["attributes"] = {
                "name": f"{MARKER} at the door",
                "image_url": f"https://example.com/{MARKER}.png?signature={MARKER}",
            }
        for resource in document["included"]:
            attributes = resource["attributes"]
            attributes["new"] = {
                "owner": MARKER,
                f"ava1.{MARKER}": 1,
                MARKER + "123": 2,
            }
            attributes["texts"] = [MARKER, {"deep": [MARKER]}]
            if resource["type"] == "locations":
                attributes |= {"country": MARKER, "state": MARKER}
            if resource["type"] == "device-capabilities":
                attributes[f"ava1.{MARKER}"] = {"supported": True}
                attributes["audio"]["supported_actions"] = ["chime.play", MARKER]
                attributes["image_enhancements"] = {"configurations": [MARKER]}
                attributes["video"]["ratio"] = MARKER
            if resource["type"] == "device-configurations":
                attributes["image_enhancements"][f"ava1.{MARKER}"] = "on"
                attributes["motion_detection"]["motion_zones"] = [{"id": MARKER}]
                attributes["audio"]["customizable_slots"] = [
                    dict.fromkeys(("event", "audio_ref", "audio_name"), MARKER)
                ]
            if resource["type"] == "device-status":
                attributes["signal_strength"] = {"value": MARKER}

    modify_device_list(mark)
    return home


async def test_account(
    freezer: Any,
    hass: HomeAssistant,
    simulator: Simulator,
    entry: MockConfigEntry,
    entity_registry: er.EntityRegistry,
    snapshot: SnapshotAssertion,
) -> None:
    freezer.move_to("2026-11-20T12:00:00+00:00")
    for device in simulator.devices.values():
        device.reported_at = device.reported_at and simulator.clock() - 120
    await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    freezer.tick(30)

    diagnostics = await async_get_config_entry_diagnostics(hass, entry)

    entities = er.async_entries_for_config_entry(entity_registry, entry.entry_id)
    counts = diagnostics["counts"].pop("entities")
    assert counts["total"] == sum(counts["platforms"].values()) == len(entities)
    assert counts["disabled"] == sum(entity.disabled for entity in entities)
    states = [
        state.state for state in hass.states.async_all() if state.domain != "zone"
    ]
    assert counts["unavailable"] == states.count("unavailable")
    assert counts["unknown"] == states.count("unknown")
    assert diagnostics == snapshot


async def test_outage(polling: PollingDriver) -> None:
    await polling.fail(Fault(status=500), polls=2)

    diagnostics = await async_get_config_entry_diagnostics(polling.hass, polling.entry)

    assert diagnostics["health"] == {
        "state": "outage",
        "seconds_in_state": 62,
        "reason": (
            "Ring answered 500 (Internal Server Error: An unexpected error occurred)"
        ),
        "seconds_to_next_try": 120,
        "failed_polls": 2,
    }
    assert diagnostics["polling"]["last_error"] == "UpdateFailed"
    assert diagnostics["polling"]["seconds_since_success"] == 125
    assert diagnostics["requests"]["circuit_breaker"] == "open"


async def test_reason_without_private_texts(polling: PollingDriver) -> None:
    device = polling.simulator.device("Garden")
    polling.entry.runtime_data.health.poll_failed(
        ServerError(f"{device.id} ({device.name}) of Alex Morgan fails"), None
    )

    diagnostics = await async_get_config_entry_diagnostics(polling.hass, polling.entry)

    assert diagnostics["health"]["reason"] == "… (…) of … fails"


async def test_unusable_data_is_counted(
    home: LinkedHome, modify_device_list: Any
) -> None:
    def spoil(document: dict[str, Any]) -> None:
        document["data"] += [5, {"type": "devices", "id": "a/b"}]
        document["included"].append({"type": "x", "id": "y", "attributes": 5})

    modify_device_list(spoil)
    await home.pass_time(POLL)
    assert await home.deliver(b"[]") == HTTPStatus.OK
    for number, type_ in enumerate(
        ["package_detected", "package_detected", home.door.id, MARKER * 20]
    ):
        envelope = home.envelope(type_, request_id=f"r{number}")
        assert await home.deliver(envelope) == HTTPStatus.OK
    home.freezer.tick(40)

    diagnostics = await async_get_config_entry_diagnostics(home.hass, home.entry)

    assert diagnostics["polling"]["unusable_resources"] == 3
    assert diagnostics["requests"]["unusable"] == {
        "resource": 1,
        "resource_attributes": 1,
        "resource_id": 1,
    }
    events = diagnostics["events"]
    assert events["unusable_webhooks"] == 1
    assert events["unknown_types"] == {"other": 2, "package_detected": 2}
    assert events["seconds_since_delivery"] == 40
    assert events["seconds_since_history_read"] == 40
    assert diagnostics["device_list"][0]["data"]["items"] == 13


async def test_media(hass: HomeAssistant, loaded_entry: MockConfigEntry) -> None:
    folder = media_folder(hass, loaded_entry.entry_id)

    def write() -> None:
        for name in "clips/device/a.mp4", "pictures/b.newest":
            path = folder / name
            path.parent.mkdir(parents=True)
            path.write_bytes(bytes(100))

    await hass.async_add_executor_job(write)

    diagnostics = await async_get_config_entry_diagnostics(hass, loaded_entry)

    assert diagnostics["media"] == {"live_views": 0, "files": 2, "bytes": 200}


async def test_nothing_private(
    hass: HomeAssistant,
    private_home: LinkedHome,
    hass_client: ClientSessionGenerator,
    device_registry: dr.DeviceRegistry,
) -> None:
    home = private_home
    await home.pass_time(POLL)
    await home.deliver(home.envelope(f"ava1.{MARKER}", sub_type=MARKER))
    await home.press()
    known = home.entry.runtime_data.coordinator.data[home.door.id]
    assert known.name == "Marker at the door"

    parts = [await get_diagnostics_for_config_entry(hass, hass_client, home.entry)]
    parts += [
        await async_get_device_diagnostics(hass, home.entry, device)
        for device in dr.async_entries_for_config_entry(
            device_registry, home.entry.entry_id
        )
    ]

    text = json.dumps(parts)
    assert HIDDEN in text
    simulator = home.simulator
    private = [
        MARKER,
        *(str(value) for value in home.entry.data["token"].values()),
        home.entry.data["hmac_key"],
        simulator.client.client_id,
        simulator.client.client_secret,
        simulator.account.id,
        simulator.account.email,
        "Alex",
        "Morgan",
        *simulator.devices,
        "https://",
        "ava1.",
    ]
    assert [secret for secret in private if secret in text] == []


async def test_account_that_is_not_set_up(
    hass: HomeAssistant,
    simulator: Simulator,
    entry: MockConfigEntry,
    hass_client: ClientSessionGenerator,
    device_registry: dr.DeviceRegistry,
) -> None:
    simulator.faults.add(Fault(status=500))
    await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    assert entry.state is ConfigEntryState.SETUP_RETRY

    diagnostics = await get_diagnostics_for_config_entry(hass, hass_client, entry)

    expected = {
        "account": {
            "state": "setup_retry",
            "link": "playground",
            "uses_webhooks": False,
            "options": {},
        }
    }
    assert diagnostics == expected
    device = device_registry.async_get_or_create(
        config_entry_id=entry.entry_id, identifiers={(DOMAIN, "any")}
    )
    assert await async_get_device_diagnostics(hass, entry, device) == expected


async def test_device(
    hass: HomeAssistant,
    simulator: Simulator,
    loaded_entry: MockConfigEntry,
    device_registry: dr.DeviceRegistry,
    snapshot: SnapshotAssertion,
) -> None:
    def registered(identifier: str) -> Any:
        return device_registry.async_get_or_create(
            config_entry_id=loaded_entry.entry_id, identifiers={(DOMAIN, identifier)}
        )

    async def described(identifier: str) -> dict[str, Any]:
        return await async_get_device_diagnostics(
            hass, loaded_entry, registered(identifier)
        )

    garden = await described(simulator.device("Garden").id)
    assert garden["is_listed"]
    assert garden["entities"]["platforms"]["camera"] == 1
    (device,) = garden["devices"]
    assert device["status"]["online"] is True
    assert device["configurations"]["motion_zones"] == 1
    assert garden["resources"] == snapshot

    gone = await described("ava1.ring.device.GONE")
    assert (gone["is_listed"], gone["devices"], gone["resources"]) == (False, [], [])

    account = await described(simulator.account.id)
    assert len(account["devices"]) == 11


async def test_kinds(
    hass: HomeAssistant,
    simulator: Simulator,
    modify_device_list: Any,
    loaded_entry: MockConfigEntry,
    pass_time: Any,
) -> None:
    """A device without capabilities or with other capabilities has a kind, too."""

    def change(document: dict[str, Any]) -> None:
        document["data"] += [
            {"type": "devices", "id": "a", "attributes": {"name": "A"}},
            {
                "type": "devices",
                "id": "b",
                "relationships": {
                    "capabilities": {"data": {"type": "device-capabilities", "id": "c"}}
                },
            },
        ]
        document["included"].append(
            {"type": "device-capabilities", "id": "c", "attributes": {}}
        )

    modify_device_list(change)
    simulator.device("Garden").online = False
    await pass_time(POLL)

    diagnostics = await async_get_config_entry_diagnostics(hass, loaded_entry)

    devices = diagnostics["counts"]["devices"]
    assert (devices["total"], devices["unknown"], devices["other"]) == (13, 1, 1)
    assert (devices["offline"], devices["without_status"]) == (1, 2)
    assert "capabilities" in diagnostics["devices"][-2]["missing"]
