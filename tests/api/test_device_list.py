"""Device lists that are read again, compared with first reads of the same ones."""

from collections import Counter
from copy import deepcopy
from typing import Any

from hypothesis import given, strategies as st
import orjson

from custom_components.ring_partner.api.device_list import DeviceList, DeviceListReader
from custom_components.ring_partner.api.document import ParseFailure

from .documents import JSON, ORIGIN, Body, device_list, parse, read_devices

DEVICES = 4


def read_again(
    reader: DeviceListReader, *pages: Body
) -> tuple[DeviceList, Counter[ParseFailure]]:
    documents = [reader.parse(orjson.dumps(page), ORIGIN) for page in pages]
    failures = Counter(each for page in documents for each in page.failures)
    return reader.read(documents), failures


def read_first(*pages: Body) -> tuple[DeviceList, Counter[ParseFailure]]:
    failures = Counter(each for page in pages for each in parse(page).failures)
    return read_devices(*pages), failures


def test_unchanged_devices_are_the_same_objects() -> None:
    reader, body = DeviceListReader(), device_list(DEVICES)
    first, _ = read_again(reader, body)
    body["meta"]["time"] = "2026-09-15T12:48:12Z"
    body["included"].reverse()
    status = next(each for each in body["included"] if each["type"] == "device-status")
    status["attributes"]["online"] = False
    again, _ = read_again(reader, body)
    assert again.time != first.time
    changed = [
        new.id
        for new, old in zip(again.devices, first.devices, strict=True)
        if new is not old
    ]
    assert changed == [body["data"][-1]["id"]]
    assert again == read_devices(body)


def test_a_device_that_was_away_is_read_again() -> None:
    reader, body = DeviceListReader(), device_list(DEVICES)
    whole, _ = read_again(reader, body)
    missing = deepcopy(body)
    del missing["data"][1]
    assert len(read_again(reader, missing)[0].devices) == DEVICES - 1
    assert read_again(reader, body)[0] == whole


def test_device_of_a_failed_list_is_read_with_the_next() -> None:
    reader, body = DeviceListReader(), device_list(DEVICES)
    read_again(reader, body)
    body["data"][1]["attributes"]["name"] = "Changed"
    reader.parse(orjson.dumps(body), ORIGIN)  # the next page could not be read
    assert read_again(reader, body)[0] == read_devices(body)


def test_only_the_last_list_is_kept() -> None:
    reader = DeviceListReader()
    for number in range(5):
        body = device_list(DEVICES)
        for resource in body["data"] + body["included"]:
            resource["attributes"]["changed"] = number
        read_again(reader, body)
    assert len(reader._sources) == (DEVICES - 2) + (4 * DEVICES - 2)
    assert len(reader._devices) == DEVICES


def test_includes_of_undocumented_types() -> None:
    """What they are is known from the relationship that refers to them."""
    body = device_list(DEVICES)
    expected = read_devices(body).devices
    for resource in body["included"]:
        resource["type"] += "-2"
    for device in body["data"]:
        for relationship in device["relationships"].values():
            relationship["data"]["type"] += "-2"
    assert read_devices(body).devices == expected


def test_json_of_the_pages() -> None:
    pages = device_list(2), device_list(3)
    found = read_devices(*pages)
    assert found.pages == pages
    assert DeviceList.from_json(found.pages, ORIGIN) == found


POSITION = st.integers(0, 100)
MEMBER = st.sampled_from(["data", "included"])
CHANGES = st.one_of(
    st.tuples(st.just("set"), MEMBER, POSITION, st.sampled_from(["id", "type"]), JSON),
    st.tuples(
        st.just("attribute"),
        MEMBER,
        POSITION,
        st.sampled_from(["name", "online", "audio", "video", "country"]),
        JSON,
    ),
    st.tuples(st.just("relate"), POSITION, POSITION),
    st.tuples(st.just("replace"), MEMBER, POSITION, JSON),
    st.tuples(st.just("delete"), MEMBER, POSITION),
    st.tuples(st.just("duplicate"), MEMBER, POSITION),
    st.tuples(st.just("move"), MEMBER, POSITION, POSITION),
    st.tuples(st.just("exclude")),
    st.tuples(st.just("restore")),
)


def change(body: Body, what: tuple[Any, ...]) -> None:
    """Change a device list; ignore a change of what is no longer there."""
    match what:
        case ("exclude",):
            body.pop("included", None)
        case ("restore",):
            body.update(device_list(DEVICES))
        case ("relate", device, resource):
            target = body["included"][resource % len(body["included"])]
            relationships = body["data"][device % len(body["data"])]["relationships"]
            relationships["status"]["data"] = {k: target[k] for k in ("type", "id")}
        case (kind, member, position, *values):
            items = body[member]
            position %= len(items)
            match kind:
                case "set":
                    items[position][values[0]] = values[1]
                case "attribute":
                    items[position]["attributes"][values[0]] = values[1]
                case "replace":
                    items[position] = values[0]
                case "delete":
                    del items[position]
                case "duplicate":
                    items.insert(0, deepcopy(items[position]))
                case "move":
                    items.insert(values[0] % len(items), items.pop(position))


def paginated(body: Body, first: int) -> list[Body]:
    """Return the list as two pages, each with all included resources."""
    data = body["data"]
    return [{**body, "data": data[:first]}, {**body, "data": data[first:]}]


@given(
    polls=st.lists(
        st.tuples(st.lists(CHANGES, max_size=4), st.none() | st.integers(0, DEVICES)),
        min_size=1,
        max_size=6,
    )
)
def test_any_polls(polls: list[tuple[list[tuple[Any, ...]], int | None]]) -> None:
    reader, body = DeviceListReader(), device_list(DEVICES)
    earlier = {device.id: device for device in read_again(reader, body)[0].devices}
    for changes, first in polls:
        for what in changes:
            try:
                change(body, what)
            except LookupError, TypeError, ZeroDivisionError:
                continue  # an earlier change removed it
        pages = [body] if first is None else paginated(body, first)
        found, failures = read_again(reader, *pages)
        assert (found, failures) == read_first(*pages)
        assert found.time == parse(pages[0]).time
        for device in found.devices:
            if device == earlier.get(device.id):
                assert device is earlier[device.id]
        earlier = {device.id: device for device in found.devices}
