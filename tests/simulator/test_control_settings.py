"""Tests of the control API for settings."""

from typing import get_args, get_type_hints

from ring_simulator import Settings, Simulator
from ring_simulator.control.settings import CHOICES, INTEGERS, NUMBERS

from .helpers import HttpClient, call_control


async def test_change_settings(simulator: Simulator, http_client: HttpClient) -> None:
    changes = {
        "link_order": "redirect_first",
        "token_exchange_format": "json",
        "code_delay": 1.5,
        "webhook_duplicate_share": 0,
        "webhook_drop_share": 1,
        "history_page_size": 3,
        "history_last_page": "no_links",
    }
    status, settings = await call_control(http_client, "PATCH", "/settings", changes)
    assert status == 200
    assert changes.items() <= settings.items()
    assert simulator.settings.code_delay == 1.5


async def test_null_in_settings(simulator: Simulator, http_client: HttpClient) -> None:
    changes = {"refusal_status": 400, "refusal_body": "html", "device_page_size": 3}
    status, settings = await call_control(http_client, "PATCH", "/settings", changes)
    assert status == 200
    assert changes.items() <= settings.items()
    assert simulator.settings.device_page_size == 3
    await call_control(http_client, "PATCH", "/settings", {"refusal_status": None})
    assert simulator.settings.refusal_status == 400
    await call_control(http_client, "PATCH", "/settings", {"device_page_size": None})
    assert simulator.settings.device_page_size is None


def test_every_setting_can_be_changed() -> None:
    hints = get_type_hints(Settings)
    assert {*CHOICES, *INTEGERS, *NUMBERS} == hints.keys()
    for name, allowed in CHOICES.items():
        if values := get_args(hints[name]):
            assert set(values) == set(allowed)
