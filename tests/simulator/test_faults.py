"""Failures on demand."""

import asyncio
from random import Random
from typing import Any

from aiohttp import ClientError, ClientOSError, ClientResponse, ClientSession
from aiohttp.web import AppRunner, TCPSite
import pytest

from ring_simulator import Body, Fault, Faults, Simulator
from ring_simulator.damage import HUGE
from ring_simulator.tokens import TokenState

from .tools import Clock, Web


async def statuses(client: Web, path: str, times: int) -> list[int]:
    return [(await client.get(path)).status for _ in range(times)]


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
async def test_a_status_comes_with_rings_json(
    sim: Simulator, api: Web, status: int, title: str
) -> None:
    sim.faults.add(Fault(status=status))

    answer = await api.get("/v1/devices")

    assert answer.status == status
    (error,) = (await answer.json())["errors"]
    assert error.keys() == {"status", "title", "detail"}
    assert (error["status"], error["title"]) == (str(status), title)
    assert "Retry-After" not in answer.headers


@pytest.mark.parametrize(
    ("status", "error"), [(401, "invalid_grant"), (503, "temporarily_unavailable")]
)
async def test_the_token_endpoint_fails_in_its_own_way(
    sim: Simulator, web: Web, status: int, error: str
) -> None:
    sim.faults.add(Fault(status=status, path="/oauth/*"))

    answer = await web.post("/oauth/token", data={})

    assert (answer.status, (await answer.json())["error"]) == (status, error)


@pytest.mark.parametrize("value", [30, "Fri, 18 Sep 2026 10:00:00 GMT", "soon"])
async def test_retry_after_is_sent_verbatim(
    sim: Simulator, api: Web, value: str | int
) -> None:
    sim.faults.add(
        Fault(status=429, retry_after=value, headers={"X-RateLimit-Remaining": "0"})
    )

    answer = await api.get("/v1/devices")

    assert answer.headers["Retry-After"] == str(value)
    assert answer.headers["X-RateLimit-Remaining"] == "0"


async def test_path_and_method_choose_the_requests(sim: Simulator, api: Web) -> None:
    device = sim.device("Garden")
    sim.faults.add(Fault(status=500, path="/v1/devices/*/status", method="GET"))

    assert (await api.get(f"/v1/devices/{device.id}/status")).status == 500
    assert (await api.get(f"/v1/devices/{device.id}/location")).status == 200
    assert (await api.post(f"/v1/devices/{device.id}/status")).status == 405


async def test_the_panel_never_fails(sim: Simulator, web: Web) -> None:
    sim.faults.add(Fault(status=500))

    assert (await web.get("/_simulator/state")).status == 200
    assert (await web.get("/")).status == 200


async def test_a_count_ends_a_fault(sim: Simulator, api: Web) -> None:
    sim.faults.add(Fault(status=500, count=2))
    sim.faults.add(Fault(status=503, count=1))

    assert await statuses(api, "/v1/devices", 4) == [500, 500, 503, 200]
    assert sim.faults.all() == []


async def test_a_flapping_fault(sim: Simulator, api: Web) -> None:
    sim.faults.add(Fault(status=500, every=(2, 1)))

    found = await statuses(api, "/v1/devices", 6)

    assert found == [500, 500, 200, 500, 500, 200]


def test_a_share_of_the_requests() -> None:
    faults = Faults(Random(1))
    faults.add(Fault(status=500, share=0.25))

    hits = sum(faults.pick("GET", "/") is not None for _ in range(4000))

    assert 900 < hits < 1100


async def test_a_fault_ends_when_told_to(sim: Simulator, api: Web) -> None:
    first = sim.faults.add(Fault(status=500))
    sim.faults.add(Fault(status=503))
    assert await statuses(api, "/v1/devices", 1) == [500]
    sim.faults.remove(first)
    sim.faults.remove(first)
    assert await statuses(api, "/v1/devices", 1) == [503]
    sim.faults.clear()
    assert await statuses(api, "/v1/devices", 1) == [200]


async def test_the_log_names_the_fault(sim: Simulator, api: Web) -> None:
    fault_id = sim.faults.add(Fault(status=500, count=1))
    await statuses(api, "/v1/devices", 2)

    assert [record.fault for record in sim.requests] == [fault_id, None]


async def test_a_delay(sim: Simulator, api: Web, clock: Clock) -> None:
    sim.faults.add(Fault(delay=12.5))

    assert await statuses(api, "/v1/devices", 1) == [200]
    assert clock.slept == [12.5]


async def damaged(sim: Simulator, api: Web, body: Body, **fault: Any) -> ClientResponse:
    sim.faults.add(Fault(body=body, **fault))
    return await api.get("/v1/devices")


async def test_an_empty_body(sim: Simulator, api: Web) -> None:
    answer = await damaged(sim, api, Body.EMPTY)
    assert (answer.status, await answer.read()) == (200, b"")


async def test_a_page(sim: Simulator, api: Web) -> None:
    answer = await damaged(sim, api, Body.HTML, status=502, retry_after=3)
    assert (answer.status, answer.content_type) == (502, "text/html")
    assert answer.headers["Retry-After"] == "3"
    assert (await answer.text()).startswith("<!DOCTYPE html>")


async def test_half_a_document(sim: Simulator, api: Web) -> None:
    whole = await (await api.get("/v1/users/me")).read()
    sim.faults.add(Fault(body="truncated"))
    answer = await api.get("/v1/users/me")
    assert answer.status == 200
    assert answer.content_type == "application/json"
    assert await answer.read() == whole[: len(whole) // 2]


async def test_wrong_types(sim: Simulator, api: Web) -> None:
    answer = await damaged(sim, api, Body.WRONG_TYPE)
    assert answer.content_type == "application/json"
    assert (await answer.json())["data"] == "surprise"


async def test_a_huge_document(sim: Simulator, api: Web) -> None:
    answer = await damaged(sim, api, Body.HUGE)
    size = 0
    async for chunk in answer.content.iter_any():
        size += len(chunk)
    assert size > HUGE


async def test_a_client_may_refuse_a_huge_document(
    sim: Simulator, socket_enabled: None, caplog: pytest.LogCaptureFixture
) -> None:
    sim.faults.add(Fault(body=Body.HUGE))
    token = sim.tokens.issue_playground(sim.account)
    # unlike the test server, a plain one goes on when the client has gone
    runner = AppRunner(sim.app())
    await runner.setup()
    await TCPSite(runner, "127.0.0.1", 0).start()
    async with ClientSession(headers={"Authorization": f"Bearer {token}"}) as session:
        port = runner.addresses[0][1]
        answer = await session.get(f"http://127.0.0.1:{port}/v1/devices")
        await answer.content.readexactly(1000)
        assert not sim.requests
        answer.close()
    # waits for what is still at work
    await runner.cleanup()

    assert sim.requests[0].status == 200
    assert "Error handling request" not in caplog.text


async def test_a_slow_document(sim: Simulator, api: Web, clock: Clock) -> None:
    answer = await damaged(sim, api, Body.SLOW)
    whole = await answer.read()
    assert len((await answer.json())["data"]) == 11
    assert len(clock.slept) == -(-len(whole) // 16)
    assert set(clock.slept) == {1}


async def test_a_reset(sim: Simulator, api: Web) -> None:
    with pytest.raises(ClientOSError):
        await damaged(sim, api, Body.RESET, count=1)

    assert sim.requests[-1].status is None
    assert (await api.get("/v1/devices")).status == 200


async def test_half_a_document_and_silence(sim: Simulator, api: Web) -> None:
    answer = await damaged(sim, api, Body.HALF_CLOSED, count=1)
    assert answer.status == 200
    length = answer.content_length
    assert length is not None
    await answer.content.readexactly(length // 2)

    rest = asyncio.ensure_future(answer.content.readany())
    # another whole exchange: time enough for more, if there were more
    assert (await api.get("/v1/devices")).status == 200
    assert not rest.done()

    # the end of the server ends the silence
    await api.server.close()
    with pytest.raises(ClientError):
        await rest


async def test_a_device_that_is_offline(sim: Simulator, api: Web) -> None:
    path = f"/v1/devices/{sim.device('Garden').id}*"
    sim.faults.add(Fault(body="device_offline", path=path))

    answer = await api.get(f"/v1/devices/{sim.device('Garden').id}/status")

    assert answer.status == 503
    assert await answer.json() == {
        "errors": [
            {
                "status": "503",
                "title": "Device Unavailable",
                "detail": "Device is currently offline",
            }
        ]
    }
    assert (await api.get("/v1/devices")).status == 200


@pytest.mark.parametrize(
    ("status", "state"), [(None, TokenState.USED), (500, TokenState.VALID)]
)
async def test_a_lost_answer_has_been_given_unless_it_has_a_status(
    sim: Simulator,
    web: Web,
    clock: Clock,
    status: int | None,
    state: TokenState,
) -> None:
    pair = sim.tokens.issue(sim.account, sim.client)
    sim.faults.add(Fault(status=status, body="reset"))

    with pytest.raises(ClientOSError):
        await web.post(
            "/oauth/token",
            data={
                "grant_type": "refresh_token",
                "refresh_token": pair.refresh_token,
                "client_id": sim.client.client_id,
                "client_secret": sim.client.client_secret,
            },
        )

    token = sim.tokens.find(pair.refresh_token)
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
def test_a_fault_must_make_sense(values: dict[str, Any], match: str) -> None:
    with pytest.raises(ValueError, match=match):
        Fault(**values)
