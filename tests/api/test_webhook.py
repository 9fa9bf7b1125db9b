"""Parsing of webhooks."""

from collections.abc import Callable
from datetime import UTC, datetime
import logging
from typing import Any

from hypothesis import given, strategies as st
import orjson
import pytest

from custom_components.ring_partner.api import ResponseError
from custom_components.ring_partner.api.events import RingEvent
from custom_components.ring_partner.api.webhook import MAX_WEBHOOK_SIZE, parse_webhook

from .reference_examples import ACCOUNT_ID, BUTTON_PRESS_WEBHOOK, DEVICE_ID


def parse_changed(change: Callable[[Any], object]) -> RingEvent:
    """Return the event of the documented webhook with a change."""
    envelope = orjson.loads(BUTTON_PRESS_WEBHOOK)
    change(envelope)
    return parse_webhook(orjson.dumps(envelope))


def parse_data(**data: Any) -> RingEvent:
    """Return the event of a webhook with this data."""
    return parse_webhook(orjson.dumps({"meta": {"version": "1.1"}, "data": data}))


def utc(text: str) -> datetime:
    """Return a time in UTC."""
    return datetime.fromisoformat(text).astimezone(UTC)


def test_documented_button_press() -> None:
    assert parse_webhook(BUTTON_PRESS_WEBHOOK) == RingEvent(
        type="button_press",
        source="webhook",
        device_id=DEVICE_ID,
        account_id=ACCOUNT_ID,
        event_id=f"{DEVICE_ID}_button_press_1771027372393",
        request_id="c83081fc-2f1b-4cb7-8b18-b18a318b8bab",
        time=utc("2026-02-14T00:02:52.393Z"),
    )


def test_version_1_0_has_no_account() -> None:
    def older(envelope: Any) -> None:
        envelope["meta"]["version"] = "1.0"
        del envelope["meta"]["account_id"]

    event = parse_changed(older)
    assert event.account_id is None
    assert event.device_id == DEVICE_ID


@pytest.mark.parametrize(
    "data",
    [
        {"subType": "human"},
        {"attributes": {"sub_type": "human"}},
        {"subType": "human", "attributes": {"sub_type": "motion"}},
        {"subType": None, "attributes": {"sub_type": "human"}},
    ],
)
def test_both_places_of_the_sub_type(data: dict[str, Any]) -> None:
    assert parse_data(type="motion_detected", **data).sub_type == "human"


def test_unknown_types_and_sub_types_are_kept() -> None:
    event = parse_data(type="garage_opened", subType="by_bear")
    assert (event.type, event.sub_type) == ("garage_opened", "by_bear")


def test_maximum_length_of_the_sub_type() -> None:
    assert parse_data(type="motion_detected", subType="x" * 5000).sub_type is None


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2026-02-14T00:02:53.027052438Z", "2026-02-14T00:02:53.027052Z"),
        ("2026-02-14T00:02:53.0Z", "2026-02-14T00:02:53Z"),
        ("2026-02-14T00:02:53Z", "2026-02-14T00:02:53Z"),
        ("2026-02-14T01:02:53+01:00", "2026-02-14T00:02:53Z"),
    ],
)
def test_time_of_the_webhook_replaces_a_missing_timestamp(
    value: str, expected: str
) -> None:
    def undated(envelope: Any) -> None:
        del envelope["data"]["attributes"]["timestamp"]
        envelope["meta"]["time"] = value

    assert parse_changed(undated).time == utc(expected)


@pytest.mark.parametrize("value", [None, "", "soon", 5, "2026-02-31T00:00:00Z", [], {}])
@pytest.mark.parametrize("timestamp", [None, "x", True, 1e300, -1e300, 2**63, [], {}])
def test_invalid_times(value: object, timestamp: object) -> None:
    def impossible(envelope: Any) -> None:
        envelope["meta"]["time"] = value
        envelope["data"]["attributes"]["timestamp"] = timestamp

    event = parse_changed(impossible)
    assert event.time is None
    assert event.device_id == DEVICE_ID


@pytest.mark.parametrize(
    "relationships",
    [
        {"devices": {"links": {"self": f"/v1/devices/{DEVICE_ID}"}}},
        {"devices": {"links": {"self": f"https://host/v1/devices/{DEVICE_ID}?a=b"}}},
        {"device": {"links": {"self": f"/v1/devices/{DEVICE_ID}/status"}}},
        {"devices": {"data": [{"type": "device", "id": DEVICE_ID}]}},
        {"devices": {"data": [{"type": "devices", "id": DEVICE_ID}]}},
        {"device": {"data": {"type": "device", "id": DEVICE_ID}}},
        {
            "devices": {
                "data": [
                    {"type": "device", "id": DEVICE_ID},
                    {"type": "user", "id": "x"},
                ],
                "links": {"self": f"/v1/devices/{DEVICE_ID}"},
            }
        },
    ],
)
def test_device_of_a_relationship(relationships: dict[str, Any]) -> None:
    event = parse_data(
        id="other_motion_1", type="motion_detected", relationships=relationships
    )
    assert event.device_id == DEVICE_ID


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"id": f"{DEVICE_ID}_human_5"},
        {"attributes": {"source": DEVICE_ID}},
        {"attributes": {"source": "subscriptions", "source_type": None}},
        {"attributes": {"source": "../users/me", "source_type": "devices"}},
        {"attributes": {"source": 5, "source_type": "devices"}},
        {"attributes": [], "relationships": []},
        {"relationships": {"devices": []}},
        {"relationships": {"devices": {"links": {"self": "/v1/users/me"}}}},
        {"relationships": {"devices": {"links": {"self": "/v1/devices/a%2Fb"}}}},
        {"relationships": {"devices": {"links": {"self": 5}, "data": "x"}}},
        {"relationships": {"devices": {"data": [{"type": "device", "id": "a/b"}]}}},
        {
            "relationships": {
                "devices": {
                    "data": [{"type": "device", "id": "a"}, {"type": "device", "id": 9}]
                },
                "device": {"data": {"type": "device", "id": "b"}},
            }
        },
    ],
)
def test_no_device(data: dict[str, Any]) -> None:
    assert parse_data(type="motion_detected", **data).device_id is None


def test_source_takes_precedence_over_relationships() -> None:
    def elsewhere(envelope: Any) -> None:
        envelope["data"]["relationships"]["devices"]["links"]["self"] = "/v1/devices/x"

    assert parse_changed(elsewhere).device_id == DEVICE_ID


def test_component_ids() -> None:
    event = parse_data(type="motion_detected", attributes={"component_ids": ["1", "2"]})
    assert event.component_ids == ("1", "2")
    assert event.values == {}


@pytest.mark.parametrize("name", ["temperature", "humidity", "pm25", "co"])
def test_readings(name: str) -> None:
    event = parse_data(
        type=f"{name}_exceeded",
        attributes={
            "source": DEVICE_ID,
            "source_type": "devices",
            "timestamp": 1771027372393,
            "timestamp_readable": "2026-02-14 00:02:52",
            name: 41.5,
            "threshold_type": "max",
        },
    )
    assert event.values == {name: 41.5, "threshold_type": "max"}
    assert event.device_id == DEVICE_ID


def test_activated_subscription() -> None:
    body = {
        "meta": {
            "version": "1.1",
            "time": "2026-02-13T13:39:57.200155525Z",
            "request_id": "r",
            "account_id": ACCOUNT_ID,
        },
        "data": {
            "id": "ava1.ring.subscription.X_activated",
            "type": "subscription_activated",
            "attributes": {
                "source": "subscriptions",
                "source_id": "ava1.ring.subscription.X",
                "sub_type": "trial",
                "plan_id": None,
                "expires_at": "2026-03-13T00:00:00Z",
            },
            "relationships": {
                "devices": {"data": [{"type": "device", "id": DEVICE_ID}]},
                "subscriptions": {"links": {"self": "/v1/accounts/me/subscriptions"}},
            },
        },
    }
    assert parse_webhook(orjson.dumps(body)) == RingEvent(
        type="subscription_activated",
        source="webhook",
        sub_type="trial",
        device_id=DEVICE_ID,
        account_id=ACCOUNT_ID,
        event_id="ava1.ring.subscription.X_activated",
        request_id="r",
        time=utc("2026-02-13T13:39:57.200155Z"),
        values={
            "source_id": "ava1.ring.subscription.X",
            "expires_at": "2026-03-13T00:00:00Z",
        },
    )


@pytest.mark.parametrize(
    ("meta", "account"),
    [({}, ACCOUNT_ID), ({"account_id": "ava1.ring.account.Z"}, "ava1.ring.account.Z")],
)
def test_removed_integration(meta: dict[str, str], account: str) -> None:
    data = {
        "id": "opaque",
        "type": "app_integration_removed",
        "attributes": {
            "source": ACCOUNT_ID,
            "source_type": "users",
            "timestamp": 1_789_513_622_000,
        },
    }
    event = parse_webhook(orjson.dumps({"meta": meta, "data": data}))
    assert (event.account_id, event.device_id) == (account, None)
    assert event.time == utc("2026-09-15T23:07:02Z")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"5",
        b"{}",
        b"[" * 10_000,
        b'{"data":' * 10_000,
        b"\xff\xfe",
        b'{"data":{"type":"\xff"}}',
        b'{"data":{"type":"\\ud800"}}',
        b'{"data":{"type":"x","attributes":{"timestamp":1e999}}}',
        b'{"data":null}',
        b'{"data":[{"type":"button_press"}]}',
        b'{"data":{}}',
        b'{"data":{"type":5}}',
        b'{"data":{"type":""}}',
        b'{"data":{"type":"a\\u0000"}}',
        b'{"data":{"type":"button_press"},"data":{}}',
        BUTTON_PRESS_WEBHOOK[:-1],
        BUTTON_PRESS_WEBHOOK + b"}",
        b"<html></html>",
    ],
)
def test_invalid_webhook(body: bytes) -> None:
    with pytest.raises(ResponseError):
        parse_webhook(body)


def test_maximum_size() -> None:
    assert (
        parse_webhook(BUTTON_PRESS_WEBHOOK.ljust(MAX_WEBHOOK_SIZE)).type
        == "button_press"
    )
    with pytest.raises(ResponseError, match="The webhook is larger"):
        parse_webhook(BUTTON_PRESS_WEBHOOK.ljust(MAX_WEBHOOK_SIZE + 1))


def test_missing_members() -> None:
    assert parse_webhook(b'{"data":{"type":"button_press"}}') == RingEvent(
        type="button_press", source="webhook"
    )


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                [
                    "source",
                    "source_type",
                    "timestamp",
                    "sub_type",
                    "component_ids",
                    "devices",
                    "links",
                    "self",
                    "data",
                    "id",
                    "type",
                    "temperature",
                ]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=12,
)


def check_event(event: RingEvent) -> None:
    """Check the types of an event's attributes."""
    assert event.type
    assert isinstance(event.type, str)
    assert event.time is None or event.time.tzinfo is UTC
    for value in (event.device_id, event.account_id):
        assert value is None or not set(value) & set("/?#% ")
    assert all(isinstance(item, str | float | int) for item in event.values.values())
    hash(event)


@given(JSON)
def test_any_json(value: object) -> None:
    try:
        check_event(parse_webhook(orjson.dumps(value)))
    except ResponseError:
        assert not (
            isinstance(value, dict)
            and isinstance(value.get("data"), dict)
            and value["data"].get("type") == "button_press"
        )


@given(st.binary(max_size=2000))
def test_any_bytes(body: bytes) -> None:
    with pytest.raises(ResponseError):
        parse_webhook(body)


MEMBERS = [
    ("meta",),
    ("meta", "time"),
    ("meta", "request_id"),
    ("meta", "account_id"),
    ("data", "id"),
    ("data", "attributes"),
    ("data", "attributes", "source"),
    ("data", "attributes", "source_type"),
    ("data", "attributes", "timestamp"),
    ("data", "relationships"),
    ("data", "relationships", "devices"),
    ("data", "relationships", "devices", "links"),
    ("data", "relationships", "devices", "links", "self"),
]


@given(st.sampled_from(MEMBERS), JSON)
def test_invalid_members(path: tuple[str, ...], value: object) -> None:
    def replace(envelope: Any) -> None:
        *parents, last = path
        for name in parents:
            envelope = envelope[name]
        envelope[last] = value

    event = parse_changed(replace)
    check_event(event)
    assert event.type == "button_press"


def test_nothing_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    parse_webhook(BUTTON_PRESS_WEBHOOK)
    with pytest.raises(ResponseError) as raised:
        parse_webhook(b'{"secret":')
    assert "secret" not in str(raised.value)
    assert not caplog.records
