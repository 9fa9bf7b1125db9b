"""Events and the readers of their members."""

from dataclasses import FrozenInstanceError

from hypothesis import given, strategies as st
import pytest

from custom_components.ring_partner.api.events import (
    MAX_VALUES,
    EventKind,
    RingEvent,
    component_ids,
    identifier,
    values,
    word,
)

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


def test_a_kind_is_its_word() -> None:
    event = RingEvent(type="button_press", source="webhook")
    assert event.type == EventKind.BUTTON_PRESS
    assert {event.type: 1}[EventKind.BUTTON_PRESS] == 1


def test_the_documented_types() -> None:
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
    assert set(EventKind) == {
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


def test_an_event_is_a_value() -> None:
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
def test_word(value: object, expected: str | None) -> None:
    assert word(value) == expected


@pytest.mark.parametrize("value", ["../users", "a/b", "a?b", "a b", "..", "", 3, None])
def test_what_cannot_stand_in_a_path_is_no_identifier(value: object) -> None:
    assert identifier(value) is None


def test_identifier() -> None:
    assert identifier("ava1.ring.device.XXXYYY") == "ava1.ring.device.XXXYYY"


def test_component_ids_of_every_documented_shape() -> None:
    assert component_ids(["0", 1, {"component_id": "2"}, {"component_id": 3}]) == (
        "0",
        "1",
        "2",
        "3",
    )
    assert component_ids(["1", 1]) == ("1",)
    assert component_ids([True, None, 1.5, {}, "", "a/b", ["1"]]) == ()
    assert component_ids("12") == ()


def test_values_are_plain() -> None:
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
    assert values(attributes, without=frozenset({"source"})) == {
        "temperature": 31.5,
        "humidity": 80,
        "threshold_type": "max",
        "trial": True,
    }


def test_values_are_few() -> None:
    many = {f"a{index}": index for index in range(MAX_VALUES + 5)}
    assert len(values(many, without=frozenset())) == MAX_VALUES


@given(ANYTHING)
def test_the_readers_take_anything(value: object) -> None:
    assert all(isinstance(found, str) for found in component_ids(value))
    assert isinstance(word(value), str | None)
    assert isinstance(identifier(value), str | None)
    found = values({"a": value}, without=frozenset())
    assert all(isinstance(item, str | float | int) for item in found.values())
