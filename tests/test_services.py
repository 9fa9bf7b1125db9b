"""The action to get events, and what all actions refuse."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import ServiceValidationError, UnknownUser
from homeassistant.helpers import device_registry as dr
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, MockUser
import voluptuous as vol

from custom_components.ring_partner.const import DOMAIN
from ring_simulator import Fault

from .action_driver import ActionDriver
from .event_factory import NOW

CLIP = {"start": NOW - timedelta(minutes=1), "duration": 10}
# Each action with all that it needs but a device.
ACTIONS: dict[str, dict[str, Any]] = {
    "get_events": {},
    "get_event_picture": {"event_id": "1"},
    "download_clip": CLIP,
    "download_snapshot": {},
}
DOWNLOADS = ("download_clip", "download_snapshot")
FOR_ONE_DEVICE = ("get_event_picture", *DOWNLOADS)


async def test_get_events_returns_newest_first(actions: ActionDriver) -> None:
    ring = actions.record("Front Door", 3600, duration=25)
    live = actions.record("Front Door", 600, "on_demand")
    motion = actions.record("Garden", 30, "motion", sub_type="human")
    actions.record("Front Door", 86_401)
    response = await actions.call("get_events", "Front Door", "Garden", "Front Door")
    assert response == {
        actions.device_id("Front Door"): {
            "events": [
                {
                    "event_id": live,
                    "type": "on_demand",
                    "sub_type": None,
                    "component": None,
                    "start": "2026-11-20T11:50:00+00:00",
                    "end": "2026-11-20T11:50:20+00:00",
                },
                {
                    "event_id": ring,
                    "type": "button_press",
                    "sub_type": None,
                    "component": None,
                    "start": "2026-11-20T11:00:00+00:00",
                    "end": "2026-11-20T11:00:25+00:00",
                },
            ]
        },
        actions.device_id("Garden"): {
            "events": [
                {
                    "event_id": motion,
                    "type": "motion_detected",
                    "sub_type": "human",
                    "component": None,
                    "start": "2026-11-20T11:59:30+00:00",
                    "end": "2026-11-20T11:59:50+00:00",
                }
            ]
        },
    }


async def test_get_events_filters_types_before_the_limit(
    actions: ActionDriver,
) -> None:
    rings = [actions.record("Front Door", 100 * n) for n in range(1, 4)]
    for n in range(1, 4):
        actions.record("Front Door", 50 * n, "motion")
    events = await actions.events("Front Door", event_types="button_press", limit=2)
    assert [event["event_id"] for event in events] == rings[:2]
    events = await actions.events("Front Door", limit=1)
    assert [event["type"] for event in events] == ["motion_detected"]


async def test_get_events_takes_local_times(actions: ActionDriver) -> None:
    await actions.hass.config.async_set_time_zone("America/New_York")
    inside = actions.record("Front Door", 3600)
    actions.record("Front Door", 3 * 3600)
    actions.record("Front Door", 60)
    events = await actions.events(
        "Front Door", start="2026-11-20 05:00:00", end="2026-11-20 06:30:00"
    )
    assert [event["event_id"] for event in events] == [inside]


@pytest.mark.parametrize(
    ("times", "message"),
    [
        ({"start": NOW + timedelta(seconds=1)}, "is in the future"),
        ({"end": NOW + timedelta(hours=1)}, "is in the future"),
        ({"start": NOW - timedelta(days=180, seconds=1)}, "keeps recordings for 180"),
        ({"start": NOW, "end": NOW}, "The end is not after the start"),
        (
            {"start": NOW - timedelta(hours=1), "end": NOW - timedelta(hours=2)},
            "The end is not after the start",
        ),
        ({"start": NOW - timedelta(days=31, seconds=1)}, "longer than 31 days"),
    ],
)
async def test_get_events_refuses_times(
    actions: ActionDriver, times: dict[str, Any], message: str
) -> None:
    error = await actions.error("get_events", "Front Door", **times)
    assert isinstance(error, ServiceValidationError)
    assert message in str(error)
    assert actions.request_count("/events") == 0


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        (
            Fault(status=403, path="*/events"),
            "Ring does not allow Home Assistant to see videos of",
        ),
        (Fault(status=404, path="*/events"), "Ring no longer has Front Door"),
        (Fault(status=500, path="*/events"), "Ring's service has problems"),
        (Fault(body="device_offline", path="*/events"), "Front Door is offline"),
    ],
)
async def test_get_events_reports_failures_of_ring(
    actions: ActionDriver, fault: Fault, message: str
) -> None:
    actions.simulator.faults.add(fault)
    error = await actions.error("get_events", "Front Door")
    assert not isinstance(error, ServiceValidationError)
    assert message in str(error)


@pytest.mark.parametrize(
    "data",
    [{"limit": 0}, {"limit": 501}, {"event_types": ["doorbell"]}, {"start": "soon"}],
)
async def test_get_events_refuses_other_values(
    actions: ActionDriver, data: dict[str, Any]
) -> None:
    with pytest.raises(vol.Invalid):
        await actions.call("get_events", "Front Door", **data)


async def test_actions_exist_without_an_account(
    hass: HomeAssistant, linked: MockConfigEntry
) -> None:
    assert await hass.config_entries.async_setup(linked.entry_id)
    assert await hass.config_entries.async_unload(linked.entry_id)
    assert set(hass.services.async_services()[DOMAIN]) == {*ACTIONS, "play_chime"}


type GetDeviceId = Callable[[ActionDriver], str]


def unknown_device(actions: ActionDriver) -> str:
    return "unknown"


def foreign_device(actions: ActionDriver) -> str:
    entry = MockConfigEntry(domain="other")
    entry.add_to_hass(actions.hass)
    device = dr.async_get(actions.hass).async_get_or_create(
        config_entry_id=entry.entry_id, identifiers={("other", "1")}, name="Lamp"
    )
    return device.id


def account_device(actions: ActionDriver) -> str:
    device_id: str = actions.home.entry.runtime_data.account_device_id
    return device_id


def sensor(actions: ActionDriver) -> str:
    return actions.device_id("Basement")


def removed_device(actions: ActionDriver) -> str:
    device = actions.device("Front Door")
    actions.home.entry.runtime_data.coordinator.async_set_removed(device.id)
    return actions.device_id("Front Door")


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize(
    ("get_device_id", "message"),
    [
        (unknown_device, "Device with ID unknown was not found"),
        (foreign_device, "Device Lamp does not belong to integration ring_partner"),
        (account_device, "Alex Morgan is a Ring account"),
        (sensor, "Basement has no camera"),
        (removed_device, "Ring no longer has Front Door"),
    ],
)
async def test_actions_refuse_devices(
    actions: ActionDriver, action: str, get_device_id: GetDeviceId, message: str
) -> None:
    error = await actions.error(
        action, device_id=get_device_id(actions), **ACTIONS[action]
    )
    assert message in str(error)


@pytest.mark.parametrize("action", ACTIONS)
async def test_actions_need_a_loaded_account(
    actions: ActionDriver, action: str
) -> None:
    device_id = actions.device_id("Front Door")
    assert await actions.hass.config_entries.async_unload(actions.home.entry.entry_id)
    error = await actions.error(action, device_id=device_id, **ACTIONS[action])
    assert "ring_partner is not loaded" in str(error)


@pytest.mark.parametrize("action", FOR_ONE_DEVICE)
async def test_actions_for_one_device(actions: ActionDriver, action: str) -> None:
    error = await actions.error(action, "Front Door", "Garden", **ACTIONS[action])
    assert "Select one device" in str(error)


@pytest.mark.parametrize("action", FOR_ONE_DEVICE)
async def test_actions_refuse_encrypted_devices(
    actions: ActionDriver, action: str
) -> None:
    error = await actions.error(action, "Nursery", **ACTIONS[action])
    assert "videos are end-to-end encrypted" in str(error)
    assert actions.request_count("/download") == 0


@pytest.mark.parametrize("action", DOWNLOADS)
@pytest.mark.parametrize(
    ("device", "component", "message"),
    [
        ("Garage", "9", "Garage has no camera 9. It has: "),
        ("Front Door", "1", "Front Door has no camera 1. It has: -"),
    ],
)
async def test_downloads_refuse_unknown_components(
    actions: ActionDriver, action: str, device: str, component: str, message: str
) -> None:
    error = await actions.error(action, device, component=component, **ACTIONS[action])
    assert message in str(error)


@pytest.mark.parametrize("action", DOWNLOADS)
@pytest.mark.parametrize(
    ("filename", "message"),
    [
        ("{folder}/../outside/saved.{suffix}", "may not write to"),
        ("{folder}/new/../saved.{suffix}", "may not write to"),
        ("{folder}/link/saved.{suffix}", "may not write to"),
        ("{folder}/sa\0ved.{suffix}", "may not write to"),
        ("saved.{suffix}", "may not write to"),
        ("/etc/saved.{suffix}", "may not write to"),
        ("{folder}/saved.txt", "has to end in ."),
        ("{folder}/", "has to end in ."),
    ],
)
async def test_downloads_refuse_paths(
    actions: ActionDriver,
    monkeypatch: pytest.MonkeyPatch,
    action: str,
    filename: str,
    message: str,
) -> None:
    folder = actions.folder / "allowed"
    folder.mkdir()
    actions.hass.config.allowlist_external_dirs = {str(folder)}
    (actions.folder / "outside").mkdir()
    (folder / "link").symlink_to(actions.folder / "outside")
    monkeypatch.chdir(folder)
    suffix = "mp4" if action == "download_clip" else "jpg"
    error = await actions.error(
        action,
        "Front Door",
        filename=filename.format(folder=folder, suffix=suffix),
        **ACTIONS[action],
    )
    assert isinstance(error, ServiceValidationError)
    assert message in str(error)
    assert actions.files == []
    assert actions.request_count("/download") == 0


@pytest.mark.parametrize(
    ("action", "policy", "allowed"),
    [
        ("get_events", {}, False),
        ("get_events", {"read": True}, True),
        ("download_clip", {"read": True}, False),
        ("download_clip", {"control": True}, True),
        ("download_snapshot", {"read": True}, False),
        ("download_snapshot", {"control": True}, True),
    ],
)
async def test_actions_need_a_permission(
    actions: ActionDriver,
    hass_read_only_user: MockUser,
    action: str,
    policy: dict[str, bool],
    allowed: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    actions.record("Front Door", 70)
    hass_read_only_user.mock_policy(
        {"entities": {"entity_ids": {"camera.front_door": policy}}}
    )
    context = Context(user_id=hass_read_only_user.id)
    if allowed:
        await actions.call(action, "Front Door", context=context, **ACTIONS[action])
        return
    error = await actions.error(
        action, "Front Door", context=context, **ACTIONS[action]
    )
    assert "You do not have permission to use the camera Front Door" in str(error)


async def test_actions_need_a_permission_for_all_cameras_of_a_device(
    actions: ActionDriver, hass_read_only_user: MockUser
) -> None:
    context = Context(user_id=hass_read_only_user.id)
    cameras = {"camera.garage_camera_1": True}
    hass_read_only_user.mock_policy({"entities": {"entity_ids": cameras}})
    error = await actions.error("get_events", "Garage", context=context)
    assert "You do not have permission to use the camera Garage" in str(error)
    cameras["camera.garage_camera_2"] = True
    hass_read_only_user.mock_policy({"entities": {"entity_ids": cameras}})
    await actions.call("get_events", "Garage", context=context)


async def test_actions_refuse_unknown_users(actions: ActionDriver) -> None:
    with pytest.raises(UnknownUser):
        await actions.call(
            "get_events", "Front Door", context=Context(user_id="unknown")
        )
