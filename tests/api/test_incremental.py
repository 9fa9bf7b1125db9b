"""Documents that are parsed incrementally, compared with the same ones parsed whole."""

from functools import partial
from typing import Any
from unittest.mock import patch

from hypothesis import given, strategies as st
import orjson
import pytest

from custom_components.ring_partner.api.device_list import DEVICE_MODELS
from custom_components.ring_partner.api.document import Document, Resource
from custom_components.ring_partner.api.errors import ResponseError
from custom_components.ring_partner.api.incremental import parse_incrementally

from .documents import JSON, ORIGIN, device_list, parse_body

type Sources = dict[bytes, Resource]

SEPARATOR = b'},{"type":'


def incrementally(body: bytes, known: Sources | None = None) -> Document:
    return parse_incrementally(body, ORIGIN, known or {}, DEVICE_MODELS)


def content(document: Document) -> Any:
    """Return all that a document contains, so that it can be compared."""

    def describe(resource: Resource) -> Any:
        return resource.type, resource.id, resource.attributes, resource.related

    return (
        [describe(each) for each in document.data],
        {key: describe(each) for key, each in document.included.items()},
        document.meta,
        document.next,
        document.failures,
        document.body,
    )


def outcome(parse: Any, body: bytes) -> Any:
    """Return what a function makes of a body: a document or an error."""
    try:
        return content(parse(body))
    except ResponseError as error:
        return str(error)


def remembered(body: bytes) -> Sources:
    try:
        return dict(incrementally(body).sources)
    except ResponseError:
        return {}


def test_known_resources_are_the_same_objects() -> None:
    body = orjson.dumps(device_list(3))
    first = incrementally(body)
    again = incrementally(body, dict(first.sources))
    # The first and the last resource of each list are parsed with the rest.
    assert len(first.sources) == (3 - 2) + (12 - 2)
    assert again.data[1] is first.data[1]
    assert again.data[0] is not first.data[0]
    assert content(again) == content(first) == content(parse_body(body))


def test_only_changed_resources_are_parsed() -> None:
    document = device_list(5)
    known = remembered(orjson.dumps(document))
    document["meta"]["time"] = "2026-09-15T12:48:12Z"
    document["data"][2]["attributes"]["name"] = "Changed"
    body = orjson.dumps(document)
    with patch(
        "custom_components.ring_partner.api.incremental.orjson.loads",
        side_effect=orjson.loads,
    ) as loads:
        found = incrementally(body, known)
    bodies = [call.args[0] for call in loads.call_args_list]
    assert sum(b"Changed" in each for each in bodies) == 1
    # The others are the rest, and the end of a list with the start of the next.
    assert len(bodies) == 3
    assert content(found) == content(parse_body(body))


def test_order_of_resources_does_not_matter() -> None:
    document = device_list(5)
    known = remembered(orjson.dumps(document))
    document["data"].reverse()
    document["included"].reverse()
    body = orjson.dumps(document)
    found = incrementally(body, known)
    assert set(known.values()) & {*found.data, *found.included.values()}
    assert content(found) == content(parse_body(body))


NESTED = [{"type": "devices", "id": str(number)} for number in range(5)]


@pytest.mark.parametrize(
    "body",
    [
        {"data": [{"type": "devices", "id": "x", "attributes": {"items": NESTED}}]},
        {"data": [], "meta": {"items": NESTED}},
        {"data": [], "links": NESTED, "included": NESTED},
        {"data": NESTED[:2], "other": NESTED},
        {"data": {"type": "devices", "id": "x", "attributes": {"items": NESTED}}},
        {"data": [*NESTED, NESTED, *NESTED]},
        {"data": "surprise", "included": NESTED},
        {"errors": NESTED},
    ],
)
def test_resources_elsewhere(body: Any) -> None:
    sent = orjson.dumps(body)
    expected = outcome(parse_body, sent)
    known = remembered(orjson.dumps({"data": NESTED}))
    assert outcome(incrementally, sent) == expected
    assert outcome(partial(incrementally, known=known), sent) == expected


def test_unusable_resources_are_counted_each_time() -> None:
    document = device_list(3)
    document["data"][1]["id"] = "../users/me"
    document["included"][4] = 7
    document["included"][6]["attributes"] = "surprise"
    body = orjson.dumps(document)
    known: Sources = {}
    for _ in range(3):
        found = incrementally(body, known)
        assert content(found) == content(parse_body(body))
        assert found.skipped == 3
        known = dict(found.sources)


def resources(*ids: str) -> bytes:
    return b",".join(b'{"type":"a","id":"%b"}' % each.encode() for each in ids)


@pytest.mark.parametrize(
    "body",
    [
        b'{"data":[%b]' % resources("1", "2", "3"),
        b'{"data":["x},%b]}' % resources("2", "3"),
        b'{"data":[%b,{"type":}]}' % resources("1", "2"),
        b'{"data":[%b],"data":[]}' % resources("1", "2", "3"),
        b'{"data":[],"data":[%b]}' % resources("1", "2", "3"),
        b'{"included":[%b],"data":[%b]}'
        % (resources("1", "2", "3"), resources("4", "5", "6")),
        b'{"data":[],"included":[%b],"data":[%b]}'
        % (resources("1", "2", "3"), resources("4", "5", "6")),
        b"[%b]" % resources("1", "2", "3"),
        SEPARATOR,
        SEPARATOR * 3,
        b"",
    ],
)
def test_unusual_bodies(body: bytes) -> None:
    known = remembered(b'{"data":[%b]}' % resources("0", "2", "0"))
    assert len(known) == 1
    expected = outcome(parse_body, body)
    assert outcome(incrementally, body) == expected
    assert outcome(partial(incrementally, known=known), body) == expected


BODY = orjson.dumps(device_list(4))
KNOWN = remembered(BODY)

SNIPPETS = st.sampled_from(
    [
        SEPARATOR,
        b'{"type":"devices","id":"x"}',
        b',{"type":"devices","id":"x"},{"type":"devices","id":"y"}',
        b'"data":[',
        b'],"included":[',
        b'"',
        b"\\",
        b"{",
        b"}",
        b"[",
        b"]",
        b",",
        b"7,",
        b"null,",
        b" ",
        b"",
    ]
)


@given(
    edits=st.lists(
        st.tuples(
            st.integers(0, len(BODY)), st.integers(0, 40), SNIPPETS | st.just(b"")
        ),
        min_size=1,
        max_size=4,
    )
)
def test_any_damage(edits: list[tuple[int, int, bytes]]) -> None:
    body = BODY
    for at, deleted, inserted in edits:
        body = body[:at] + inserted + body[at + deleted :]
    expected = outcome(parse_body, body)
    assert outcome(incrementally, body) == expected
    assert outcome(partial(incrementally, known=KNOWN), body) == expected


def resource_with(**attributes: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Return resources with their type first, as Ring sends them."""
    return st.fixed_dictionaries(
        {
            "type": st.sampled_from(["devices", "device-status"]),
            "id": st.sampled_from(["1", "2"]),
            "attributes": st.fixed_dictionaries({}, optional=attributes),
        }
    )


FLAT = resource_with(online=st.booleans())
USABLE = resource_with(online=st.booleans(), items=st.lists(FLAT, min_size=3))

UNUSABLE = st.sampled_from(
    [7, {"type": "devices"}, {"type": "devices", "id": "a/b"}, {"id": "1"}]
)

RESOURCES = st.lists(USABLE | USABLE | USABLE | UNUSABLE, max_size=6)


@given(
    bodies=st.lists(
        st.dictionaries(
            st.sampled_from(["data", "included", "links"]), RESOURCES | JSON
        ),
        min_size=1,
        max_size=4,
    )
)
def test_any_documents(bodies: list[Any]) -> None:
    known: Sources = {}
    for body in map(orjson.dumps, bodies):
        expected = outcome(parse_body, body)
        assert outcome(partial(incrementally, known=known), body) == expected
        known |= remembered(body)
