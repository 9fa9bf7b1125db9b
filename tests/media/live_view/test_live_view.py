"""Live views: a browser's offer, Ring's answer, and the end of the session."""

import asyncio
from datetime import timedelta
import logging
from typing import Any

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
)
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from custom_components.ring_partner.media.ice_candidates import MAX_TIME
from custom_components.ring_partner.media.live_view import MAX_ENDED
from ring_simulator import Fault, Simulator

from .viewer import GARDEN, Viewer, settle

WHEP = "*/whep/sessions"


@pytest.mark.parametrize("order", ["offered", "reversed"])
@pytest.mark.parametrize("direction", ["sendonly", "sendrecv", "recvonly"])
async def test_picture_of_every_answer(
    simulator: Simulator, viewer: Viewer, direction: str, order: str
) -> None:
    settings = simulator.settings
    settings.live_answer_direction = direction  # type: ignore[assignment]
    settings.live_answer_order = order  # type: ignore[assignment]
    await viewer.start()
    answer = await viewer.answer()
    assert "a=recvonly" not in answer
    assert "a=sendrecv" not in answer
    assert answer.index("m=audio") < answer.index("m=video")
    assert await viewer.first_frame(answer) == (640, 360)


@pytest.mark.parametrize("location", ["absolute", "relative", "query"])
async def test_closing_the_page_ends_the_session(
    hass: HomeAssistant, simulator: Simulator, viewer: Viewer, location: str
) -> None:
    simulator.settings.live_location = location  # type: ignore[assignment]
    await viewer.start()
    await viewer.answer()
    assert len(simulator.live_view.sessions) == 1
    await viewer.close()
    await settle(hass, simulator)
    assert not simulator.live_view.sessions
    assert simulator.downloads.bearers_seen == 0


@pytest.mark.parametrize("end", ["unload", "remove", "device"])
async def test_session_ends_with_its_account_or_device(
    hass: HomeAssistant,
    simulator: Simulator,
    loaded_entry: MockConfigEntry,
    viewer: Viewer,
    end: str,
    pass_time: Any,
) -> None:
    await viewer.start()
    await viewer.answer()
    if end == "unload":
        assert await hass.config_entries.async_unload(loaded_entry.entry_id)
        assert loaded_entry.state is ConfigEntryState.NOT_LOADED
    elif end == "remove":
        await hass.config_entries.async_remove(loaded_entry.entry_id)
    else:
        simulator.device("Garden").shared = False
        await pass_time(60)
    await hass.async_block_till_done()
    assert not simulator.live_view.sessions or end == "device"
    assert simulator.live_view.deleted == (end != "device")


async def test_two_viewers(
    simulator: Simulator, viewer: Viewer, hass_ws_client: WebSocketGenerator
) -> None:
    """Ring allows two here; the third one is told why there is no picture."""
    others = [Viewer(await hass_ws_client()) for _ in range(2)]
    for one in (viewer, others[0]):
        await one.start()
        assert await one.answer()
    await others[1].start()
    assert "Ring receives too many requests for Garden" in await others[1].error()
    for one in others:
        await one.peer.close()


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        (Fault(body="device_offline", path=WHEP), "Garden is offline"),
        (Fault(status=403, path=WHEP), "does not allow Home Assistant to see"),
        (Fault(status=404, path=WHEP), "Ring no longer has Garden"),
        (Fault(status=500, path=WHEP), "Ring's service has problems"),
        (Fault(body="reset", path=WHEP), "could not be reached for Garden"),
        (Fault(status=406, path=WHEP), "rejects connections from your network"),
        (Fault(body="html", path=WHEP), "answer to the live view is not SDP"),
    ],
)
async def test_error_is_shown(
    simulator: Simulator, viewer: Viewer, fault: Fault, message: str
) -> None:
    simulator.faults.add(fault)
    await viewer.start()
    assert message in await viewer.error()
    # The request is not repeated, as each one can start a session.
    requests = [r for r in simulator.requests if r.path.endswith("/whep/sessions")]
    assert len(requests) == 1


async def test_offline_device_is_not_asked(
    simulator: Simulator, viewer: Viewer, loaded_entry: MockConfigEntry
) -> None:
    simulator.device("Garden").online = False
    await loaded_entry.runtime_data.coordinator.async_refresh_device(
        simulator.device("Garden").id
    )
    await viewer.start()
    assert await viewer.error() == (
        "Garden is offline. Check its power and its Wi-Fi connection"
    )
    assert simulator.live_view.started == 0


async def test_encrypted_device_is_not_asked(
    simulator: Simulator, viewer: Viewer, pass_time: Any
) -> None:
    simulator.add_device("camera", "Vault", encryption="take")
    await pass_time(60)
    await viewer.start("camera.vault")
    assert "end-to-end encrypted" in await viewer.error()
    assert simulator.live_view.started == 0


async def test_browser_without_h264(simulator: Simulator, viewer: Viewer) -> None:
    offer = (await viewer.offer()).replace("H264/90000", "VP9/90000")
    await viewer.start(offer=offer)
    assert "could not agree on a video format for Garden" in await viewer.error()
    assert simulator.live_view.started == 0


async def test_browser_without_an_address(
    hass: HomeAssistant, simulator: Simulator, viewer: Viewer
) -> None:
    await viewer.start(candidates=[])
    for _ in range(10):
        await asyncio.sleep(0)
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=MAX_TIME))
    assert "Your browser has no network address" in await viewer.error()
    assert simulator.live_view.started == 0


async def test_offer_that_is_not_sdp(simulator: Simulator, viewer: Viewer) -> None:
    await viewer.offer()
    await viewer.start(offer="hello")
    assert "could not agree on a video format for Garden" in await viewer.error()
    assert simulator.live_view.started == 0


async def test_frontend_does_not_start_another_live_view_by_itself(
    hass: HomeAssistant,
    simulator: Simulator,
    viewer: Viewer,
    pass_time: Any,
    hass_ws_client: WebSocketGenerator,
) -> None:
    """It sends another offer of the same peer connection when the picture freezes."""
    offer = await viewer.offer()
    await viewer.start(offer=offer)
    await viewer.answer()
    again = Viewer(await hass_ws_client())
    await again.offer()
    await again.start(offer=offer)
    assert "The live view of Garden has ended" in await again.error()
    await settle(hass, simulator)
    await again.start(offer=offer)
    assert "The live view of Garden has ended" in await again.error()
    assert simulator.live_view.started == 1
    await again.peer.close()


async def test_page_that_is_closed_before_the_answer(
    hass: HomeAssistant, simulator: Simulator, viewer: Viewer
) -> None:
    """The session is ended as soon as Ring has answered."""
    simulator.faults.add(Fault(path=WHEP, delay=0.01))
    camera = hass.data["camera"].get_entity(GARDEN)
    assert camera is not None
    offer = await viewer.offer()
    messages: list[Any] = []
    starting = asyncio.ensure_future(
        camera.async_handle_async_webrtc_offer(offer, "one", messages.append)
    )
    await asyncio.sleep(0)
    camera.close_webrtc_session("one")
    await starting
    assert not messages
    assert simulator.live_view.started == 0

    starting = asyncio.ensure_future(
        camera.async_handle_async_webrtc_offer(
            viewer.peer.localDescription.sdp, "two", messages.append
        )
    )
    while simulator.live_view.started == 0:
        async_fire_time_changed(hass)
        await asyncio.sleep(0)
    camera.close_webrtc_session("two")
    await starting
    assert not messages
    assert simulator.live_view.deleted == 1


async def test_failed_end_is_not_an_error(
    hass: HomeAssistant,
    simulator: Simulator,
    viewer: Viewer,
    caplog: pytest.LogCaptureFixture,
) -> None:
    await viewer.start()
    await viewer.answer()
    simulator.faults.add(Fault(status=403, method="DELETE"))
    await viewer.close()
    while not any(record.method == "DELETE" for record in simulator.requests):  # noqa: ASYNC110
        await asyncio.sleep(0)
    await hass.async_block_till_done()
    assert not [
        record
        for record in caplog.records
        if record.name.startswith("custom_components")
        and record.levelno > logging.DEBUG
    ]


async def test_ended_live_views_are_forgotten(
    loaded_entry: MockConfigEntry,
) -> None:
    live_view = loaded_entry.runtime_data.media.live_view
    for number in range(2 * MAX_ENDED):
        live_view._async_remember_ended(str(number))
    assert len(live_view._ended_peers) == MAX_ENDED
