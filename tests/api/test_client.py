"""All methods of the client, with the simulator."""

from collections.abc import Callable
from typing import Any

import pytest

from custom_components.ring_partner.api import (
    Account,
    CommunicationError,
    Location,
    NotFoundError,
    Priority,
    ResponseError,
    RingClient,
    RingError,
)
from custom_components.ring_partner.api.client import MAX_PAGES
from custom_components.ring_partner.api.document import ParseFailure
from ring_simulator import DeviceKind, Fault

from .simulated_cloud import SimulatedCloud

INCLUDE = {"include": "status,capabilities,location,configurations"}


def paths_and_queries(cloud: SimulatedCloud) -> list[tuple[str, dict[str, str]]]:
    assert {record.method for record in cloud.simulator.requests} == {"GET"}
    return [(record.path, record.query) for record in cloud.simulator.requests]


async def test_account(cloud: SimulatedCloud) -> None:
    owner = cloud.simulator.account
    assert await cloud.client().account() == Account(
        owner.id, "Alex", "Morgan", "alex.morgan@example.com"
    )
    assert paths_and_queries(cloud) == [("/v1/users/me", {})]


async def test_devices(cloud: SimulatedCloud) -> None:
    found = await cloud.client().devices()
    expected = [d.id for d in cloud.simulator.devices.values() if d.visible]
    assert [device.id for device in found.devices] == expected
    assert len(expected) == len(cloud.simulator.devices) - 1  # one is hidden
    assert found.skipped == 0
    for device in found.devices:
        assert device.status is not None
        assert device.status.online is True
        assert device.capabilities is not None
        assert device.configurations is not None
        assert device.location == Location("US", "CA")
    assert paths_and_queries(cloud) == [("/v1/devices", INCLUDE)]


@pytest.mark.parametrize("kind", DeviceKind)
async def test_every_kind_of_device(cloud: SimulatedCloud, kind: DeviceKind) -> None:
    simulated = next(d for d in cloud.simulator.devices.values() if d.kind is kind)
    client = cloud.client()
    device = await client.device(simulated.id)
    assert (device.id, device.name) == (simulated.id, simulated.name)
    assert device.capabilities is not None
    assert device.capabilities.has_camera is simulated.is_camera
    assert device.capabilities.plays_chime is (kind is DeviceKind.CHIME)
    components = [
        component.component_id for component in device.capabilities.components
    ]
    assert components == list(simulated.component_ids)

    assert await client.status(simulated.id) == device.status
    assert await client.capabilities(simulated.id) == device.capabilities
    assert await client.configurations(simulated.id) == device.configurations
    assert await client.location(simulated.id) == device.location
    path = f"/v1/devices/{simulated.id}"
    assert paths_and_queries(cloud) == [
        (path, INCLUDE),
        (f"{path}/status", {}),
        (f"{path}/capabilities", {}),
        (f"{path}/configurations", {}),
        (f"{path}/location", {}),
    ]


async def test_device_with_several_cameras(cloud: SimulatedCloud) -> None:
    simulated, client = cloud.simulator.device("Garage"), cloud.client()
    found = await client.capabilities(simulated.id, "2")
    assert [component.component_id for component in found.components] == ["2"]
    await client.status(simulated.id, "1")
    await client.configurations(simulated.id, "1")
    assert [query for _, query in paths_and_queries(cloud)] == [
        {"component_id": "2"},
        {"component_id": "1"},
        {"component_id": "1"},
    ]


@pytest.mark.parametrize("size", [1, 3, 100])
async def test_pages_are_followed(cloud: SimulatedCloud, size: int) -> None:
    whole = await cloud.client().devices()
    cloud.simulator.requests.clear()
    cloud.simulator.settings.device_page_size = size
    assert (await cloud.client().devices()).devices == whole.devices
    assert len(paths_and_queries(cloud)) == -(-len(whole.devices) // size)
    assert all(
        query["include"] == INCLUDE["include"] for _, query in paths_and_queries(cloud)
    )


def next_link(link: str) -> Callable[[dict[str, Any]], None]:
    def rewrite(document: dict[str, Any]) -> None:
        document["links"] = {"next": link}

    return rewrite


@pytest.mark.parametrize(
    "link",
    [
        "https://evil.example/v1/devices?page=2",
        "//evil.example/v1/devices?page=2",
        "http://user:password@127.0.0.1/v1/devices",
        "http://127.0.0.1:9/v1/devices",
    ],
)
async def test_next_page_of_another_origin_is_ignored(
    cloud: SimulatedCloud, link: str
) -> None:
    cloud.rewrite = next_link(link)
    assert (await cloud.client().devices()).devices
    assert len(cloud.request_headers) == 1


async def test_next_page_with_a_password_is_ignored(
    cloud: SimulatedCloud,
) -> None:
    address = cloud.url.with_user("user").with_password("password")
    cloud.rewrite = next_link(str(address / "v1/devices"))
    assert (await cloud.client().devices()).devices
    assert len(cloud.request_headers) == 1


async def test_next_page_that_was_read_ends_the_list(cloud: SimulatedCloud) -> None:
    cloud.rewrite = next_link("/v1/devices?again=1")
    found = await cloud.client().devices()
    assert len(found.devices) == len({device.id for device in found.devices}) == 11
    assert len(paths_and_queries(cloud)) == 2


async def test_empty_page_ends_the_list(cloud: SimulatedCloud) -> None:
    cloud.simulator.devices.clear()
    cloud.rewrite = next_link("/v1/devices?more=1")
    assert (await cloud.client().devices()).devices == ()
    assert len(paths_and_queries(cloud)) == 1


async def test_too_many_pages_raise(cloud: SimulatedCloud) -> None:
    pages = 0

    def rewrite(document: dict[str, Any]) -> None:
        nonlocal pages
        pages += 1
        document["links"] = {"next": f"/v1/devices?page={pages}"}

    cloud.rewrite = rewrite
    with pytest.raises(ResponseError, match="pages"):
        await cloud.client().devices()
    assert pages == MAX_PAGES


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault(status=404), NotFoundError),
        (Fault(body="truncated"), ResponseError),
        (Fault(body="reset"), CommunicationError),
    ],
)
async def test_failed_page_raises(
    cloud: SimulatedCloud, fault: Fault, error: type[RingError]
) -> None:
    def after_the_first_page(_document: dict[str, Any]) -> None:
        cloud.rewrite = None
        cloud.simulator.faults.add(fault)

    cloud.simulator.settings.device_page_size = 3
    cloud.rewrite = after_the_first_page
    with pytest.raises(error):
        await cloud.client().devices()
    assert [query.keys() for _, query in paths_and_queries(cloud)][:2] == [
        {"include"},
        {"include", "page[cursor]"},
    ]


async def test_malformed_devices_are_skipped(
    cloud: SimulatedCloud,
) -> None:
    def rewrite(document: dict[str, Any]) -> None:
        document["data"][0]["id"] = None
        document["data"].append("surprise")

    cloud.rewrite = rewrite
    session = cloud.session()
    found = await RingClient(session).devices()
    assert len(found.devices) == 10
    assert found.skipped == 2
    assert session.parse_failures == {ParseFailure.RESOURCE: 2}


async def test_unusable_responses_are_counted(cloud: SimulatedCloud) -> None:
    session = cloud.session()
    cloud.rewrite = lambda document: document.pop("data")
    with pytest.raises(ResponseError, match="has no data"):
        await RingClient(session).devices()
    assert session.parse_failures == {ParseFailure.DOCUMENT: 1}
    with pytest.raises(ResponseError, match="has no data"):
        await RingClient(session).devices()
    cloud.simulator.faults.add(Fault(body="huge"))
    for _ in range(2):
        with pytest.raises(ResponseError, match="larger than"):
            await RingClient(session).devices()
    assert session.parse_failures == {
        ParseFailure.DOCUMENT: 2,
        ParseFailure.RESPONSE: 2,
    }


@pytest.mark.parametrize("data", [None, [], {"type": "hubs", "id": "x"}])
async def test_response_without_the_requested_resource(
    cloud: SimulatedCloud, data: Any
) -> None:
    cloud.rewrite = lambda document: document.update(data=data)
    client, id_ = cloud.client(), cloud.simulator.device("Garden").id
    for call in (
        client.account(),
        client.device(id_),
        client.status(id_),
        client.capabilities(id_),
        client.configurations(id_),
        client.location(id_),
    ):
        with pytest.raises(ResponseError, match="no usable resource"):
            await call


async def test_unknown_device(cloud: SimulatedCloud) -> None:
    with pytest.raises(NotFoundError):
        await cloud.client().device("ava1.ring.device.ABSENT")
    assert paths_and_queries(cloud) == [
        ("/v1/devices/ava1.ring.device.ABSENT", INCLUDE)
    ]


async def test_special_characters_of_an_id_are_quoted(cloud: SimulatedCloud) -> None:
    with pytest.raises(NotFoundError):
        await cloud.client().status("ä:;&=+@")
    assert paths_and_queries(cloud) == [("/v1/devices/ä:;&=+@/status", {})]


@pytest.mark.parametrize(
    "device_id", ["", ".", "..", "a/b", "a\\b", "a?b", "a#b", "a%2Fb", "a b", "a\nb"]
)
async def test_invalid_id_is_not_sent(cloud: SimulatedCloud, device_id: str) -> None:
    with pytest.raises(NotFoundError):
        await cloud.client().status(device_id)
    assert cloud.request_headers == []


async def test_user_requests_are_sent_during_the_network_pause(
    cloud: SimulatedCloud,
) -> None:
    shared = cloud.resilience()
    client, id_ = cloud.client(resilience=shared), cloud.simulator.device("Garden").id
    shared.network_pause.record_refusal()
    for call in (client.account, client.devices, lambda **kw: client.device(id_, **kw)):
        with pytest.raises(RingError):
            await call(priority=Priority.BACKGROUND)
        await call(priority=Priority.USER)
        shared.network_pause.record_refusal()
    assert len(paths_and_queries(cloud)) == 3
