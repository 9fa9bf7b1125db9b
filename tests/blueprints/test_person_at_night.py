"""The blueprint *Person at night*."""

import asyncio
from pathlib import Path

from homeassistant.core import ServiceCall
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from ..linked_home import MOTION, LinkedHome
from .driver import use_blueprint


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

    async def report_motion(sub_type: str, request_id: str) -> None:
        """Report motion in the garden and let the automation run."""
        body = home.envelope(
            "motion_detected", home.garden, request_id=request_id, sub_type=sub_type
        )
        await home.deliver(body)
        await run_automation()

    async def run_automation() -> None:
        # `async_block_till_done` would wait for the end of the automation's delay.
        for _ in range(50):
            await asyncio.sleep(0)

    home.hass.states.async_set("sun.sun", "above_horizon")
    await report_motion("human", "1")
    assert notified == []

    home.hass.states.async_set("sun.sun", "below_horizon")
    await report_motion("vehicle", "2")
    assert notified == []
    await report_motion("human", "3")
    assert [call.data for call in notified] == [{"message": "Somebody"}]

    home.freezer.tick(30)
    await report_motion("human", "4")
    assert len(notified) == 1

    home.freezer.tick(31)
    async_fire_time_changed(home.hass)
    await run_automation()
    await report_motion("human", "5")
    assert len(notified) == 2

    home.freezer.tick(61)
    async_fire_time_changed(home.hass)
    await home.hass.async_block_till_done()
