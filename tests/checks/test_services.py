"""services.yaml against texts, icons and code."""

from collections.abc import Callable

import pytest

from script.checks import services

from .copies import EXTRA, ICONS, SERVICES, STRINGS, Copy, expect


def offer_an_action(copy: Copy) -> None:
    copy.append(EXTRA, 'hass.services.async_register(DOMAIN, "strange", act)\n')
    copy.write(SERVICES, "strange:\n  fields:\n    count:\n      required: true\n")
    copy.change(ICONS, "services", "strange", to={"service": "mdi:alien"})
    described = {"name": "Text", "description": "Text"}
    copy.change(STRINGS, "services", "strange", to=described)
    copy.change(STRINGS, "services", "strange", "fields", "count", to=described)


def test_actions(copy: Copy) -> None:
    offer_an_action(copy)
    assert not copy.found(services.check_services)


@pytest.mark.parametrize(
    ("break_it", "expected"),
    [
        (lambda copy: copy.remove(EXTRA), f"{SERVICES}:1: nothing registers 'strange'"),
        (
            lambda copy: copy.change(ICONS, "services", "strange", to=None),
            "has no icon",
        ),
        (
            lambda copy: copy.change(STRINGS, "services", "strange", "name", to=None),
            "strings.json has no name",
        ),
        (
            lambda copy: copy.change(
                STRINGS, "services", "strange", "fields", "count", "name", to=None
            ),
            "strings.json has no name of the field 'count'",
        ),
        (
            lambda copy: copy.change(
                STRINGS, "services", "strange", "fields", "other", to={}
            ),
            "has no field 'other'",
        ),
        (
            lambda copy: copy.change(STRINGS, "services", "other", to={}),
            "services.yaml has no 'other'",
        ),
    ],
)
def test_faulty_actions(
    copy: Copy, break_it: Callable[[Copy], None], expected: str
) -> None:
    offer_an_action(copy)
    break_it(copy)
    expect(copy, services.check_services, expected)


@pytest.mark.parametrize(
    "call",
    [
        'hass.services.async_register(DOMAIN, "strange", act)',
        'async_register_platform_entity_service(hass, DOMAIN, "strange")',
    ],
)
def test_action_without_description(copy: Copy, call: str) -> None:
    copy.write(EXTRA, call)
    expect(copy, services.check_services, f"{EXTRA}:1: registers an action")


def test_fields_in_sections(copy: Copy) -> None:
    offer_an_action(copy)
    copy.write(
        SERVICES,
        "strange: {fields: {more: {fields: {count: {required: true}}}}}",
    )
    assert not copy.found(services.check_services)
