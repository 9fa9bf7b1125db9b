"""The control API of apps, links and events."""

import re
from typing import Any, get_args, get_type_hints

import pytest

from ring_simulator import Behaviour, DeliveryState, Simulator
from ring_simulator.control.behaviour import AMOUNTS, CHOICES, COUNTS

from .test_control import call
from .tools import Partner, Web

URLS = {
    "token_exchange_url": "https://home.example/token",
    "account_link_url": "http://127.0.0.1:8123/link",
    "webhook_url": "https://home.example/hook",
    "homepage_url": "https://home.example",
    "redirect_uri": "https://my.home-assistant.io/redirect/oauth",
}


async def test_the_developer_console(sim: Simulator, web: Web) -> None:
    path = f"/clients/{sim.client.client_id}"
    changes = {**URLS, "name": "Mine", "allow_listed_for_pkce": True}

    status, client = await call(web, "PATCH", path, changes)

    assert status == 200
    assert changes.items() <= client.items()
    assert client["hmac_key"] == sim.client.hmac_key
    assert client["webhook_disabled"] is False
    assert sim.client.webhook_url == URLS["webhook_url"]
    _, state = await call(web, "GET", "/state")
    assert state["clients"] == [client]

    # what isn't named stays; what is empty goes
    _, client = await call(web, "PATCH", path, {"webhook_url": ""})
    assert client["webhook_url"] == ""
    assert client["token_exchange_url"] == URLS["token_exchange_url"]
    assert sim.client.allow_listed_for_pkce


async def test_another_app(sim: Simulator, web: Web) -> None:
    body = {"name": "Second", "webhook_url": URLS["webhook_url"]}

    status, client = await call(web, "POST", "/clients", body)

    assert status == 201
    made = sim.clients[client["client_id"]]
    assert (made.name, made.webhook_url) == ("Second", URLS["webhook_url"])
    assert made.hmac_key != sim.client.hmac_key


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "error"),
    [
        ("POST", "/clients", {}, 400, "name: is required"),
        ("POST", "/clients", {"name": "A", "webhook_url": "x"}, 400, "webhook_url: mu"),
        ("PATCH", "/clients/{client}", {"webhook_url": "ftp://a"}, 400, "webhook_url"),
        ("PATCH", "/clients/{client}", {"webhook_url": "http://["}, 400, "webhook_url"),
        ("PATCH", "/clients/{client}", {"webhook_url": 7}, 400, "webhook_url: must be"),
        ("PATCH", "/clients/{client}", {"client_id": "x"}, 400, "client_id: unknown"),
        ("PATCH", "/clients/nothing", {}, 404, "no such app"),
        ("POST", "/clients/nothing/enable-webhook", {}, 404, "no such app"),
        ("POST", "/linking/install", {}, 400, "no Token Exchange URL"),
        ("POST", "/linking/install", {"client_id": "x"}, 400, "client_id: there is no"),
        ("POST", "/linking/install", {"device_ids": "x"}, 400, "a list of texts"),
        ("POST", "/linking/install", {"device_ids": [7]}, 400, "a list of texts"),
        ("POST", "/linking/uninstall", {"account_id": "x"}, 400, "account_id: there"),
        ("POST", "/devices/{garden}/press", {}, 400, "only doorbells"),
        ("POST", "/devices/{garden}/press", {"x": 1}, 400, "x: unknown"),
        ("POST", "/devices/nothing/press", {}, 404, "no such device"),
        ("POST", "/devices/{door}/motion", {}, 400, "only cameras"),
        ("POST", "/devices/{garden}/motion", {"sub_type": 7}, 400, "sub_type: must be"),
        ("POST", "/devices/{door}/sensor-event", {}, 400, "type: is required"),
        (
            "POST",
            "/devices/{door}/sensor-event",
            {"type": "x", "values": {"temperature": "hot"}},
            400,
            "values: temperature",
        ),
        ("PATCH", "/behaviour", {"webhook_drop_share": 1.5}, 400, "must be at most 1"),
        ("PATCH", "/behaviour", {"code_delay": -1}, 400, "code_delay: must be at leas"),
        ("PATCH", "/behaviour", {"link_order": "random"}, 400, "link_order: must be"),
    ],
)
async def test_bad_input_changes_nothing(
    sim: Simulator,
    web: Web,
    method: str,
    path: str,
    body: Any,
    status: int,
    error: str,
) -> None:
    path = path.format(
        client=sim.client.client_id,
        garden=sim.device("Garden").id,
        door=sim.device("Back Door").id,
    )
    _, before = await call(web, "GET", "/state")

    answered, answer = await call(web, method, path, body)

    assert answered == status
    assert error in answer["error"]
    assert (await call(web, "GET", "/state"))[1] == before


async def test_installing_and_removing(
    sim: Simulator, partner: Partner, web: Web
) -> None:
    chosen = [sim.device("Garden").id]
    body = {"client_id": sim.client.client_id, "device_ids": chosen}

    status, made = await call(web, "POST", "/linking/install", body)

    assert status == 201
    assert made["token_exchange_status"] == 200
    assert made["redirect_url"].endswith(f"nonce={made['nonce']}&time={made['time']}")
    assert not sim.device("Front Door").shared
    _, state = await call(web, "GET", "/state")
    assert state["integrations"] == [
        {
            "client_id": sim.client.client_id,
            "account_id": sim.account.id,
            "status": "awaiting",
            "account_identifier": None,
            "consented_at": None,
        }
    ]

    assert (await call(web, "POST", "/linking/uninstall"))[0] == 200
    assert sim.linking.status(sim.client, sim.account) == "none"


async def test_a_refused_installation(
    sim: Simulator, partner: Partner, web: Web
) -> None:
    body = {"device_ids": ["nothing"]}
    status, answer = await call(web, "POST", "/linking/install", body)
    assert status == 400
    assert "no such device" in answer["error"]


async def test_happenings(sim: Simulator, partner: Partner, linked: Web) -> None:
    garage, bedroom = sim.device("Garage").id, sim.device("Bedroom").id
    front = sim.device("Front Door").id

    status, (pressed,) = await call(linked, "POST", f"/devices/{front}/press")
    assert status == 201
    assert pressed["event_type"] == "button_press"
    body: Any = {"sub_type": "animal", "component_ids": ["1"]}
    await call(linked, "POST", f"/devices/{garage}/motion", body)
    await call(linked, "POST", f"/devices/{garage}/motion")
    body = {"type": "humidity_exceeded", "values": {"humidity": 80}}
    await call(linked, "POST", f"/devices/{bedroom}/sensor-event", body)
    await sim.outbound.finish()

    assert partner.events == [
        "button_press",
        "motion_detected",
        "motion_detected",
        "humidity_exceeded",
    ]
    found = [received.json["data"].get("subType") for received in partner.webhooks]
    assert found == [None, "animal", "motion", None]
    assert sim.device("Bedroom").readings["humidity"] == 80
    _, state = await call(linked, "GET", "/state")
    assert [delivery["state"] for delivery in state["deliveries"]] == ["delivered"] * 4
    assert state["deliveries"][0]["request_id"] == pressed["request_id"]


async def test_changes_are_told(sim: Simulator, partner: Partner, linked: Web) -> None:
    door = sim.device("Back Door").id
    for changes in (
        {"online": False, "readings": {"contact": True}},
        {"shared": False},
        # nobody hears of a device that isn't shared
        {"online": True, "readings": {"contact": False}},
    ):
        await call(linked, "PATCH", f"/devices/{door}", changes)
    body = {"kind": "camera", "name": "Shed"}
    _, shed = await call(linked, "POST", "/devices", body)
    await call(linked, "DELETE", f"/devices/{shed['id']}")
    await sim.outbound.finish()

    assert sorted(partner.events) == [
        "contact_sensor_faulted",
        "device_added",
        "device_offline",
        "device_removed",
        "device_removed",
    ]


async def test_an_endpoint_that_ring_gave_up(
    sim: Simulator, partner: Partner, linked: Web
) -> None:
    partner.statuses = [404] * 10
    for _ in range(10):
        sim.press(sim.device("Front Door"))
    await sim.outbound.finish()
    _, state = await call(linked, "GET", "/state")
    assert state["clients"][0]["webhook_disabled"] is True

    path = f"/clients/{sim.client.client_id}/enable-webhook"
    status, client = await call(linked, "POST", path)

    assert (status, client["webhook_disabled"]) == (200, False)
    sim.press(sim.device("Front Door"))
    await sim.outbound.finish()
    assert sim.webhooks.deliveries[-1].state is DeliveryState.DELIVERED


async def test_behaviour(sim: Simulator, web: Web) -> None:
    changes = {
        "link_order": "redirect_first",
        "token_exchange_format": "json",
        "code_delay": 1.5,
        "webhook_duplicate_share": 0,
        "webhook_drop_share": 1,
        "history_page_size": 3,
        "history_last_page": "no_links",
    }
    status, behaviour = await call(web, "PATCH", "/behaviour", changes)
    assert status == 200
    assert changes.items() <= behaviour.items()
    assert sim.behaviour.code_delay == 1.5


def test_every_variant_can_be_chosen() -> None:
    hints = get_type_hints(Behaviour)
    assert {*CHOICES, *COUNTS, *AMOUNTS} == hints.keys()
    for name, allowed in CHOICES.items():
        if values := get_args(hints[name]):
            assert set(values) == set(allowed)


async def test_the_panel_has_a_field_for_every_variant(web: Web) -> None:
    page = await (await web.get("/_simulator")).text()
    form = page.partition('<form id="behaviour"')[2].partition("</form>")[0]
    field = re.compile(r'<(?:select|input) name="([a-z_]+)"(.*?)</label>', re.DOTALL)
    fields = dict(field.findall(form))

    assert fields.keys() == {*CHOICES, *COUNTS, *AMOUNTS}
    for name, allowed in CHOICES.items():
        options = re.findall(r'<option(?: value="([^"]*)")?>([^<]*)', fields[name])
        assert {value or text for value, text in options} == set(map(str, allowed))
