"""Who gets clips and pictures, and what others see."""

from datetime import timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Any

from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockUser
from pytest_homeassistant_custom_component.typing import (
    ClientSessionGenerator,
    WebSocketGenerator,
)

from ring_simulator import Fault

from ..link_flow_driver import linked_account
from ..linked_home import LinkedHome
from ..media_browser_driver import (
    CLIPS,
    PICTURES,
    ROOT,
    MediaBrowserDriver,
    child,
    titles,
)

KINDS = pytest.mark.parametrize("kind", ["clip", "thumbnail", "picture"])


class Urls:
    """Paths of a clip, of its thumbnail, and of a picture."""

    def __init__(self, browser: MediaBrowserDriver, kind: str, camera: str) -> None:
        self.browser = browser
        self.kind = kind
        self._prefix = f"/api/ring_partner/{kind}/"
        self.camera = camera.removeprefix(f"{ROOT}/")

    @classmethod
    async def create(
        cls, browser: MediaBrowserDriver, kind: str, name: str = "Garden"
    ) -> Urls:
        """Return the paths of a camera."""
        camera = child(await browser.browse(), name)["media_content_id"]
        return cls(browser, kind, camera)

    def url(self, ago: float, length: float = 10) -> str:
        """Return the path of what began some seconds ago."""
        start = int((dt_util.utcnow() - timedelta(seconds=ago)).timestamp() * 1000)
        if self.kind == "picture":
            return f"{self._prefix}{self.camera}/picture/{start}"
        return f"{self._prefix}{self.camera}/clip/{start}/{round(length * 1000)}"

    def media_content_id(self, ago: float) -> str:
        """Return the media content ID of a clip that began some seconds ago."""
        return self.url(ago).replace(self._prefix, f"{ROOT}/")

    async def error(self, url: str) -> tuple[int, str]:
        """Return status and text of what is not there."""
        response = await self.browser.get(url)
        assert response.content_type == "text/plain"
        return response.status, await response.text()


@pytest.fixture
async def driveway_user(
    browser: MediaBrowserDriver,
    hass_read_only_user: MockUser,
    hass_read_only_access_token: str,
    hass_ws_client: WebSocketGenerator,
    hass_client: ClientSessionGenerator,
) -> MediaBrowserDriver:
    """Return the media browser of a user who may see the driveway only."""
    hass_read_only_user.mock_policy(
        {"entities": {"entity_ids": {"camera.driveway": {"read": True}}}}
    )
    user = MediaBrowserDriver(browser.hass, browser.simulator, browser.entry)
    await user.connect(hass_ws_client, hass_client, hass_read_only_access_token)
    return user


@KINDS
async def test_permission(
    browser: MediaBrowserDriver, driveway_user: MediaBrowserDriver, kind: str
) -> None:
    browser.record("Garden", 60)
    browser.record("Driveway", 60)
    garden = await Urls.create(browser, kind)
    driveway = await Urls.create(browser, kind, "Driveway")
    response = await driveway_user.get(driveway.url(60))
    assert response.status == HTTPStatus.OK
    response = await driveway_user.get(garden.url(60))
    assert response.status == HTTPStatus.FORBIDDEN
    assert await response.text() == (
        "You do not have permission to use the camera Garden"
    )
    assert browser.request_count("/download") == 1


async def test_permission_in_the_media_browser(
    browser: MediaBrowserDriver, driveway_user: MediaBrowserDriver
) -> None:
    browser.record("Garden", 60)
    browser.record("Driveway", 60)
    assert titles(await driveway_user.browse()) == ["Driveway"]
    (found,) = titles(await driveway_user.search(""))
    assert found.startswith("Driveway")
    garden = child(await browser.browse(), "Garden")["media_content_id"]
    clip = (await browser.search("", {"media_content_id": garden}))["result"][0]
    for sentence in (
        await driveway_user.browse_error(garden),
        await driveway_user.browse_error(clip["media_content_id"]),
        await driveway_user.resolve_error(clip["media_content_id"]),
        await driveway_user.search_error(garden),
    ):
        assert sentence == "You do not have permission to use the camera Garden"
    assert browser.request_count("/download") == 0


@KINDS
async def test_authentication(
    browser: MediaBrowserDriver, hass_client_no_auth: ClientSessionGenerator, kind: str
) -> None:
    browser.record("Garden", 60)
    client = await hass_client_no_auth()
    garden = await Urls.create(browser, kind)
    for url in (garden.url(60), f"{garden.url(60)}?authSig=forged"):
        assert (await client.get(url)).status == HTTPStatus.UNAUTHORIZED
    assert browser.request_count("/download") == 0


async def test_signature_is_for_one_clip(
    browser: MediaBrowserDriver, hass_client_no_auth: ClientSessionGenerator
) -> None:
    browser.record("Garden", 60)
    garden = await Urls.create(browser, "clip")
    signed = await browser.resolve(garden.media_content_id(60))
    _, _, signature = signed.partition("?")
    client = await hass_client_no_auth()
    assert (await client.get(signed)).status == HTTPStatus.OK
    other = f"{garden.url(61)}?{signature}"
    assert (await client.get(other)).status == HTTPStatus.UNAUTHORIZED


@KINDS
async def test_what_does_not_exist(browser: MediaBrowserDriver, kind: str) -> None:
    garden = await Urls.create(browser, kind)
    chime = Urls(browser, kind, garden.camera.replace("/-", "/31"))
    other = Urls(browser, kind, f"unknown/{garden.camera.partition('/')[2]}")
    prefix = f"/api/ring_partner/{kind}"
    for url in (
        chime.url(60),
        other.url(60),
        f"{prefix}/{garden.camera}",
        f"{prefix}/{garden.camera}/clip/1",
        f"{prefix}/{garden.camera}/day/2026-11-25",
        f"{prefix}/{garden.camera}/{'clip/1/1' if kind == 'picture' else 'picture/1'}",
        f"{prefix}/{'x' * 2000}",
    ):
        status, text = await garden.error(url)
        assert status == HTTPStatus.NOT_FOUND
        assert text.startswith("This item does not exist.")
    for url, sentence in (
        (garden.url(-60), "is in the future"),
        (garden.url(181 * 86_400), "Ring keeps recordings for 180 days"),
    ):
        status, text = await garden.error(url)
        assert status == HTTPStatus.NOT_FOUND
        assert sentence in text
    # Home Assistant itself does not accept these.
    for path in ("..%2f..%2fsecrets.yaml", "%2e%2e/secrets.yaml", "%00"):
        response = await browser.get(f"{prefix}/{path}")
        assert response.status in (HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND)
    assert browser.request_count("/download") == 0


@KINDS
async def test_camera_of_another_account(
    browser: MediaBrowserDriver, home: LinkedHome, kind: str
) -> None:
    other = home.simulator.add_account("Sam", "Lee", "sam.lee@example.com")
    home.simulator.add_device("camera", "Barn", account=other)
    entry = linked_account(home.hass, home.simulator, other)
    assert await home.hass.config_entries.async_setup(entry.entry_id)
    camera = child(await browser.open(entry.title), "Barn")["media_content_id"]
    barn = Urls(browser, kind, camera)
    browser.record("Garden", 60)
    # The device and the account exist, but the device is not of this account.
    forged = barn.url(60).replace(entry.entry_id, home.entry.entry_id)
    status, text = await barn.error(forged)
    assert status == HTTPStatus.NOT_FOUND
    assert text.startswith("This item does not exist.")
    assert browser.request_count("/download") == 0


@pytest.mark.parametrize("kind", ["clip", "thumbnail"])
@pytest.mark.parametrize("length", [0, 901])
async def test_lengths_that_no_clip_has(
    browser: MediaBrowserDriver, kind: str, length: float
) -> None:
    garden = await Urls.create(browser, kind)
    status, text = await garden.error(garden.url(1800, length))
    assert status == HTTPStatus.NOT_FOUND
    assert "up to 15 minutes" in text
    assert browser.request_count("/download") == 0


@KINDS
async def test_removed_device(
    browser: MediaBrowserDriver, home: LinkedHome, kind: str
) -> None:
    garden = await Urls.create(browser, kind)
    browser.simulator.remove_device(browser.device("Garden").id)
    await home.pass_time(15 * 60)
    status, text = await garden.error(garden.url(60))
    assert status == HTTPStatus.NOT_FOUND
    assert text.startswith("This item does not exist.")


@KINDS
async def test_account_that_is_not_set_up(
    browser: MediaBrowserDriver, kind: str
) -> None:
    garden = await Urls.create(browser, kind)
    await browser.hass.config_entries.async_unload(browser.entry.entry_id)
    status, text = await garden.error(garden.url(60))
    assert status == HTTPStatus.NOT_FOUND
    assert "is not set up at the moment" in text


@KINDS
async def test_encrypted_device(browser: MediaBrowserDriver, kind: str) -> None:
    nursery = await Urls.create(browser, kind, "Nursery (end-to-end encrypted)")
    nursery.camera += "/-"
    status, text = await nursery.error(nursery.url(60))
    assert status == HTTPStatus.NOT_FOUND
    assert text.startswith("Home Assistant cannot show Nursery")
    assert browser.request_count("/download") == 0


@pytest.mark.parametrize("kind", ["clip", "thumbnail", "picture", "resolve"])
@pytest.mark.parametrize(
    ("fault", "status", "sentence"),
    [
        ({"status": 403}, 403, "does not allow Home Assistant"),
        ({"status": 404}, 404, "no longer has Garden"),
        ({"status": 416}, 404, "has no recording of Garden at this time"),
        ({"status": 425}, 503, "is not ready yet"),
        ({"status": 429, "retry_after": 900}, 503, "too many requests"),
        ({"status": 400}, 502, "could not provide this for Garden"),
        ({"status": 500}, 503, "has problems"),
        ({"status": 401}, 502, "no longer accepts the sign-in"),
        ({"body": "reset"}, 503, "could not be reached"),
        ({"status": 503, "body": "device_offline"}, 503, "Garden is offline"),
    ],
)
async def test_errors_of_ring(
    browser: MediaBrowserDriver,
    kind: str,
    fault: dict[str, Any],
    status: int,
    sentence: str,
) -> None:
    browser.record("Garden", 60)
    path = PICTURES if kind in ("thumbnail", "picture") else CLIPS
    browser.simulator.faults.add(Fault(path=path, **fault))
    garden = await Urls.create(browser, kind)
    if kind == "resolve":
        text = await browser.resolve_error(garden.media_content_id(60))
    else:
        found, text = await garden.error(garden.url(60))
        assert found == status
    assert sentence in text
    await browser.hass.async_block_till_done(wait_background_tasks=True)
    assert browser.files == []


@pytest.fixture
def full_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no file be written."""

    def fail(*_args: Any, **_options: Any) -> None:
        raise OSError(28, "No space left on device", "clip.mp4")

    monkeypatch.setattr(Path, "mkdir", fail)


async def test_clip_when_the_disk_is_full(
    browser: MediaBrowserDriver, full_disk: None
) -> None:
    browser.record("Garden", 60)
    garden = await Urls.create(browser, "clip")
    status, text = await garden.error(garden.url(60))
    assert status == HTTPStatus.INTERNAL_SERVER_ERROR
    sentence = "The file clip.mp4 could not be written: No space left on device"
    assert text == sentence
    clip = garden.media_content_id(60)
    assert await browser.resolve_error(clip) == sentence
    await browser.hass.async_block_till_done(wait_background_tasks=True)


@pytest.mark.parametrize("kind", ["thumbnail", "picture"])
async def test_picture_when_the_disk_is_full(
    browser: MediaBrowserDriver, kind: str, full_disk: None
) -> None:
    """It is shown, and requested again the next time."""
    browser.record("Garden", 60)
    garden = await Urls.create(browser, kind)
    for _ in range(2):
        response = await browser.get(garden.url(60))
        assert response.status == HTTPStatus.OK
        assert (await response.read()).startswith(b"\xff\xd8\xff")
    assert browser.request_count(PICTURES) == 2
    assert browser.files == []
