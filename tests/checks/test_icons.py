"""icons.json."""

from typing import Any

import pytest

from script.checks import icons

from .copies import ICONS, Copy, expect


@pytest.mark.parametrize(
    ("keys", "value", "expected"),
    [
        (("entity", "sensor", "api_status", "default"), "hass:cloud", "'hass:cloud'"),
        (("entity", "sensor", "api_status", "default"), "mdi:", "'mdi:' is not"),
        (
            ("entity", "sensor", "strange", "default"),
            "mdi:alien",
            "there is no such entity",
        ),
        (("entity", "sensor", "api_status", "default"), None, "has no default"),
        (
            ("entity", "sensor", "api_status", "state", "ok"),
            "mdi:cloud-check",
            "is the default anyway",
        ),
        (
            ("entity", "sensor", "api_status", "state", "strange"),
            "mdi:alien",
            "there is no such state",
        ),
        (
            ("entity", "sensor", "api_status", "state_attributes", "strange"),
            {"default": "mdi:alien"},
            "there is no such attribute",
        ),
        (
            ("entity", "sensor", "api_status", "state_attributes", "reason"),
            {"default": "mdi:alien", "state": {"strange": "mdi:alien-outline"}},
            "there is no such state",
        ),
        (("services", "strange", "service"), "mdi:alien", "there is no such service"),
        (("triggers", "a"), "mdi:alien", "'triggers' is not a known key"),
    ],
)
def test_icons(copy: Copy, keys: tuple[str, ...], value: Any, expected: str) -> None:
    copy.change(ICONS, *keys, to=value)
    expect(copy, icons.check_icons, expected)
