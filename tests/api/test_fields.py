"""Readers for the members of Ring's JSON."""

from datetime import UTC, datetime
import math
from typing import Any

from hypothesis import given, strategies as st
import pytest

from custom_components.ring_partner.api import fields

ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.binary()
    | st.datetimes().map(str),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3)
    ),
)


@pytest.mark.parametrize(
    ("reader", "value", "expected"),
    [
        (fields.mapping, {"a": 1}, {"a": 1}),
        (fields.mapping, None, {}),
        (fields.mapping, ["a"], {}),
        (fields.text, "a", "a"),
        (fields.text, "", None),
        (fields.text, 1, None),
        (fields.texts, ["a", 1, None, "b"], ("a", "b")),
        (fields.texts, "ab", ()),
        (fields.texts, None, ()),
        (fields.number, 1, 1),
        (fields.number, 1.5, 1.5),
        (fields.number, {"value": 21.5, "unit": "C"}, 21.5),
        (fields.number, {"value": {"value": 1}}, None),
        (fields.number, {}, None),
        (fields.number, True, None),
        (fields.number, {"value": False}, None),
        (fields.number, "21.5", None),
        (fields.number, math.nan, None),
        (fields.number, math.inf, None),
        (fields.number, None, None),
        (fields.integer, 90, 90),
        (fields.integer, 90.0, 90),
        (fields.integer, {"value": 7}, 7),
        (fields.integer, "90", None),
        (fields.switch, True, True),
        (fields.switch, False, False),
        (fields.switch, "on", True),
        (fields.switch, "OFF", False),
        (fields.switch, "true", True),
        (fields.switch, "perhaps", None),
        (fields.switch, 1, None),
        (fields.switch, None, None),
        (fields.boolean, True, True),
        (fields.boolean, 1, None),
        (fields.boolean, "true", None),
    ],
)
def test_readers(reader: Any, value: object, expected: object) -> None:
    found = reader(value)
    assert found == expected
    assert type(found) is type(expected)


def test_mappings_ignores_other_values() -> None:
    assert list(fields.mappings([{"a": 1}, 2, None, [{}], {}])) == [{"a": 1}, {}]
    assert list(fields.mappings({"a": {}})) == []


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2026-09-15T12:45:03Z", datetime(2026, 9, 15, 12, 45, 3, tzinfo=UTC)),
        (
            "2026-01-15T21:58:08.213Z",
            datetime(2026, 1, 15, 21, 58, 8, 213_000, tzinfo=UTC),
        ),
        (
            "2026-02-13T13:39:57.200155525Z",
            datetime(2026, 2, 13, 13, 39, 57, 200_155, tzinfo=UTC),
        ),
        ("2026-09-15T14:45:03+02:00", datetime(2026, 9, 15, 12, 45, 3, tzinfo=UTC)),
        ("2026-09-15T12:45:03", datetime(2026, 9, 15, 12, 45, 3, tzinfo=UTC)),
        ("2000-01-01T00:00:00Z", datetime(2000, 1, 1, tzinfo=UTC)),
        ("1970-01-01T00:00:00Z", None),
        ("9999-12-31T23:59:59Z", None),
        ("0001-01-01T00:00:00+10:00", None),
        ("2026-02-30T00:00:00Z", None),
        ("yesterday", None),
        ("", None),
        (1_789_513_622_925, None),
        (None, None),
    ],
)
def test_timestamp(value: object, expected: datetime | None) -> None:
    assert fields.timestamp(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (946_684_800_000, datetime(2000, 1, 1, tzinfo=UTC)),
        (0, None),
        (
            1_789_513_622_925,
            datetime(2026, 9, 15, 23, 7, 2, 925_000, tzinfo=UTC),
        ),
        (1e300, None),
        (-1e300, None),
        (10**18, None),
        ("1789513622925", None),
        (None, None),
    ],
)
def test_timestamp_ms(value: object, expected: datetime | None) -> None:
    assert fields.timestamp_ms(value) == expected


@pytest.mark.parametrize(
    ("reader", "expected_type"),
    [
        (fields.mapping, dict),
        (fields.text, str | None),
        (fields.texts, tuple),
        (fields.number, int | float | None),
        (fields.integer, int | None),
        (fields.switch, bool | None),
        (fields.boolean, bool | None),
        (fields.timestamp, datetime | None),
        (fields.timestamp_ms, datetime | None),
        (lambda value: list(fields.mappings(value)), list),
    ],
)
@given(value=ANYTHING)
def test_readers_accept_any_value(
    reader: Any, expected_type: Any, value: object
) -> None:
    found = reader(value)
    assert isinstance(found, expected_type)
    if isinstance(found, datetime):
        assert found.tzinfo is UTC
