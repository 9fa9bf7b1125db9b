"""The blueprints themselves, and the triggers that they use."""

from pathlib import Path

from homeassistant.components.automation import DOMAIN as AUTOMATION
from homeassistant.components.blueprint import Blueprint
from homeassistant.core import ServiceCall
from homeassistant.util.yaml import load_yaml_dict
import pytest

from ..linked_home import MOTION, RING, LinkedHome
from .driver import FOLDER, automate


@pytest.mark.parametrize("path", sorted(FOLDER.iterdir()), ids=lambda path: path.stem)
def test_blueprint_is_valid(path: Path) -> None:
    blueprint = Blueprint(
        load_yaml_dict(str(path)),
        expected_domain=AUTOMATION,
        path=path.name,
        schema=lambda value: value,
    )
    assert blueprint.validate() is None
    assert blueprint.metadata["source_url"].endswith(f"ring_partner/{path.name}")


async def test_doorbell_rang_trigger(
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
    # Neither a late event nor a reload triggers it.
    await home.deliver(home.envelope("button_press", ago=90))
    await home.reload()
    assert len(notified) == 1


async def test_event_received_trigger(
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
