"""The control API and the panel."""

import re
from typing import Any

import pytest

from ring_simulator import Fault, Simulator
from ring_simulator.tokens import TokenState

from .tools import Clock, Web


async def call(
    web: Web, method: str, path: str, body: Any = None, **kwargs: Any
) -> tuple[int, Any]:
    if body is not None:
        kwargs["json"] = body
    answer = await web.request(method, f"/_simulator{path}", **kwargs)
    assert answer.content_type == "application/json"
    assert answer.headers["Cache-Control"] == "no-store"
    return answer.status, await answer.json()


async def test_the_state_has_everything(sim: Simulator, web: Web) -> None:
    pair = sim.tokens.issue(sim.account, sim.client)
    playground = sim.tokens.issue_playground(sim.account)
    sim.faults.add(Fault(status=500, path="/nothing"))
    await web.get("/v1/users/me", headers={"Authorization": f"Bearer {playground}"})

    status, state = await call(web, "GET", "/state")

    assert status == 200
    assert [account["name"] for account in state["accounts"]] == ["Alex Morgan"]
    assert state["clients"][0]["client_secret"] == sim.client.client_secret
    assert [device["id"] for device in state["devices"]] == list(sim.devices)
    tokens = {token["label"]: token for token in state["tokens"]}
    assert tokens["playground-1"]["value"] == playground
    assert tokens["playground-1"]["state"] == "valid"
    assert tokens["access-1"]["value"] is None
    assert pair.refresh_token not in str(state)
    assert state["faults"][0]["path"] == "/nothing"
    assert state["requests"][0]["path"] == "/v1/users/me"
    assert state["rate_limit"] == {"limit": 100, "window": 1.0, "max_in_window": 1}
    assert state["behaviour"]["refusal_status"] == 401


async def test_devices_come_and_go(sim: Simulator, web: Web) -> None:
    body = {"kind": "battery_camera", "name": "  Shed ", "online": False}
    status, device = await call(web, "POST", "/devices", body)
    assert status == 201
    assert sim.device("Shed").id == device["id"]
    assert sim.device("Shed").online is False
    assert device["motion_detection"] is True

    assert (await call(web, "DELETE", f"/devices/{device['id']}"))[0] == 200
    assert device["id"] not in sim.devices
    status, body = await call(web, "DELETE", f"/devices/{device['id']}")
    assert (status, body) == (404, {"error": "There is no such device"})


async def test_a_device_changes(sim: Simulator, web: Web) -> None:
    camera, door = sim.device("Garden"), sim.device("Back Door")
    changes = {
        "name": "Yard",
        "online": False,
        "shared": False,
        "motion_detection": False,
    }
    status, state = await call(web, "PATCH", f"/devices/{camera.id}", changes)
    assert status == 200
    assert changes.items() <= state.items()
    assert (camera.name, camera.online, camera.shared) == ("Yard", False, False)
    assert camera.motion_detection is False

    readings = {"contact": True, "battery": 12}
    await call(web, "PATCH", f"/devices/{door.id}", {"readings": readings})
    assert readings.items() <= door.readings.items()


@pytest.mark.parametrize(
    ("method", "path", "body", "error"),
    [
        ("POST", "/devices", {"name": "Shed"}, "kind: is required"),
        ("POST", "/devices", {"kind": "camera"}, "name: is required"),
        ("POST", "/devices", {"kind": "toaster", "name": "Shed"}, "kind: must be one"),
        ("POST", "/devices", {"kind": "camera", "name": "   "}, "name: must not be"),
        ("POST", "/devices", {"kind": "camera", "name": 7}, "name: must be text"),
        ("POST", "/devices", {"colour": "red"}, "colour: unknown"),
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
        ("PATCH", "/behaviour", {"refusal_status": 500}, "refusal_status: must be one"),
        ("PATCH", "/behaviour", {"device_page_size": 0}, "device_page_size: must be"),
    ],
)
async def test_bad_input_changes_nothing(
    sim: Simulator, web: Web, method: str, path: str, body: Any, error: str
) -> None:
    path = path.format(door=sim.device("Back Door").id)
    _, before = await call(web, "GET", "/state")

    status, answer = await call(web, method, path, body)

    assert status == 400
    assert error in answer["error"]
    assert (await call(web, "GET", "/state"))[1] == before


async def test_a_body_that_is_no_json(web: Web) -> None:
    status, answer = await call(web, "POST", "/faults", data=b"{")
    assert (status, answer) == (400, {"error": "The body is not JSON"})


async def test_unknown_routes(web: Web) -> None:
    assert await call(web, "GET", "/nothing") == (404, {"error": "Not Found"})
    assert (await call(web, "PUT", "/state"))[0] == 405


async def test_tokens(sim: Simulator, web: Web, clock: Clock) -> None:
    account = {"account_id": sim.account.id}
    status, playground = await call(web, "POST", "/tokens/playground", account)
    assert status == 201
    token = sim.tokens.bearer(playground["token"])
    assert token is not None
    assert token.read_only
    status, pair = await call(web, "POST", "/tokens/pair")
    assert status == 201
    access = sim.tokens.bearer(pair["access_token"])
    assert access is not None

    await call(web, "POST", "/tokens/expire", {"token": "playground-1"})
    assert token.state(clock()) is TokenState.EXPIRED
    await call(web, "POST", "/tokens/revoke", {"token": pair["access_token"]})
    assert access.state(clock()) is TokenState.REVOKED
    await call(web, "POST", "/tokens/revoke", {})
    assert {token.state(clock()) for token in sim.tokens.all()} == {TokenState.REVOKED}


async def test_faults(sim: Simulator, web: Web) -> None:
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
    status, first = await call(web, "POST", "/faults", body)
    assert status == 201
    (active,) = sim.faults.all()
    assert active.id == first["id"]
    assert active.fault == Fault(**{**body, "method": "GET", "every": (1, 2)})
    await call(web, "POST", "/faults", {"status": 500, "retry_after": "soon"})

    _, listed = await call(web, "GET", "/faults")
    assert [fault["retry_after"] for fault in listed] == [2.5, "soon"]
    await call(web, "DELETE", f"/faults/{first['id']}")
    assert [active.fault.status for active in sim.faults.all()] == [500]
    await call(web, "DELETE", "/faults")
    assert sim.faults.all() == []


async def test_a_share_of_nothing_stays_nothing(sim: Simulator, web: Web) -> None:
    await call(web, "POST", "/faults", {"status": 500, "share": 0})
    assert sim.faults.all()[0].fault.share == 0


async def test_behaviour(sim: Simulator, web: Web) -> None:
    changes = {"refusal_status": 400, "refusal_body": "html", "device_page_size": 3}
    status, behaviour = await call(web, "PATCH", "/behaviour", changes)
    assert status == 200
    assert changes.items() <= behaviour.items()
    assert sim.behaviour.device_page_size == 3
    await call(web, "PATCH", "/behaviour", {"refusal_status": None})
    assert sim.behaviour.refusal_status == 400
    await call(web, "PATCH", "/behaviour", {"device_page_size": None})
    assert sim.behaviour.device_page_size is None


async def test_a_reset_brings_the_household_back(sim: Simulator, api: Web) -> None:
    before = (sim.account.id, list(sim.devices), sim.client)
    sim.remove_device(sim.device("Garden").id)
    sim.device("Front Door").name = "Porch"
    sim.faults.add(Fault(status=500))
    sim.behaviour.refusal_status = 400
    sim.rate_limit.limit = 1

    assert (await call(api, "POST", "/reset"))[0] == 200

    assert (sim.account.id, list(sim.devices), sim.client) == before
    assert sim.device("Front Door").online
    assert sim.faults.all() == []
    assert not sim.requests
    assert sim.behaviour.refusal_status == 401
    # who was signed in still is
    assert (await api.get("/v1/devices")).status == 200
    assert (await api.get("/v1/devices")).status == 200


@pytest.mark.parametrize(
    ("host", "allowed"),
    [
        ("localhost:8125", True),
        ("127.0.0.1", True),
        ("127.8.9.1:1", True),
        ("[::1]:8125", True),
        ("evil.example", False),
        ("127.0.0.1.evil.example", False),
        ("10.0.0.1", False),
        ("localhost.evil.example", False),
        ("[", False),
    ],
)
async def test_only_this_machine_is_served(
    web: Web, host: str, *, allowed: bool
) -> None:
    status, _ = await call(web, "GET", "/state", headers={"Host": host})
    assert status == (200 if allowed else 403)


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "null", "https://127.0.0.1:{port}"]
)
async def test_other_sites_are_refused(sim: Simulator, web: Web, origin: str) -> None:
    headers = {"Origin": origin.format(port=web.port)}
    status, _ = await call(web, "POST", "/tokens/playground", headers=headers)
    assert status == 403
    assert sim.tokens.all() == []


async def test_the_panel_itself_is_served(sim: Simulator, web: Web) -> None:
    headers = {"Origin": f"http://127.0.0.1:{web.port}"}
    status, _ = await call(web, "POST", "/tokens/playground", headers=headers)
    assert status == 201


async def test_the_panel_needs_nothing_from_elsewhere(web: Web) -> None:
    page = await web.get("/")
    assert page.url.path == "/_simulator"
    assert page.content_type == "text/html"
    text = await page.text()
    used = re.findall(r'(?:src|href)="(?!data:)([^"]+)"', text)
    assert used == ["/_simulator/panel.css", "/_simulator/panel.js"]
    for path in (*used, "/_simulator/console.js", "/_simulator/dom.js"):
        answer = await web.get(path)
        assert answer.status == 200
        assert "://" not in await answer.text()


async def test_every_part_the_script_looks_for_is_on_the_page(web: Web) -> None:
    page = await (await web.get("/_simulator")).text()
    wanted = set()
    for name in ("panel.js", "console.js"):
        script = await (await web.get(f"/_simulator/{name}")).text()
        wanted |= set(re.findall(r'\$\("([a-z-]+)"\)', script))

    assert len(wanted) > 20
    assert wanted <= set(re.findall(r'id="([a-z-]+)"', page))
