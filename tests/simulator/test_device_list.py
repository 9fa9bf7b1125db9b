"""Tests of the endpoints for devices and locations."""

from ring_simulator import Simulator

from .helpers import HttpClient, get_json


async def test_list_contains_shared_devices(
    simulator: Simulator, api_client: HttpClient
) -> None:
    simulator.device("Garage").shared = False

    document = await get_json(api_client, "/v1/devices")

    assert document.keys() == {"meta", "data"}
    assert document["meta"] == {"time": "2026-09-15T23:47:12Z"}
    assert [device["attributes"]["name"] for device in document["data"]] == [
        "Front Door",
        "Garden",
        "Driveway",
        "Hallway Chime",
        "Back Door",
        "Basement",
        "Bedroom",
        "Kitchen Air",
        "Attic Window",
        "Nursery",
    ]


async def test_include_all(simulator: Simulator, api_client: HttpClient) -> None:
    document = await get_json(
        api_client,
        "/v1/devices",
        include="status,capabilities,location,configurations",
    )

    found = {(item["type"], item["id"]) for item in document["included"]}
    expected = {
        (relation["data"]["type"], relation["data"]["id"])
        for device in document["data"]
        for relation in device["relationships"].values()
    }
    assert found == expected
    assert len(document["included"]) == len(found) == 11 * 3 + 1


async def test_included_has_no_fixed_order(api_client: HttpClient) -> None:
    first = await get_json(api_client, "/v1/devices", include="status")
    second = await get_json(api_client, "/v1/devices", include="status")

    assert first["data"] == second["data"]
    assert first["included"] != second["included"]
    ids = [
        {item["id"] for item in document["included"]} for document in (first, second)
    ]
    assert ids[0] == ids[1]


async def test_single_device(simulator: Simulator, api_client: HttpClient) -> None:
    device = simulator.device("Garden")

    plain = await get_json(api_client, f"/v1/devices/{device.id}")
    assert plain["data"]["attributes"]["name"] == "Garden"
    assert "included" not in plain
    full = await get_json(
        api_client, f"/v1/devices/{device.id}", include="location,status"
    )
    assert {item["id"] for item in full["included"]} == {
        device.status_id,
        device.location.id,
    }


async def test_unknown_include_is_refused(api_client: HttpClient) -> None:
    response = await api_client.get("/v1/devices", params={"include": "status,battery"})

    assert response.status == 400
    (error,) = (await response.json())["errors"]
    assert error["title"] == "Bad Request"
    assert "battery" in error["detail"]


async def test_device_pages(simulator: Simulator, api_client: HttpClient) -> None:
    simulator.settings.device_page_size = 4
    names: list[str] = []
    sizes: list[int] = []
    following: str | None = "/v1/devices?include=status"
    while following:
        assert following.startswith("/v1/devices?")
        document = await get_json(api_client, following)
        names += [device["attributes"]["name"] for device in document["data"]]
        sizes.append(len(document["included"]))
        following = document.get("links", {}).get("next")

    assert sizes == [4, 4, 3]
    assert len(set(names)) == 11
    response = await api_client.get("/v1/devices", params={"page[cursor]": "no cursor"})
    assert response.status == 400


async def test_locations(simulator: Simulator, api_client: HttpClient) -> None:
    location = {
        "type": "locations",
        "id": simulator.account.location.id,
        "attributes": {"country": "US", "state": "CA"},
    }
    assert (await get_json(api_client, "/v1/locations"))["data"] == [location]
    path = f"/v1/devices/{simulator.device('Garden').id}/location"
    assert (await get_json(api_client, path))["data"] == location
