"""Events and the readers of their attributes."""

from dataclasses import FrozenInstanceError

from hypothesis import given, strategies as st
import pytest

from custom_components.ring_partner.api.events import (
    MAX_VALUES,
    RingEvent,
    RingEventType,
    component_ids,
    plain_values,
    short_text,
    valid_id,
)

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


def test_event_type_equals_its_name() -> None:
    event = RingEvent(type="button_press", source="webhook")
    assert event.type == RingEventType.BUTTON_PRESS
    assert {event.type: 1}[RingEventType.BUTTON_PRESS] == 1


def test_documented_types() -> None:
    alarms = [
        "tamper_detected",
        "flood_detected",
        "freeze_detected",
        "temperature_exceeded",
        "humidity_exceeded",
        "pm25_exceeded",
        "co_exceeded",
    ]
    cleared = [f"{alarm.split('_')[0]}_cleared" for alarm in alarms]
    assert set(RingEventType) == {
        "motion_detected",
        "button_press",
        "on_demand",
        "device_added",
        "device_removed",
        "device_online",
        "device_offline",
        "app_integration_added",
        "app_integration_removed",
        "subscription_activated",
        "subscription_deactivated",
        "contact_sensor_faulted",
        "contact_sensor_cleared",
        *alarms,
        *cleared,
    }


def test_equality_and_hash() -> None:
    event = RingEvent(type="x", source="history", values={"co": 1.5})
    assert event == RingEvent(type="x", source="history", values={"co": 1.5})
    assert event != RingEvent(type="x", source="history", values={"co": 2})
    assert len({event, RingEvent(type="x", source="history", values={"co": 1.5})}) == 1
    with pytest.raises(FrozenInstanceError):
        event.type = "y"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("human", "human"),
        ("a new/type?", "a new/type?"),
        ("x" * 256, "x" * 256),
        ("x" * 257, None),
        ("", None),
        ("a\nb", None),
        ("a\0", None),
        (7, None),
        (None, None),
        (["human"], None),
    ],
)
def test_short_text(value: object, expected: str | None) -> None:
    assert short_text(value) == expected


@pytest.mark.parametrize("value", ["../users", "a/b", "a?b", "a b", "..", "", 3, None])
def test_invalid_id(value: object) -> None:
    assert valid_id(value) is None


def test_valid_id() -> None:
    assert valid_id("ava1.ring.device.XXXYYY") == "ava1.ring.device.XXXYYY"


def test_component_ids() -> None:
    assert component_ids(["0", 1, {"component_id": "2"}, {"component_id": 3}]) == (
        "0",
        "1",
        "2",
        "3",
    )
    assert component_ids(["1", 1]) == ("1",)
    assert component_ids([True, None, 1.5, {}, "", "a/b", ["1"]]) == ()
    assert component_ids("12") == ()


def test_plain_values() -> None:
    attributes = {
        "temperature": 31.5,
        "humidity": {"value": 80},
        "threshold_type": "max",
        "trial": True,
        "plan_id": None,
        "items": [1],
        "empty": "",
        "bad\nname": 1,
        "source": "left out",
    }
    assert plain_values(attributes, exclude=frozenset({"source"})) == {
        "temperature": 31.5,
        "humidity": 80,
        "threshold_type": "max",
        "trial": True,
    }


def test_maximum_number_of_values() -> None:
    many = {f"a{index}": index for index in range(MAX_VALUES + 5)}
    assert len(plain_values(many, exclude=frozenset())) == MAX_VALUES


@given(ANYTHING)
def test_readers_accept_any_value(value: object) -> None:
    assert all(isinstance(found, str) for found in component_ids(value))
    assert isinstance(short_text(value), str | None)
    assert isinstance(valid_id(value), str | None)
    found = plain_values({"a": value}, exclude=frozenset())
    assert all(isinstance(item, str | float | int) for item in found.values())
