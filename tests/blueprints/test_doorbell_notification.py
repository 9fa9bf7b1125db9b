"""The blueprint *Doorbell notification*."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

from aiohttp import ClientSession
from homeassistant.components.automation import DOMAIN as AUTOMATION
from PIL import Image
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed
from yarl import URL

from script.harness.phone import Phone

from ..linked_home import RING, LinkedHome
from .driver import until, until_finished

LAST_EVENT = "image.front_door_last_event"


async def test_doorbell_notification(
    phone: Phone, home: LinkedHome, notify_on_press: Callable[..., Awaitable[None]]
) -> None:
    await home.hass.config.async_set_time_zone("America/New_York")
    await notify_on_press()
    # The webhook arrives half a minute after the press.
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
        # The restored attribute is text.
        ("2026-11-20T21:15:00+01:00", "20:15"),
        # No event has fired yet.
        (None, "12:00"),
    ],
)
async def test_doorbell_notification_run_by_the_user(
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


async def ring(home: LinkedHome, phone: Phone, expected: int) -> None:
    """Press the button, until the phone has a number of notifications."""
    home.simulator.press(home.door)
    await until(lambda: len(phone.notifications) == expected)


def fetch_picture(home: LinkedHome) -> None:
    """Let the integration fetch the picture of the last event."""
    home.freezer.tick(1)
    async_fire_time_changed(home.hass)


async def get_image(home: LinkedHome, pushed: dict[str, Any]) -> bytes:
    """Fetch the picture of a notification as a phone does that is not signed in."""
    url = home.server.make_url("/").join(URL(pushed["data"]["image"], encoded=True))
    async with ClientSession() as session, session.get(url) as response:
        assert response.status == 200
        assert response.content_type == "image/jpeg"
        content = await response.read()
    assert Image.open(BytesIO(content)).format == "JPEG"
    return content


async def test_notification_gets_the_picture_of_its_ring(
    phone: Phone, home: LinkedHome, notify_on_press: Callable[..., Awaitable[None]]
) -> None:
    await notify_on_press(picture=LAST_EVENT)
    images = []
    for number in range(2):
        await home.pass_time(20)
        phone.notifications.clear()
        await ring(home, phone, 1)
        # The picture of the ring before is not used.
        (first,) = phone.notifications
        fetch_picture(home)
        await until(lambda: len(phone.notifications) == 2)
        await home.settle()
        _, second = phone.notifications
        assert first["data"] == {"tag": home.event_ids(RING)[number]}
        assert second["data"] == {
            "tag": home.event_ids(RING)[number],
            "image": second["data"]["image"],
            "alert_once": True,
            "push": {"sound": "none"},
        }
        assert (first["title"], first["message"]) == (
            second["title"],
            second["message"],
        )
        images.append((second["data"]["image"], await get_image(home, second)))
    (url, content), (other_url, other_content) = images
    assert url != other_url
    assert content != other_content
    assert home.simulator.downloads.bearers_seen == 0


async def test_notification_is_sent_with_its_picture(
    phone: Phone, home: LinkedHome, notify_on_press: Callable[..., Awaitable[None]]
) -> None:
    await notify_on_press(picture=LAST_EVENT, notify_at_once=False)
    home.simulator.press(home.door)
    await until(lambda: bool(home.event_ids(RING)))
    fetch_picture(home)
    await home.settle()
    (pushed,) = phone.notifications
    assert pushed["data"].keys() == {"tag", "image"}
    await get_image(home, pushed)


@pytest.mark.parametrize("notify_at_once", [True, False])
async def test_notification_without_a_picture_in_time(
    phone: Phone,
    home: LinkedHome,
    notify_on_press: Callable[..., Awaitable[None]],
    notify_at_once: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    home.simulator.settings.recording_delay = 600
    await notify_on_press(
        picture=LAST_EVENT, notify_at_once=notify_at_once, picture_timeout=30
    )
    home.simulator.press(home.door)
    await until(lambda: bool(home.event_ids(RING)))
    assert len(phone.notifications) <= notify_at_once
    await until_finished(home)
    (pushed,) = phone.notifications
    assert pushed["data"] == {"tag": home.event_ids(RING)[0]}


async def test_notification_of_a_ring_during_the_wait(
    phone: Phone, home: LinkedHome, notify_on_press: Callable[..., Awaitable[None]]
) -> None:
    home.simulator.settings.recording_delay = 600
    await notify_on_press(picture=LAST_EVENT)
    await ring(home, phone, 1)
    home.freezer.tick(5)
    await ring(home, phone, 2)
    first, second = home.event_ids(RING)
    assert [pushed["data"] for pushed in phone.notifications] == [
        {"tag": first},
        {"tag": second},
    ]
    await until_finished(home)
    assert len(phone.notifications) == 2
