"""Places, pages and kinds of devices."""

from typing import Any

import pytest

from ring_simulator import DeviceKind, Simulator

from .tools import Web


async def get(api: Web, path: str, **params: str) -> Any:
    answer = await api.get(path, params=params)
    assert answer.status == 200, await answer.text()
    return await answer.json()


async def test_locations(sim: Simulator, api: Web) -> None:
    place = {
        "type": "locations",
        "id": sim.account.location.id,
        "attributes": {"country": "US", "state": "CA"},
    }
    assert (await get(api, "/v1/locations"))["data"] == [place]
    path = f"/v1/devices/{sim.device('Garden').id}/location"
    assert (await get(api, path))["data"] == place


async def test_devices_can_come_in_pages(sim: Simulator, api: Web) -> None:
    sim.behaviour.device_page_size = 4
    names: list[str] = []
    sizes: list[int] = []
    following: str | None = "/v1/devices?include=status"
    while following:
        assert following.startswith("/v1/devices?")
        document = await get(api, following)
        names += [device["attributes"]["name"] for device in document["data"]]
        sizes.append(len(document["included"]))
        following = document.get("links", {}).get("next")

    assert sizes == [4, 4, 3]
    assert len(set(names)) == 11
    answer = await api.get("/v1/devices", params={"page[cursor]": "no cursor"})
    assert answer.status == 400


@pytest.mark.parametrize("kind", list(DeviceKind))
def test_every_kind_is_in_the_household(sim: Simulator, kind: DeviceKind) -> None:
    assert any(device.kind is kind for device in sim.devices.values())


def test_an_unknown_kind_or_relation_is_refused(sim: Simulator) -> None:
    with pytest.raises(ValueError, match="toaster"):
        sim.add_device("toaster", "Kitchen")
    with pytest.raises(ValueError, match="owner"):
        sim.device("Garden").related("owner")


def test_power_and_cameras_are_known(sim: Simulator) -> None:
    assert sim.device("Garden").power == "battery"
    assert sim.device("Driveway").power == "line"
    assert sim.device("Back Door").power is None
    assert sim.device("Garden").is_camera
    assert not sim.device("Hallway Chime").is_camera
