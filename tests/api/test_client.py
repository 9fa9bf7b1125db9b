"""Every endpoint, against Ring's simulated cloud."""

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
    RingError,
)
from custom_components.ring_partner.api.client import MAX_PAGES
from ring_simulator import DeviceKind, Fault

from .cloud import Cloud

INCLUDE = {"include": "status,capabilities,location,configurations"}


def asked(cloud: Cloud) -> list[tuple[str, dict[str, str]]]:
    assert {record.method for record in cloud.simulator.requests} == {"GET"}
    return [(record.path, record.query) for record in cloud.simulator.requests]


async def test_account(cloud: Cloud) -> None:
    owner = cloud.simulator.account
    assert await cloud.client().account() == Account(
        owner.id, "Alex", "Morgan", "alex.morgan@example.com"
    )
    assert asked(cloud) == [("/v1/users/me", {})]


async def test_devices(cloud: Cloud) -> None:
    found = await cloud.client().devices()
    expected = [d.id for d in cloud.simulator.devices.values() if d.visible]
    assert [device.id for device in found.devices] == expected
    assert len(expected) == len(cloud.simulator.devices) - 1  # one hides itself
    assert found.skipped == 0
    for device in found.devices:
        assert device.status is not None
        assert device.status.online is True
        assert device.capabilities is not None
        assert device.configurations is not None
        assert device.location == Location("US", "CA")
    assert asked(cloud) == [("/v1/devices", INCLUDE)]


@pytest.mark.parametrize("kind", DeviceKind)
async def test_every_kind_of_device(cloud: Cloud, kind: DeviceKind) -> None:
    made = next(d for d in cloud.simulator.devices.values() if d.kind is kind)
    client = cloud.client()
    device = await client.device(made.id)
    assert (device.id, device.name) == (made.id, made.name)
    assert device.capabilities is not None
    assert device.capabilities.has_camera is made.is_camera
    assert device.capabilities.plays_chime is (kind is DeviceKind.CHIME)
    components = [
        component.component_id for component in device.capabilities.components
    ]
    assert components == list(made.component_ids)

    assert await client.status(made.id) == device.status
    assert await client.capabilities(made.id) == device.capabilities
    assert await client.configurations(made.id) == device.configurations
    assert await client.location(made.id) == device.location
    path = f"/v1/devices/{made.id}"
    assert asked(cloud) == [
        (path, INCLUDE),
        (f"{path}/status", {}),
        (f"{path}/capabilities", {}),
        (f"{path}/configurations", {}),
        (f"{path}/location", {}),
    ]


async def test_one_camera_of_several(cloud: Cloud) -> None:
    made, client = cloud.simulator.device("Garage"), cloud.client()
    found = await client.capabilities(made.id, "2")
    assert [component.component_id for component in found.components] == ["2"]
    await client.status(made.id, "1")
    await client.configurations(made.id, "1")
    assert [query for _, query in asked(cloud)] == [
        {"component_id": "2"},
        {"component_id": "1"},
        {"component_id": "1"},
    ]


@pytest.mark.parametrize("size", [1, 3, 100])
async def test_pages_are_followed(cloud: Cloud, size: int) -> None:
    whole = await cloud.client().devices()
    cloud.simulator.requests.clear()
    cloud.simulator.behaviour.device_page_size = size
    assert (await cloud.client().devices()).devices == whole.devices
    assert len(asked(cloud)) == -(-len(whole.devices) // size)
    assert all(query["include"] == INCLUDE["include"] for _, query in asked(cloud))


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
async def test_a_foreign_page_is_the_end(cloud: Cloud, link: str) -> None:
    cloud.rewrite = next_link(link)
    assert (await cloud.client().devices()).devices
    assert len(cloud.headers) == 1


async def test_a_name_and_password_in_the_next_page_are_not_sent(cloud: Cloud) -> None:
    address = cloud.url.with_user("user").with_password("password")
    cloud.rewrite = next_link(str(address / "v1/devices"))
    assert (await cloud.client().devices()).devices
    assert len(cloud.headers) == 1


async def test_a_page_that_leads_to_itself_is_the_end(cloud: Cloud) -> None:
    cloud.rewrite = next_link("/v1/devices?again=1")
    found = await cloud.client().devices()
    assert len(found.devices) == len({device.id for device in found.devices}) == 11
    assert len(asked(cloud)) == 2


async def test_an_empty_page_is_the_end(cloud: Cloud) -> None:
    cloud.simulator.devices.clear()
    cloud.rewrite = next_link("/v1/devices?more=1")
    assert (await cloud.client().devices()).devices == ()
    assert len(asked(cloud)) == 1


async def test_endless_pages_are_an_error(cloud: Cloud) -> None:
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
async def test_a_broken_page_is_no_shorter_list(
    cloud: Cloud, fault: Fault, error: type[RingError]
) -> None:
    def after_the_first_page(_document: dict[str, Any]) -> None:
        cloud.rewrite = None
        cloud.simulator.faults.add(fault)

    cloud.simulator.behaviour.device_page_size = 3
    cloud.rewrite = after_the_first_page
    with pytest.raises(error):
        await cloud.client().devices()
    assert [query.keys() for _, query in asked(cloud)][:2] == [
        {"include"},
        {"include", "page[cursor]"},
    ]


async def test_a_malformed_device_does_not_cost_the_others(cloud: Cloud) -> None:
    def rewrite(document: dict[str, Any]) -> None:
        document["data"][0]["id"] = None
        document["data"].append("surprise")

    cloud.rewrite = rewrite
    found = await cloud.client().devices()
    assert len(found.devices) == 10
    assert found.skipped == 2


@pytest.mark.parametrize("data", [None, [], {"type": "hubs", "id": "x"}])
async def test_an_answer_without_what_was_asked_for(cloud: Cloud, data: Any) -> None:
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


async def test_an_unknown_device(cloud: Cloud) -> None:
    with pytest.raises(NotFoundError):
        await cloud.client().device("ava1.ring.device.ABSENT")
    assert asked(cloud) == [("/v1/devices/ava1.ring.device.ABSENT", INCLUDE)]


async def test_an_odd_id_is_quoted(cloud: Cloud) -> None:
    with pytest.raises(NotFoundError):
        await cloud.client().status("ä:;&=+@")
    assert asked(cloud) == [("/v1/devices/ä:;&=+@/status", {})]


@pytest.mark.parametrize(
    "device_id", ["", ".", "..", "a/b", "a\\b", "a?b", "a#b", "a%2Fb", "a b", "a\nb"]
)
async def test_an_impossible_id_is_not_sent(cloud: Cloud, device_id: str) -> None:
    with pytest.raises(NotFoundError):
        await cloud.client().status(device_id)
    assert cloud.headers == []


async def test_a_person_passes_a_pause(cloud: Cloud) -> None:
    shared = cloud.resilience()
    client, id_ = cloud.client(resilience=shared), cloud.simulator.device("Garden").id
    shared.refusal.refused()
    for call in (client.account, client.devices, lambda **kw: client.device(id_, **kw)):
        with pytest.raises(RingError):
            await call(priority=Priority.BACKGROUND)
        await call(priority=Priority.USER)
        shared.refusal.refused()
    assert len(asked(cloud)) == 3
