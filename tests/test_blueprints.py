"""Automations: Home Assistant's own triggers, and our two blueprints."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
import shutil
from typing import Any

from homeassistant.components.automation import DOMAIN as AUTOMATION
from homeassistant.components.blueprint import Blueprint
from homeassistant.core import ServiceCall
from homeassistant.setup import async_setup_component
from homeassistant.util.yaml import load_yaml_dict
import pytest
from pytest_homeassistant_custom_component.common import (
    async_fire_time_changed,
    async_mock_service,
)

from .house import MOTION, RING, House

FOLDER = Path("blueprints/automation/ring_partner").resolve()


@pytest.fixture
def notified(house: House) -> list[ServiceCall]:
    """Return what was notified."""
    calls: list[ServiceCall] = async_mock_service(house.hass, "notify", "notify")
    return calls


async def automate(house: House, config: Mapping[str, Any]) -> None:
    """Set up an automation."""
    automation = {"alias": "it", **config}
    assert await async_setup_component(
        house.hass, AUTOMATION, {AUTOMATION: [automation]}
    )
    await house.hass.async_block_till_done()
    state = house.hass.states.get("automation.it")
    assert state is not None
    assert state.state == "on"


async def use_blueprint(
    house: House, tmp_path: Path, name: str, **inputs: object
) -> None:
    """Set up an automation of a blueprint, as a person has it."""
    shutil.copytree(FOLDER, tmp_path / "blueprints/automation/ring_partner")
    house.hass.config.config_dir = str(tmp_path)
    path = f"ring_partner/{name}.yaml"
    await automate(house, {"use_blueprint": {"path": path, "input": inputs}})


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
    house: House, notified: list[ServiceCall]
) -> None:
    await automate(
        house,
        {
            "triggers": {"trigger": "doorbell.rang", "target": {"entity_id": RING}},
            "actions": {"action": "notify.notify"},
        },
    )
    await house.move()
    assert notified == []
    await house.press()
    assert len(notified) == 1
    # neither old news nor a restart triggers it
    await house.deliver(house.envelope("button_press", ago=90))
    await house.reload()
    assert len(notified) == 1


async def test_its_own_event_trigger(house: House, notified: list[ServiceCall]) -> None:
    await automate(
        house,
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
        await house.pass_time(20)
        await house.move(sub_type)
    assert len(notified) == 2


async def test_doorbell_notification(
    house: House, notified: list[ServiceCall], tmp_path: Path
) -> None:
    await use_blueprint(house, tmp_path, "doorbell_notification", doorbell=RING)
    await house.hass.config.async_set_time_zone("UTC")
    await house.press()
    (call,) = notified
    clock = house.freezer().strftime("%H:%M")
    assert call.data == {
        "title": "Somebody is at the door",
        "message": f"Front Door was rung at {clock}.",
        "data": {},
    }


async def test_doorbell_notification_with_a_picture(
    house: House, tmp_path: Path
) -> None:
    phone = async_mock_service(house.hass, "notify", "mobile_app_phone")
    await use_blueprint(
        house,
        tmp_path,
        "doorbell_notification",
        doorbell=RING,
        picture="camera.front_door",
        notify_action="notify.mobile_app_phone",
        title="Ding dong",
    )
    for _ in range(2):
        await house.pass_time(20)
        await house.press()
    assert len(phone) == 2
    assert phone[0].data["title"] == "Ding dong"
    assert phone[0].data["data"] == {"image": "/api/camera_proxy/camera.front_door"}


async def test_person_at_night(
    house: House, notified: list[ServiceCall], tmp_path: Path
) -> None:
    await use_blueprint(
        house,
        tmp_path,
        "person_at_night",
        cameras=[MOTION, "event.driveway_motion"],
        actions=[{"action": "notify.notify", "data": {"message": "Somebody"}}],
        quiet_for={"minutes": 1},
    )

    async def see(sub_type: str, request_id: str) -> None:
        """Let the garden's camera see something, and Home Assistant think of it."""
        body = house.envelope(
            "motion_detected", house.garden, request_id=request_id, sub_type=sub_type
        )
        await house.deliver(body)
        await turn_over()

    async def turn_over() -> None:
        # While the automation keeps quiet, Home Assistant is never done.
        for _ in range(50):
            await asyncio.sleep(0)

    house.hass.states.async_set("sun.sun", "above_horizon")
    await see("human", "1")
    assert notified == []

    house.hass.states.async_set("sun.sun", "below_horizon")
    await see("vehicle", "2")
    assert notified == []
    await see("human", "3")
    assert [call.data for call in notified] == [{"message": "Somebody"}]

    house.freezer.tick(30)
    await see("human", "4")
    assert len(notified) == 1

    house.freezer.tick(31)
    async_fire_time_changed(house.hass)
    await turn_over()
    await see("human", "5")
    assert len(notified) == 2

    house.freezer.tick(61)
    async_fire_time_changed(house.hass)
    await house.hass.async_block_till_done()
