"""Home Assistant's triggers and the blueprints, with events of Ring."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
import shutil
from typing import Any

from homeassistant.components.automation import DOMAIN as AUTOMATION
from homeassistant.components.blueprint import Blueprint
from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.helpers import device_registry as dr
from homeassistant.setup import async_setup_component
from homeassistant.util.yaml import load_yaml_dict
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    MockUser,
    async_fire_time_changed,
    async_mock_service,
)

from script.harness.phone import Phone

from .linked_home import MOTION, RING, LinkedHome

FOLDER = Path("blueprints/automation/ring_partner").resolve()
# Stands in for packages that Home Assistant's app imports and that need a compiler.
STAND_INS = Path("script/harness/fake_packages").resolve()
MOBILE_APP = "mobile_app"


@pytest.fixture
def notified(home: LinkedHome) -> list[ServiceCall]:
    """Return what was notified."""
    calls: list[ServiceCall] = async_mock_service(home.hass, "notify", "notify")
    return calls


@pytest.fixture
async def phone(
    hass: HomeAssistant,
    hass_admin_user: MockUser,
    socket_enabled: None,
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[Phone]:
    """Yield a phone whose app is registered with Home Assistant.

    Ask for it before the home, which lets Home Assistant's server start.
    """
    monkeypatch.syspath_prepend(STAND_INS)
    async with Phone("Pocket") as phone:
        MockConfigEntry(
            domain=MOBILE_APP,
            title=phone.name,
            data={
                **phone.registration,
                "webhook_id": "pocket",
                "user_id": hass_admin_user.id,
            },
        ).add_to_hass(hass)
        assert await async_setup_component(hass, MOBILE_APP, {})
        await hass.async_block_till_done()
        yield phone


async def automate(home: LinkedHome, config: Mapping[str, Any]) -> None:
    """Set up an automation."""
    automation = {"alias": "it", **config}
    assert await async_setup_component(
        home.hass, AUTOMATION, {AUTOMATION: [automation]}
    )
    await home.hass.async_block_till_done()
    state = home.hass.states.get("automation.it")
    assert state is not None
    assert state.state == "on"


async def use_blueprint(
    home: LinkedHome, tmp_path: Path, name: str, **inputs: object
) -> None:
    """Set up an automation of a blueprint, as a person has it."""
    shutil.copytree(FOLDER, tmp_path / "blueprints/automation/ring_partner")
    home.hass.config.config_dir = str(tmp_path)
    path = f"ring_partner/{name}.yaml"
    await automate(home, {"use_blueprint": {"path": path, "input": inputs}})


@pytest.fixture
def notify_on_press(
    phone: Phone, home: LinkedHome, tmp_path: Path
) -> Callable[..., Awaitable[None]]:
    """Return a function that sets up the doorbell notification with inputs."""

    async def set_up(**inputs: str) -> None:
        (entry,) = home.hass.config_entries.async_entries(MOBILE_APP)
        (device,) = dr.async_entries_for_config_entry(
            dr.async_get(home.hass), entry.entry_id
        )
        await use_blueprint(
            home,
            tmp_path,
            "doorbell_notification",
            doorbell=RING,
            notify_device=device.id,
            **inputs,
        )

    return set_up


@pytest.mark.parametrize("path", sorted(FOLDER.iterdir()), ids=lambda path: path.stem)
def test_they_are_as_home_assistant_wants_them(path: Path) -> None:
    blueprint = Blueprint(
        load_yaml_dict(str(path)),
        expected_domain=AUTOMATION,
        path=path.name,
        schema=lambda value: value,
    )
    assert blueprint.validate() is None
    assert blueprint.metadata["source_url"].endswith(f"ring_partner/{path.name}")


async def test_its_own_doorbell_trigger(
    home: LinkedHome, notified: list[ServiceCall]
) -> None:
    await automate(
        home,
        {
            "triggers": {"trigger": "doorbell.rang", "target": {"entity_id": RING}},
            "actions": {"action": "notify.notify"},
        },
    )
    await home.move()
    assert notified == []
    await home.press()
    assert len(notified) == 1
    # neither old news nor a restart triggers it
    await home.deliver(home.envelope("button_press", ago=90))
    await home.reload()
    assert len(notified) == 1


async def test_its_own_event_trigger(
    home: LinkedHome, notified: list[ServiceCall]
) -> None:
    await automate(
        home,
        {
            "triggers": {
                "trigger": "event.received",
                "target": {"entity_id": MOTION},
                "options": {"event_type": ["person", "package"]},
            },
            "actions": {"action": "notify.notify"},
        },
    )
    for sub_type in ("vehicle", "human", "package_delivery", "motion"):
        await home.pass_time(20)
        await home.move(sub_type)
    assert len(notified) == 2


async def test_doorbell_notification(
    phone: Phone, home: LinkedHome, notify_on_press: Callable[..., Awaitable[None]]
) -> None:
    await home.hass.config.async_set_time_zone("America/New_York")
    await notify_on_press()
    # The webhook comes half a minute later.
    home.freezer.move_to("2026-11-21 02:00:15")
    await home.deliver(home.envelope("button_press", ago=30))
    await home.settle()
    (pushed,) = phone.notifications
    assert (pushed["title"], pushed["message"], pushed["data"]) == (
        "Somebody is at the door",
        "Front Door was rung at 20:59.",
        {},
    )


async def test_doorbell_notification_with_a_picture(
    phone: Phone, home: LinkedHome, notify_on_press: Callable[..., Awaitable[None]]
) -> None:
    await notify_on_press(picture="camera.front_door", title="Ding dong")
    for _ in range(2):
        await home.pass_time(20)
        await home.press()
    assert [(pushed["title"], pushed["data"]) for pushed in phone.notifications] == [
        ("Ding dong", {"image": "/api/camera_proxy/camera.front_door"})
    ] * 2


@pytest.mark.parametrize(
    ("time", "clock"),
    [
        (datetime(2026, 11, 20, 20, 15, tzinfo=UTC), "20:15"),
        # as it is after a restart
        ("2026-11-20T21:15:00+01:00", "20:15"),
        # nobody has rung yet
        (None, "12:00"),
    ],
)
async def test_doorbell_notification_started_by_hand(
    phone: Phone,
    home: LinkedHome,
    notify_on_press: Callable[..., Awaitable[None]],
    time: datetime | str | None,
    clock: str,
) -> None:
    hass = home.hass
    await hass.config.async_set_time_zone("UTC")
    await notify_on_press()
    home.freezer.move_to("2026-11-21 12:00:00")
    hass.states.async_set(RING, "unknown", {"time": time})
    await hass.services.async_call(
        AUTOMATION, "trigger", {"entity_id": "automation.it"}, blocking=True
    )
    await home.settle()
    (pushed,) = phone.notifications
    assert pushed["message"] == f"Front Door was rung at {clock}."


async def test_person_at_night(
    home: LinkedHome, notified: list[ServiceCall], tmp_path: Path
) -> None:
    await use_blueprint(
        home,
        tmp_path,
        "person_at_night",
        cameras=[MOTION, "event.driveway_motion"],
        actions=[{"action": "notify.notify", "data": {"message": "Somebody"}}],
        quiet_for={"minutes": 1},
    )

    async def see(sub_type: str, request_id: str) -> None:
        """Let the garden's camera see something, and Home Assistant think of it."""
        body = home.envelope(
            "motion_detected", home.garden, request_id=request_id, sub_type=sub_type
        )
        await home.deliver(body)
        await turn_over()

    async def turn_over() -> None:
        # While the automation keeps quiet, Home Assistant is never done.
        for _ in range(50):
            await asyncio.sleep(0)

    home.hass.states.async_set("sun.sun", "above_horizon")
    await see("human", "1")
    assert notified == []

    home.hass.states.async_set("sun.sun", "below_horizon")
    await see("vehicle", "2")
    assert notified == []
    await see("human", "3")
    assert [call.data for call in notified] == [{"message": "Somebody"}]

    home.freezer.tick(30)
    await see("human", "4")
    assert len(notified) == 1

    home.freezer.tick(31)
    async_fire_time_changed(home.hass)
    await turn_over()
    await see("human", "5")
    assert len(notified) == 2

    home.freezer.tick(61)
    async_fire_time_changed(home.hass)
    await home.hass.async_block_till_done()
