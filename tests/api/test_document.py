"""JSON:API documents, valid and invalid."""

from datetime import UTC, datetime
from random import Random
from typing import Any

from hypothesis import given, strategies as st
import pytest
from yarl import URL

from custom_components.ring_partner.api.document import (
    MAX_ID_LENGTH,
    ParseFailure,
    is_valid_id,
    parse_document,
)
from custom_components.ring_partner.api.errors import ResponseError
from custom_components.ring_partner.api.models import DeviceStatus

from .documents import (
    DEVICE,
    JSON,
    ORIGIN,
    PLAYGROUND_RESPONSE,
    device_list,
    parse,
    read_devices,
    single_resource,
)


def test_recorded_response() -> None:
    document = parse_document(PLAYGROUND_RESPONSE, ORIGIN)
    assert [(resource.type, resource.id) for resource in document.data] == [
        ("devices", DEVICE)
    ]
    assert set(document.included) == {
        ("locations", "ava1.ring.location.L"),
        ("device-status", "ava1.ring.device.status.S"),
        ("device-capabilities", "ava1.ring.device.capabilities.C"),
        ("device-configurations", "ava1.ring.device.configurations.F"),
    }
    assert document.time == datetime(2026, 9, 15, 12, 47, 12, tzinfo=UTC)
    assert (document.next, document.skipped) == (None, 0)
    assert document.body == PLAYGROUND_RESPONSE
    location = document.follow(document.one("devices"), "location")
    assert location is not None
    assert location.attributes == {"country": "US", "state": "CA"}


@pytest.mark.parametrize("seed", range(5))
def test_order_of_included_resources(seed: int) -> None:
    body = device_list(3)
    expected = read_devices(body)
    Random(seed).shuffle(body["included"])
    assert read_devices(body) == expected


def test_single_resource() -> None:
    document = parse(single_resource("device-status", online=True))
    assert document.one("device-status").attributes == DeviceStatus(online=True)


def test_empty_data() -> None:
    assert parse({"data": []}).data == ()
    assert parse({"data": None}).data == ()


def test_resources_of_unknown_types() -> None:
    body = device_list()
    body["data"].insert(0, {"type": "hubs", "id": "h"})
    body["included"].append({"type": "firmware", "id": "f", "attributes": None})
    document = parse(body)
    assert [device.id for device in document.of_type("devices")] == [DEVICE]
    assert document.one("devices").id == DEVICE
    assert document.skipped == 0


def test_missing_resource() -> None:
    with pytest.raises(ResponseError, match="resource of type users"):
        parse(device_list()).one("users")


MALFORMED: list[Any] = [
    None,
    7,
    "device",
    [],
    {},
    {"type": "devices"},
    {"id": "x"},
    {"type": "devices", "id": None},
    {"type": "devices", "id": 7},
    {"type": "devices", "id": ""},
    {"type": 7, "id": "x"},
    {"type": "devices", "id": "x", "attributes": "surprise"},
    {"type": "devices", "id": "x", "attributes": []},
    {"type": "devices", "id": "../users/me"},
    {"type": "devices", "id": "a/b"},
    {"type": "devices", "id": "a?b"},
    {"type": "devices", "id": "a#b"},
    {"type": "devices", "id": "a%2Fb"},
    {"type": "devices", "id": "a\\b"},
    {"type": "devices", "id": "a b"},
    {"type": "devices", "id": "a\nb"},
    {"type": "devices", "id": ".."},
    {"type": "devices", "id": "x" * (MAX_ID_LENGTH + 1)},
]


@pytest.mark.parametrize(
    ("malformed", "failure"),
    [
        (7, ParseFailure.RESOURCE),
        ({"type": "devices"}, ParseFailure.RESOURCE),
        ({"id": "x"}, ParseFailure.RESOURCE),
        ({"type": "devices", "id": "a/b"}, ParseFailure.RESOURCE_ID),
        (
            {"type": "devices", "id": "x", "attributes": []},
            ParseFailure.RESOURCE_ATTRIBUTES,
        ),
    ],
)
def test_failure_of_a_malformed_resource(
    malformed: object, failure: ParseFailure
) -> None:
    body = device_list(2)
    body["included"].append(malformed)
    assert parse(body).failures == (failure,)


@pytest.mark.parametrize("malformed", MALFORMED)
@pytest.mark.parametrize("member", ["data", "included"])
def test_malformed_resources_are_skipped_and_counted(
    member: str, malformed: Any
) -> None:
    body = device_list(2)
    expected = read_devices(body)
    body[member].insert(1, malformed)
    document = parse(body)
    assert document.skipped == 1
    found = read_devices(body)
    assert found.devices == expected.devices
    assert found.skipped == 1


@pytest.mark.parametrize("relationship", [None, 7, [], {"data": None}, {"data": []}])
def test_malformed_relationships_are_ignored(relationship: Any) -> None:
    body = device_list()
    body["data"][0]["relationships"]["status"] = relationship
    document = parse(body)
    device = document.one("devices")
    assert document.follow(device, "status") is None
    assert document.follow(device, "location") is not None
    assert document.follow(device, "unknown") is None


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"7",
        b'"text"',
        b"[]",
        b"{}",
        b'{"data":"surprise"}',
        b'{"data":7}',
        b'{"data":true}',
        b'{"errors":[{"status":"500"}]}',
        b"<!DOCTYPE html>",
        b"\xff\xfe",
        b"\x00",
        b"[" * 10_000,
        b'{"data":' * 10_000,
        PLAYGROUND_RESPONSE[: len(PLAYGROUND_RESPONSE) // 2],
        PLAYGROUND_RESPONSE + b"}",
    ],
)
def test_invalid_document(body: bytes) -> None:
    with pytest.raises(ResponseError) as caught:
        parse_document(body, ORIGIN)
    assert len(str(caught.value)) < 100


def test_error_does_not_quote_the_body() -> None:
    with pytest.raises(ResponseError) as caught:
        parse_document(b'{"data":[],"token":"secret', ORIGIN)
    assert "secret" not in repr(caught.value)
    assert caught.value.__cause__ is None
    assert "of 26" in str(caught.value)
    assert caught.value.__suppress_context__


@pytest.mark.parametrize(
    ("links", "expected"),
    [
        (None, None),
        ([], None),
        ({}, None),
        ({"next": None}, None),
        ({"next": ""}, None),
        ({"next": 7}, None),
        ({"next": []}, None),
        ({"next": {}}, None),
        ({"next": "/v1/devices?p=2"}, "https://api.example.com/v1/devices?p=2"),
        (
            {"next": {"href": "/v1/devices?p=2"}},
            "https://api.example.com/v1/devices?p=2",
        ),
        (
            {"next": "/v1/history?page[key]=2025-07-06T11:11:00Z"},
            "https://api.example.com/v1/history?page[key]=2025-07-06T11:11:00Z",
        ),
        (
            {"next": "https://api.example.com:443/v1/x"},
            "https://api.example.com/v1/x",
        ),
        ({"next": "http://api.example.com/v1/x"}, None),
        ({"next": "https://api.example.com:8443/v1/x"}, None),
        ({"next": "https://evil.example/v1/x"}, None),
        ({"next": "https://api.example.com.evil.example/v1/x"}, None),
        ({"next": "https://api.example.com@evil.example/v1/x"}, None),
        ({"next": "https://user:password@api.example.com/v1/x"}, None),
        ({"next": "https://user@api.example.com/v1/x"}, None),
        ({"next": "https://:password@api.example.com/v1/x"}, None),
        ({"next": "//evil.example/v1/x"}, None),
        ({"next": "https:///v1/x"}, "https://api.example.com/v1/x"),
        ({"next": "https://["}, None),
        ({"next": "javascript:alert(1)"}, None),
        ({"next": "file:///etc/passwd"}, None),
    ],
)
def test_next_page(links: Any, expected: str | None) -> None:
    found = parse({"data": [], "links": links}).next
    assert (found and URL(str(found))) == (expected and URL(expected))


@given(
    link=st.text()
    | st.from_regex(r"(https?:)?[/\\@]{0,3}[a-z.:@\[\]]{0,20}/v1\?.*", fullmatch=True)
)
def test_any_next_page_has_the_same_origin(link: str) -> None:
    body = {"data": [], "links": {"next": link.encode("utf-8", "replace").decode()}}
    found = parse(body).next
    if found is not None:
        assert found.origin() == ORIGIN
        assert found.user is None
        assert found.password is None


@given(identifier=st.text())
def test_valid_id_is_one_path_segment(identifier: str) -> None:
    if is_valid_id(identifier):
        path = ORIGIN.join(URL(f"/v1/devices/{identifier}/status")).parts
        assert path == ("/", "v1", "devices", identifier, "status")


@given(body=JSON)
def test_any_json(body: Any) -> None:
    try:
        read_devices(body)
    except ResponseError:
        assert not isinstance(body, dict) or not isinstance(
            body.get("data", 0), dict | list | None
        )


@given(body=st.binary())
def test_any_bytes(body: bytes) -> None:
    with pytest.raises(ResponseError):
        parse_document(body, ORIGIN)


type Path = tuple[str | int, ...]


def paths(value: Any, path: Path = ()) -> list[Path]:
    """Return the paths of all values in a document."""
    items = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    return [
        found
        for key, item in items
        for found in ((*path, key), *paths(item, (*path, key)))
    ]


DEVICES = 3
PATHS = paths(device_list(DEVICES))
PARTS = 4
"""Number of included resources of a device."""


def affected_devices(path: Path) -> set[int]:
    """Return the numbers of the devices that a change at this path can affect."""
    match path:
        case ("data" | "included",):
            return set(range(DEVICES))
        case ("data", int(number), *_):
            return {number}
        case ("included", int(number), *_):
            return {number // PARTS}
    return set()


@given(
    changes=st.lists(
        st.tuples(st.sampled_from(PATHS), st.just("delete") | st.tuples(JSON)),
        min_size=1,
        max_size=4,
        unique_by=lambda change: change[0],
    )
)
def test_damage_only_affects_its_device(changes: list[tuple[Path, Any]]) -> None:
    body = device_list(DEVICES)
    original = read_devices(body).devices
    affected: set[int] = set()
    # The last paths first, so that a deletion doesn't move the others.
    for path, change in sorted(changes, key=lambda item: PATHS.index(item[0]))[::-1]:
        *parents, last = path
        parent: Any = body
        try:
            for key in parents:
                parent = parent[key]
            if change == "delete":
                del parent[last]
            else:
                parent[last] = change[0]
        except TypeError, LookupError:
            continue  # an earlier change removed the path
        affected |= affected_devices(path)
    try:
        remaining = read_devices(body).devices
    except ResponseError:
        assert not isinstance(body.get("data", 0), dict | list | None)
        return
    for number, device in enumerate(original):
        assert number in affected or device in remaining
