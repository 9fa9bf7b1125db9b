"""The blueprint *Doorbell notification*."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

from homeassistant.components.automation import DOMAIN as AUTOMATION
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.ring_partner.api import MediaNotReadyError, Picture
from custom_components.ring_partner.media import picture_cache
from script.harness.phone import Phone

from ..event_pictures import LAST_EVENT, fetch, picture_of
from ..linked_home import RING, LinkedHome
from ..test_camera import image_count
from .driver import until

type SetUp = Callable[..., Awaitable[None]]


async def get_image(home: LinkedHome, pushed: dict[str, Any]) -> bytes:
    """Return the picture of a notification."""
    status, content = await fetch(home, pushed["data"]["image"])
    assert status == 200
    return content


async def run(home: LinkedHome) -> None:
    """Run the automation as a person does."""
    await home.hass.services.async_call(
        AUTOMATION, "trigger", {"entity_id": "automation.it"}, blocking=True
    )
    await home.settle()


@pytest.mark.parametrize("notify_at_once", [True, False])
async def test_notification_without_a_picture(
    phone: Phone,
    home: LinkedHome,
    notify_on_press: SetUp,
    notify_at_once: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    await home.hass.config.async_set_time_zone("America/New_York")
    await notify_on_press(picture=False, notify_at_once=notify_at_once)
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
async def test_notification_run_by_the_user(
    phone: Phone,
    home: LinkedHome,
    notify_on_press: SetUp,
    time: datetime | str | None,
    clock: str,
) -> None:
    hass = home.hass
    await hass.config.async_set_time_zone("UTC")
    await notify_on_press()
    home.freezer.move_to("2026-11-21 12:00:00")
    hass.states.async_set(RING, "unknown", {"time": time})
    await run(home)
    (pushed,) = phone.notifications
    assert pushed["message"] == f"Front Door was rung at {clock}."
    assert pushed["data"] == {}


async def test_notification_run_by_the_user_has_the_last_picture(
    phone: Phone, home: LinkedHome, notify_on_press: SetUp
) -> None:
    pressed_at = home.simulator.clock()
    await home.press()
    await notify_on_press()
    await home.pass_time(3600)
    await run(home)
    _, pushed = phone.notifications
    assert await get_image(home, pushed) == picture_of(home.door, pressed_at)


async def test_notifications_have_the_pictures_of_their_rings(
    phone: Phone, home: LinkedHome, notify_on_press: SetUp
) -> None:
    await notify_on_press(title="Ding dong")
    times = []
    for number in range(2):
        await home.pass_time(20)
        times.append(home.simulator.clock())
        await home.press()
        first, second = phone.notifications[number * 2 :]
        event_id = home.event_ids(RING)[number]
        assert first["data"] == {"tag": event_id}
        assert second["data"] == {
            "tag": event_id,
            "image": second["data"]["image"],
            "alert_once": True,
            "push": {"sound": "none"},
        }
        assert first["title"] == second["title"] == "Ding dong"
        assert first["message"] == second["message"]
        await home.pass_time(5)
        assert image_count(home.simulator, home.door) == number + 1
    # The phone fetches the pictures after both rings.
    images = [await get_image(home, pushed) for pushed in phone.notifications[1::2]]
    assert images == [picture_of(home.door, time) for time in times]
    assert image_count(home.simulator, home.door) == 2
    assert home.simulator.downloads.bearers_seen == 0


async def test_motion_right_after_the_ring(
    phone: Phone, home: LinkedHome, notify_on_press: SetUp
) -> None:
    await notify_on_press()
    home.simulator.settings.recording_delay = 4
    pressed_at = home.simulator.clock()
    home.simulator.press(home.door)
    home.freezer.tick(1)
    home.simulator.motion(home.door)
    await home.settle()
    await home.pass_time(10)
    _, pushed = phone.notifications
    assert await get_image(home, pushed) == picture_of(home.door, pressed_at)


async def test_picture_of_a_motion_that_arrives_first(
    phone: Phone,
    home: LinkedHome,
    notify_on_press: SetUp,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The image entity never shows the picture of the ring."""
    hass = home.hass
    pressed_at = home.simulator.clock()
    is_ready = False
    picture_at = picture_cache.picture_at

    async def delayed(
        session: Any, device_id: str, at: datetime, **options: Any
    ) -> Picture:
        if at.timestamp() == pressed_at and not is_ready:
            raise MediaNotReadyError
        return await picture_at(session, device_id, at, **options)

    def shows_motion() -> bool:
        state = hass.states.get(LAST_EVENT)
        return state is not None and state.attributes["event_type"] == "motion_detected"

    async def sleep(seconds: float) -> None:
        nonlocal is_ready
        home.freezer.tick(seconds)
        if not is_ready:
            home.simulator.motion(home.door)
            await home.simulator.webhooks.wait_until_idle()
            home.freezer.tick(1)
            async_fire_time_changed(hass)
            await until(shows_motion)
            is_ready = True

    monkeypatch.setattr(picture_cache, "picture_at", delayed)
    resilience = home.entry.runtime_data.session.resilience
    monkeypatch.setattr(resilience, "sleep", sleep)
    await notify_on_press()
    await home.press()
    await home.pass_time(5)
    assert shows_motion()
    first, second = phone.notifications
    (event_id,) = home.event_ids(RING)
    assert first["data"] == {"tag": event_id}
    assert second["data"]["tag"] == event_id
    assert await get_image(home, second) == picture_of(home.door, pressed_at)


async def test_notification_is_sent_with_its_picture(
    phone: Phone, home: LinkedHome, notify_on_press: SetUp
) -> None:
    home.simulator.settings.recording_delay = 8
    await notify_on_press(notify_at_once=False)
    pressed_at = home.simulator.clock()
    await home.press()
    (pushed,) = phone.notifications
    (event_id,) = home.event_ids(RING)
    assert pushed["data"] == {"tag": event_id, "image": pushed["data"]["image"]}
    assert await get_image(home, pushed) == picture_of(home.door, pressed_at)


@pytest.mark.parametrize("notify_at_once", [True, False])
async def test_notification_without_a_picture_in_time(
    phone: Phone,
    home: LinkedHome,
    notify_on_press: SetUp,
    notify_at_once: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    home.simulator.settings.recording_delay = 600
    await notify_on_press(notify_at_once=notify_at_once, picture_timeout=45)
    pressed_at = home.simulator.clock()
    await home.press()
    assert home.simulator.clock() == pressed_at + 45
    (pushed,) = phone.notifications
    assert pushed["data"] == {"tag": home.event_ids(RING)[0]}


async def test_ring_while_another_picture_is_awaited(
    phone: Phone,
    home: LinkedHome,
    notify_on_press: SetUp,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    home.simulator.settings.recording_delay = 15
    times = [home.simulator.clock()]

    async def sleep(seconds: float) -> None:
        home.freezer.tick(seconds)
        if len(times) == 1:
            times.append(home.simulator.clock())
            home.simulator.press(home.door)
            await home.simulator.webhooks.wait_until_idle()

    resilience = home.entry.runtime_data.session.resilience
    monkeypatch.setattr(resilience, "sleep", sleep)
    await notify_on_press()
    await home.press()
    event_ids = home.event_ids(RING)
    tags = [pushed["data"]["tag"] for pushed in phone.notifications]
    assert sorted(tags) == sorted(event_ids * 2)
    images = {
        pushed["data"]["tag"]: await get_image(home, pushed)
        for pushed in phone.notifications
        if "image" in pushed["data"]
    }
    assert images == {
        event_id: picture_of(home.door, time)
        for event_id, time in zip(event_ids, times, strict=True)
    }
