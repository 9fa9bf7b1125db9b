"""Tests of the control API for the state, devices, tokens and faults."""

from typing import Any

import pytest

from ring_simulator import Fault, Simulator
from ring_simulator.tokens import TokenState

from .helpers import Clock, HttpClient, call_control


async def test_state(simulator: Simulator, http_client: HttpClient) -> None:
    pair = simulator.tokens.issue_pair(simulator.account, simulator.client)
    playground = simulator.tokens.issue_playground(simulator.account)
    simulator.faults.add(Fault(status=500, path="/nothing"))
    await http_client.get(
        "/v1/users/me", headers={"Authorization": f"Bearer {playground}"}
    )

    status, state = await call_control(http_client, "GET", "/state")

    assert status == 200
    assert [account["name"] for account in state["accounts"]] == ["Alex Morgan"]
    assert state["clients"][0]["client_secret"] == simulator.client.client_secret
    assert [device["id"] for device in state["devices"]] == list(simulator.devices)
    tokens = {token["label"]: token for token in state["tokens"]}
    assert tokens["playground-1"]["value"] == playground
    assert tokens["playground-1"]["state"] == "valid"
    assert tokens["access-1"]["value"] is None
    assert pair.refresh_token not in str(state)
    assert state["faults"][0]["path"] == "/nothing"
    assert state["requests"][0]["path"] == "/v1/users/me"
    assert state["rate_limit"] == {"limit": 100, "window": 1.0, "max_in_window": 1}
    assert state["settings"]["refusal_status"] == 401


async def test_add_and_remove_device(
    simulator: Simulator, http_client: HttpClient
) -> None:
    body = {"kind": "battery_camera", "name": "  Shed ", "online": False}
    status, device = await call_control(http_client, "POST", "/devices", body)
    assert status == 201
    assert simulator.device("Shed").id == device["id"]
    assert simulator.device("Shed").online is False
    assert device["motion_detection"] is True

    assert (await call_control(http_client, "DELETE", f"/devices/{device['id']}"))[
        0
    ] == 200
    assert device["id"] not in simulator.devices
    status, body = await call_control(http_client, "DELETE", f"/devices/{device['id']}")
    assert (status, body) == (404, {"error": "There is no such device"})


async def test_change_device(simulator: Simulator, http_client: HttpClient) -> None:
    camera, door = simulator.device("Garden"), simulator.device("Back Door")
    changes = {
        "name": "Yard",
        "online": False,
        "shared": False,
        "motion_detection": False,
    }
    status, state = await call_control(
        http_client, "PATCH", f"/devices/{camera.id}", changes
    )
    assert status == 200
    assert changes.items() <= state.items()
    assert (camera.name, camera.online, camera.shared) == ("Yard", False, False)
    assert camera.motion_detection is False

    readings = {"contact": True, "battery": 12}
    await call_control(
        http_client, "PATCH", f"/devices/{door.id}", {"readings": readings}
    )
    assert readings.items() <= door.readings.items()


@pytest.mark.parametrize(
    ("method", "path", "body", "error"),
    [
        ("POST", "/devices", {"name": "Shed"}, "kind: is required"),
        ("POST", "/devices", {"kind": "camera"}, "name: is required"),
        ("POST", "/devices", {"kind": "toaster", "name": "Shed"}, "kind: must be one"),
        ("POST", "/devices", {"kind": "camera", "name": "   "}, "name: must not be"),
        ("POST", "/devices", {"kind": "camera", "name": 7}, "name: must be a string"),
        ("POST", "/devices", {"color": "red"}, "color: unknown"),
        ("POST", "/devices", [], "The body must be a JSON object"),
        (
            "POST",
            "/devices",
            {"kind": "camera", "name": "Shed", "account_id": "x"},
            "account_id: there is no such account",
        ),
        ("PATCH", "/devices/{door}", {"online": 1}, "online: must be true or false"),
        (
            "PATCH",
            "/devices/{door}",
            {"name": "Lost", "readings": {"contact": "open"}},
            "readings: contact",
        ),
        (
            "PATCH",
            "/devices/{door}",
            {"name": "Lost", "motion_detection": True},
            "motion_detection: this device has none",
        ),
        ("POST", "/tokens/revoke", {"token": "x"}, "token: there is no such token"),
        ("POST", "/tokens/expire", {}, "token: is required"),
        ("POST", "/tokens/pair", {"client_id": "x"}, "client_id: there is no such app"),
        ("POST", "/faults", {"status": 42}, "status: must be from"),
        ("POST", "/faults", {"status": "500"}, "status: must be a whole number"),
        ("POST", "/faults", {"status": True}, "status: must be a whole number"),
        ("POST", "/faults", {"body": "confetti"}, "body: must be one of"),
        ("POST", "/faults", {"share": "1"}, "share: must be a number"),
        ("POST", "/faults", {"retry_after": [1]}, "retry_after: must be a number"),
        ("POST", "/faults", {"every": [1]}, "every: must be two whole numbers"),
        ("POST", "/faults", {"every": 1}, "every: must be two whole numbers"),
        ("POST", "/faults", {"headers": {"X": 1}}, "headers: every value"),
        ("PATCH", "/settings", {"refusal_status": 500}, "refusal_status: must be one"),
        ("PATCH", "/settings", {"device_page_size": 0}, "device_page_size: must be"),
    ],
)
async def test_invalid_request_changes_nothing(
    simulator: Simulator,
    http_client: HttpClient,
    method: str,
    path: str,
    body: Any,
    error: str,
) -> None:
    path = path.format(door=simulator.device("Back Door").id)
    _, before = await call_control(http_client, "GET", "/state")

    status, response = await call_control(http_client, method, path, body)

    assert status == 400
    assert error in response["error"]
    assert (await call_control(http_client, "GET", "/state"))[1] == before


async def test_invalid_json(http_client: HttpClient) -> None:
    status, response = await call_control(http_client, "POST", "/faults", data=b"{")
    assert (status, response) == (400, {"error": "The body is not JSON"})


async def test_unknown_routes(http_client: HttpClient) -> None:
    assert await call_control(http_client, "GET", "/nothing") == (
        404,
        {"error": "Not Found"},
    )
    assert (await call_control(http_client, "PUT", "/state"))[0] == 405


async def test_tokens(
    simulator: Simulator, http_client: HttpClient, clock: Clock
) -> None:
    account = {"account_id": simulator.account.id}
    status, playground = await call_control(
        http_client, "POST", "/tokens/playground", account
    )
    assert status == 201
    token = simulator.tokens.find_valid_bearer(playground["token"])
    assert token is not None
    assert token.read_only
    status, pair = await call_control(http_client, "POST", "/tokens/pair")
    assert status == 201
    access = simulator.tokens.find_valid_bearer(pair["access_token"])
    assert access is not None

    await call_control(http_client, "POST", "/tokens/expire", {"token": "playground-1"})
    assert token.state(clock()) is TokenState.EXPIRED
    await call_control(
        http_client, "POST", "/tokens/revoke", {"token": pair["access_token"]}
    )
    assert access.state(clock()) is TokenState.REVOKED
    await call_control(http_client, "POST", "/tokens/revoke", {})
    assert {token.state(clock()) for token in simulator.tokens.all()} == {
        TokenState.REVOKED
    }


async def test_faults(simulator: Simulator, http_client: HttpClient) -> None:
    body: dict[str, Any] = {
        "status": 429,
        "path": "/v1/*",
        "method": "get",
        "count": 3,
        "share": 0.5,
        "retry_after": 2.5,
        "delay": 1,
        "body": "html",
        "headers": {"X-Test": "1"},
        "every": [1, 2],
    }
    status, first = await call_control(http_client, "POST", "/faults", body)
    assert status == 201
    (active,) = simulator.faults.all()
    assert active.id == first["id"]
    assert active.fault == Fault(**{**body, "method": "GET", "every": (1, 2)})
    await call_control(
        http_client, "POST", "/faults", {"status": 500, "retry_after": "soon"}
    )

    _, listed = await call_control(http_client, "GET", "/faults")
    assert [fault["retry_after"] for fault in listed] == [2.5, "soon"]
    await call_control(http_client, "DELETE", f"/faults/{first['id']}")
    assert [active.fault.status for active in simulator.faults.all()] == [500]
    await call_control(http_client, "DELETE", "/faults")
    assert simulator.faults.all() == []


async def test_fault_with_share_zero(
    simulator: Simulator, http_client: HttpClient
) -> None:
    await call_control(http_client, "POST", "/faults", {"status": 500, "share": 0})
    assert simulator.faults.all()[0].fault.share == 0


async def test_reset(simulator: Simulator, api_client: HttpClient) -> None:
    before = (simulator.account.id, list(simulator.devices), simulator.client)
    simulator.remove_device(simulator.device("Garden").id)
    simulator.device("Front Door").name = "Porch"
    simulator.faults.add(Fault(status=500))
    simulator.settings.refusal_status = 400
    simulator.rate_limit.limit = 1

    assert (await call_control(api_client, "POST", "/reset"))[0] == 200

    assert (simulator.account.id, list(simulator.devices), simulator.client) == before
    assert simulator.device("Front Door").online
    assert simulator.faults.all() == []
    assert not simulator.requests
    assert simulator.settings.refusal_status == 401
    # tokens stay valid
    assert (await api_client.get("/v1/devices")).status == 200
    assert (await api_client.get("/v1/devices")).status == 200
