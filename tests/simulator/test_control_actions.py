"""Tests of the control API for actions on devices."""

from typing import Any

from ring_simulator import Simulator

from .helpers import HttpClient, PartnerServer, call_control


async def test_actions(
    simulator: Simulator, partner: PartnerServer, linked_client: HttpClient
) -> None:
    garage, bedroom = simulator.device("Garage").id, simulator.device("Bedroom").id
    front = simulator.device("Front Door").id

    status, (pressed,) = await call_control(
        linked_client, "POST", f"/devices/{front}/press"
    )
    assert status == 201
    assert pressed["event_type"] == "button_press"
    body: Any = {"sub_type": "animal", "component_ids": ["1"]}
    await call_control(linked_client, "POST", f"/devices/{garage}/motion", body)
    await call_control(linked_client, "POST", f"/devices/{garage}/motion")
    body = {"type": "humidity_exceeded", "values": {"humidity": 80}}
    await call_control(linked_client, "POST", f"/devices/{bedroom}/sensor-event", body)
    await simulator.outbound.wait_until_done()

    assert partner.event_types == [
        "button_press",
        "motion_detected",
        "motion_detected",
        "humidity_exceeded",
    ]
    found = [received.json["data"].get("subType") for received in partner.webhooks]
    assert found == [None, "animal", "motion", None]
    assert simulator.device("Bedroom").readings["humidity"] == 80
    _, state = await call_control(linked_client, "GET", "/state")
    assert [delivery["state"] for delivery in state["deliveries"]] == ["delivered"] * 4
    assert state["deliveries"][0]["request_id"] == pressed["request_id"]


async def test_device_changes_send_events(
    simulator: Simulator, partner: PartnerServer, linked_client: HttpClient
) -> None:
    door = simulator.device("Back Door").id
    for changes in (
        {"online": False, "readings": {"contact": True}},
        {"shared": False},
        # a device that is not shared sends no events
        {"online": True, "readings": {"contact": False}},
    ):
        await call_control(linked_client, "PATCH", f"/devices/{door}", changes)
    body = {"kind": "camera", "name": "Shed"}
    _, shed = await call_control(linked_client, "POST", "/devices", body)
    await call_control(linked_client, "DELETE", f"/devices/{shed['id']}")
    await simulator.outbound.wait_until_done()

    assert sorted(partner.event_types) == [
        "contact_sensor_faulted",
        "device_added",
        "device_offline",
        "device_removed",
        "device_removed",
    ]
