"""The URLs of pictures of events, and the files that they are served from."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from custom_components.ring_partner.const import DOMAIN

from .action_driver import ActionDriver
from .event_pictures import (
    ACTION,
    DOWNLOAD,
    LAST_EVENT,
    START,
    cached_files,
    fetch,
    picture,
    picture_of,
    press,
)


@contextmanager
def full_disk() -> Iterator[None]:
    """Let no file be written."""

    def fail(*_args: Any, **_options: Any) -> None:
        raise OSError(28, "No space left on device")

    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(Path, "mkdir", fail)
        yield


async def test_disk_that_is_full(actions: ActionDriver) -> None:
    expected = picture_of(actions.device("Front Door"), START)
    with full_disk():
        event_id = await press(actions)
        await actions.home.pass_time(2)
        state = actions.hass.states.get(LAST_EVENT)
        assert state is not None
        assert state.attributes["event_id"] == event_id
        response = await actions.call(ACTION, "Front Door", event_id=event_id)
        assert await picture(actions, response) == expected
        assert cached_files(actions) == []
    before = actions.request_count(DOWNLOAD)
    for _ in range(2):
        assert await picture(actions, response) == expected
    assert actions.request_count(DOWNLOAD) == before + 1


@pytest.mark.parametrize("content", [b"", b"{}\n", b"\xff\xd8\xff"])
async def test_damaged_file(actions: ActionDriver, content: bytes) -> None:
    event_id = await press(actions)
    response = await actions.call(ACTION, "Front Door", event_id=event_id)
    (file,) = cached_files(actions)
    file.write_bytes(content)
    expected = picture_of(actions.device("Front Door"), START)
    for _ in range(2):
        assert await picture(actions, response) == expected
    assert actions.request_count(DOWNLOAD) == 2


async def test_picture_is_kept_for_a_while(actions: ActionDriver) -> None:
    await press(actions)
    await actions.home.pass_time(2)
    assert len(cached_files(actions)) == 1
    await actions.home.pass_time(6 * 86_400)
    assert len(cached_files(actions)) == 1
    await actions.home.pass_time(90_000)
    assert cached_files(actions) == []


async def test_removed_device(actions: ActionDriver) -> None:
    event_id = await press(actions)
    response = await actions.call(ACTION, "Front Door", event_id=event_id)
    assert len(cached_files(actions)) == 1
    actions.simulator.actions.remove(actions.device("Front Door"))
    await actions.home.settle()
    await actions.home.pass_time(61)
    assert cached_files(actions) == []
    status, content = await fetch(actions.home, response["url"])
    assert status == 404
    assert content.startswith(b"This item does not exist.")


async def test_signature_is_for_one_picture_and_a_day(actions: ActionDriver) -> None:
    event_id = await press(actions)
    response = await actions.call(ACTION, "Front Door", event_id=event_id)
    url = response["url"]
    garden = actions.device_id("Garden")
    for forged in (
        url.partition("?")[0],
        url.replace("/picture/1795176000000", "/picture/1795176000001"),
        url.replace(actions.device_id("Front Door"), garden),
    ):
        assert forged != url
        assert (await fetch(actions.home, forged))[0] == 401
    actions.home.freezer.tick(timedelta(hours=23, minutes=59))
    assert (await fetch(actions.home, url))[0] == 200
    actions.home.freezer.tick(timedelta(minutes=2))
    assert (await fetch(actions.home, url))[0] == 401
    assert actions.request_count(DOWNLOAD) == 1


async def test_url_is_valid_after_the_user_has_signed_out(
    actions: ActionDriver,
    hass_ws_client: WebSocketGenerator,
    hass_access_token: str,
) -> None:
    event_id = await press(actions)
    client = await hass_ws_client(actions.hass)
    await client.send_json_auto_id(
        {
            "type": "call_service",
            "domain": DOMAIN,
            "service": ACTION,
            "service_data": {
                "device_id": actions.device_id("Front Door"),
                "event_id": event_id,
            },
            "return_response": True,
        }
    )
    result = (await client.receive_json())["result"]
    await client.close()
    token = actions.hass.auth.async_validate_access_token(hass_access_token)
    assert token is not None
    actions.hass.auth.async_remove_refresh_token(token)
    expected = picture_of(actions.device("Front Door"), START)
    assert await picture(actions, result["response"]) == expected
