"""Tests of faults."""

import asyncio
from random import Random
from typing import Any

from aiohttp import ClientError, ClientOSError, ClientResponse, ClientSession
from aiohttp.web import AppRunner, TCPSite
import pytest

from ring_simulator import Fault, FaultBody, Faults, Simulator, create_app
from ring_simulator.fault_responses import HUGE_BODY_SIZE
from ring_simulator.tokens import TokenState

from .helpers import Clock, HttpClient


async def get_statuses(http_client: HttpClient, path: str, times: int) -> list[int]:
    return [(await http_client.get(path)).status for _ in range(times)]


@pytest.mark.parametrize(
    ("status", "title"),
    [
        (400, "Bad Request"),
        (401, "Invalid Client"),
        (403, "Out of Scope Access"),
        (404, "Not Found"),
        (406, "Not Acceptable"),
        (429, "Rate Limit Exceeded"),
        (500, "Internal Server Error"),
        (503, "Service Unavailable"),
        (599, "Unknown Error"),
    ],
)
async def test_status_with_json_error(
    simulator: Simulator, api_client: HttpClient, status: int, title: str
) -> None:
    simulator.faults.add(Fault(status=status))

    response = await api_client.get("/v1/devices")

    assert response.status == status
    (error,) = (await response.json())["errors"]
    assert error.keys() == {"status", "title", "detail"}
    assert (error["status"], error["title"]) == (str(status), title)
    assert "Retry-After" not in response.headers


@pytest.mark.parametrize(
    ("status", "error"), [(401, "invalid_grant"), (503, "temporarily_unavailable")]
)
async def test_status_of_token_endpoint(
    simulator: Simulator, http_client: HttpClient, status: int, error: str
) -> None:
    simulator.faults.add(Fault(status=status, path="/oauth/*"))

    response = await http_client.post("/oauth/token", data={})

    assert (response.status, (await response.json())["error"]) == (status, error)


@pytest.mark.parametrize("value", [30, "Fri, 18 Sep 2026 10:00:00 GMT", "soon"])
async def test_retry_after_is_sent_verbatim(
    simulator: Simulator, api_client: HttpClient, value: str | int
) -> None:
    simulator.faults.add(
        Fault(status=429, retry_after=value, headers={"X-RateLimit-Remaining": "0"})
    )

    response = await api_client.get("/v1/devices")

    assert response.headers["Retry-After"] == str(value)
    assert response.headers["X-RateLimit-Remaining"] == "0"


async def test_path_and_method(simulator: Simulator, api_client: HttpClient) -> None:
    device = simulator.device("Garden")
    simulator.faults.add(Fault(status=500, path="/v1/devices/*/status", method="GET"))

    assert (await api_client.get(f"/v1/devices/{device.id}/status")).status == 500
    assert (await api_client.get(f"/v1/devices/{device.id}/location")).status == 200
    assert (await api_client.post(f"/v1/devices/{device.id}/status")).status == 405


async def test_panel_is_not_affected(
    simulator: Simulator, http_client: HttpClient
) -> None:
    simulator.faults.add(Fault(status=500))

    assert (await http_client.get("/_simulator/state")).status == 200
    assert (await http_client.get("/")).status == 200


async def test_count(simulator: Simulator, api_client: HttpClient) -> None:
    simulator.faults.add(Fault(status=500, count=2))
    simulator.faults.add(Fault(status=503, count=1))

    assert await get_statuses(api_client, "/v1/devices", 4) == [500, 500, 503, 200]
    assert simulator.faults.all() == []


async def test_every(simulator: Simulator, api_client: HttpClient) -> None:
    simulator.faults.add(Fault(status=500, every=(2, 1)))

    found = await get_statuses(api_client, "/v1/devices", 6)

    assert found == [500, 500, 200, 500, 500, 200]


def test_share() -> None:
    faults = Faults(Random(1))
    faults.add(Fault(status=500, share=0.25))

    hits = sum(faults.select("GET", "/") is not None for _ in range(4000))

    assert 900 < hits < 1100


async def test_remove_and_clear(simulator: Simulator, api_client: HttpClient) -> None:
    first = simulator.faults.add(Fault(status=500))
    simulator.faults.add(Fault(status=503))
    assert await get_statuses(api_client, "/v1/devices", 1) == [500]
    simulator.faults.remove(first)
    simulator.faults.remove(first)
    assert await get_statuses(api_client, "/v1/devices", 1) == [503]
    simulator.faults.clear()
    assert await get_statuses(api_client, "/v1/devices", 1) == [200]


async def test_request_log_contains_fault(
    simulator: Simulator, api_client: HttpClient
) -> None:
    fault_id = simulator.faults.add(Fault(status=500, count=1))
    await get_statuses(api_client, "/v1/devices", 2)

    assert [record.fault for record in simulator.requests] == [fault_id, None]


async def test_delay(
    simulator: Simulator, api_client: HttpClient, clock: Clock
) -> None:
    simulator.faults.add(Fault(delay=12.5))

    assert await get_statuses(api_client, "/v1/devices", 1) == [200]
    assert clock.slept == [12.5]


async def get_devices(
    simulator: Simulator, api_client: HttpClient, body: FaultBody, **fault: Any
) -> ClientResponse:
    simulator.faults.add(Fault(body=body, **fault))
    return await api_client.get("/v1/devices")


async def test_empty_body(simulator: Simulator, api_client: HttpClient) -> None:
    response = await get_devices(simulator, api_client, FaultBody.EMPTY)
    assert (response.status, await response.read()) == (200, b"")


async def test_html_page(simulator: Simulator, api_client: HttpClient) -> None:
    response = await get_devices(
        simulator, api_client, FaultBody.HTML, status=502, retry_after=3
    )
    assert (response.status, response.content_type) == (502, "text/html")
    assert response.headers["Retry-After"] == "3"
    assert (await response.text()).startswith("<!DOCTYPE html>")


async def test_truncated_body(simulator: Simulator, api_client: HttpClient) -> None:
    whole = await (await api_client.get("/v1/users/me")).read()
    simulator.faults.add(Fault(body="truncated"))
    response = await api_client.get("/v1/users/me")
    assert response.status == 200
    assert response.content_type == "application/json"
    assert await response.read() == whole[: len(whole) // 2]


async def test_wrong_types(simulator: Simulator, api_client: HttpClient) -> None:
    response = await get_devices(simulator, api_client, FaultBody.WRONG_TYPE)
    assert response.content_type == "application/json"
    assert (await response.json())["data"] == "surprise"


async def test_huge_body(simulator: Simulator, api_client: HttpClient) -> None:
    response = await get_devices(simulator, api_client, FaultBody.HUGE)
    size = 0
    async for chunk in response.content.iter_any():
        size += len(chunk)
    assert size > HUGE_BODY_SIZE


async def test_client_disconnects_during_huge_body(
    simulator: Simulator, socket_enabled: None, caplog: pytest.LogCaptureFixture
) -> None:
    simulator.faults.add(Fault(body=FaultBody.HUGE))
    token = simulator.tokens.issue_playground(simulator.account)
    # unlike TestServer, it keeps the handler running when the client disconnects
    runner = AppRunner(create_app(simulator))
    await runner.setup()
    await TCPSite(runner, "127.0.0.1", 0).start()
    async with ClientSession(headers={"Authorization": f"Bearer {token}"}) as session:
        port = runner.addresses[0][1]
        response = await session.get(f"http://127.0.0.1:{port}/v1/devices")
        await response.content.readexactly(1000)
        assert not simulator.requests
        response.close()
    # waits for the handler
    await runner.cleanup()

    assert simulator.requests[0].status == 200
    assert "Error handling request" not in caplog.text


async def test_slow_body(
    simulator: Simulator, api_client: HttpClient, clock: Clock
) -> None:
    response = await get_devices(simulator, api_client, FaultBody.SLOW)
    whole = await response.read()
    assert len((await response.json())["data"]) == 11
    assert len(clock.slept) == -(-len(whole) // 16)
    assert set(clock.slept) == {1}


async def test_connection_reset(simulator: Simulator, api_client: HttpClient) -> None:
    with pytest.raises(ClientOSError):
        await get_devices(simulator, api_client, FaultBody.RESET, count=1)

    assert simulator.requests[-1].status is None
    assert (await api_client.get("/v1/devices")).status == 200


async def test_half_closed_body(simulator: Simulator, api_client: HttpClient) -> None:
    response = await get_devices(simulator, api_client, FaultBody.HALF_CLOSED, count=1)
    assert response.status == 200
    length = response.content_length
    assert length is not None
    await response.content.readexactly(length // 2)

    rest = asyncio.ensure_future(response.content.readany())
    # another request and response: enough time for more data to arrive
    assert (await api_client.get("/v1/devices")).status == 200
    assert not rest.done()

    # closing the server closes the connection
    await api_client.server.close()
    with pytest.raises(ClientError):
        await rest


async def test_device_offline(simulator: Simulator, api_client: HttpClient) -> None:
    path = f"/v1/devices/{simulator.device('Garden').id}*"
    simulator.faults.add(Fault(body="device_offline", path=path))

    response = await api_client.get(
        f"/v1/devices/{simulator.device('Garden').id}/status"
    )

    assert response.status == 503
    assert await response.json() == {
        "errors": [
            {
                "status": "503",
                "title": "Device Unavailable",
                "detail": "Device is currently offline",
            }
        ]
    }
    assert (await api_client.get("/v1/devices")).status == 200


@pytest.mark.parametrize(
    ("status", "state"), [(None, TokenState.USED), (500, TokenState.VALID)]
)
async def test_request_is_processed_unless_fault_has_status(
    simulator: Simulator,
    http_client: HttpClient,
    clock: Clock,
    status: int | None,
    state: TokenState,
) -> None:
    pair = simulator.tokens.issue_pair(simulator.account, simulator.client)
    simulator.faults.add(Fault(status=status, body="reset"))

    with pytest.raises(ClientOSError):
        await http_client.post(
            "/oauth/token",
            data={
                "grant_type": "refresh_token",
                "refresh_token": pair.refresh_token,
                "client_id": simulator.client.client_id,
                "client_secret": simulator.client.client_secret,
            },
        )

    token = simulator.tokens.find(pair.refresh_token)
    assert token is not None
    assert token.state(clock()) is state


@pytest.mark.parametrize(
    ("values", "match"),
    [
        ({"status": 42}, "status"),
        ({"count": 0}, "count"),
        ({"share": 1.5}, "share"),
        ({"delay": -1}, "delay"),
        ({"every": (0, 1)}, "every"),
        ({"body": "confetti"}, "body"),
    ],
)
def test_invalid_fault(values: dict[str, Any], match: str) -> None:
    with pytest.raises(ValueError, match=match):
        Fault(**values)
