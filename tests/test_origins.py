"""Tests fail if a request goes to another origin than Ring's: here, on purpose."""

from collections.abc import AsyncIterator
import os
import socket

from aiohttp import hdrs, web
from aiohttp.test_utils import RawTestServer
from homeassistant.core import HomeAssistant
from homeassistant.helpers.aiohttp_client import async_get_clientsession
import pytest
from yarl import URL

from ring_simulator import Simulator

from .secrets import Leaks

pytestmark = pytest.mark.usefixtures("leaks_on_purpose")


@pytest.fixture
def api(simulator: Simulator) -> URL:
    """Return the URL of Ring's API, which is that of the token endpoint too."""
    return URL(os.environ["RING_PARTNER_API_URL"])


async def respond(_request: web.BaseRequest) -> web.StreamResponse:
    """Respond with nothing."""
    return web.Response()


@pytest.fixture
async def elsewhere(simulator: Simulator) -> AsyncIterator[URL]:
    """Return the URL of a server that is not Ring's."""
    async with RawTestServer(respond) as server:
        yield server.make_url("/")


async def request(hass: HomeAssistant, url: URL | str, **headers: str) -> None:
    """Send a request as the integration does."""
    async with async_get_clientsession(hass).get(url, headers=headers):
        pass


async def test_requests_to_ring(
    hass: HomeAssistant, simulator: Simulator, api: URL, leaks: Leaks
) -> None:
    await request(hass, api / "v1/users/me", Authorization="Bearer token")
    await request(hass, simulator.downloads.add(respond))
    assert leaks.find() == []


async def test_other_origin_is_found(
    hass: HomeAssistant, elsewhere: URL, leaks: Leaks
) -> None:
    await request(hass, elsewhere)
    assert leaks.find() == [
        f"A request went to {elsewhere.origin()}, which is not Ring's"
    ]


async def test_redirect_to_other_origin_is_found(
    hass: HomeAssistant, simulator: Simulator, elsewhere: URL, leaks: Leaks
) -> None:
    async def redirect(_request: web.Request) -> web.StreamResponse:
        return web.Response(status=302, headers={hdrs.LOCATION: str(elsewhere)})

    await request(hass, simulator.downloads.add(redirect))
    assert leaks.find() == [
        f"A request went to {elsewhere.origin()}, which is not Ring's"
    ]


async def test_access_token_elsewhere_is_found(
    hass: HomeAssistant, simulator: Simulator, elsewhere: URL, leaks: Leaks
) -> None:
    presigned = simulator.downloads.add(respond)
    await request(hass, presigned, Authorization="Bearer token")
    assert leaks.find() == [
        f"A request to {URL(presigned).origin()} has an Authorization header"
    ]
    await request(hass, elsewhere, authorization="Basic token")
    assert len(leaks.find()) == 3


async def test_secret_in_a_url(
    hass: HomeAssistant, simulator: Simulator, api: URL, leaks: Leaks
) -> None:
    """A pre-signed URL has a secret, which only its own server may get."""
    presigned = simulator.downloads.add(respond)
    await request(hass, presigned)
    assert leaks.find() == []
    await request(hass, api.with_query(URL(presigned).query))
    assert leaks.find() == [
        f"signature of a pre-signed URL in the URL of a request to {api.origin()}"
    ]


async def test_other_machines_are_out_of_reach(socket_enabled: None) -> None:
    """Also for code that does not use Home Assistant's sessions."""
    with (
        socket.socket() as raw,
        pytest.warns(UserWarning, match=r"192\.0\.2\.1"),
        pytest.raises(RuntimeError, match=r"192\.0\.2\.1"),
    ):
        raw.connect(("192.0.2.1", 443))
