"""The repair issue for a Home Assistant that Ring cannot reach."""

from homeassistant.helpers import issue_registry as ir

from custom_components.ring_partner.const import DOMAIN

from ..linked_home import LinkedHome

URL = "https://home.example.com"


def is_shown(home: LinkedHome) -> bool:
    """Return whether the repair issue is shown."""
    issue_id = f"no_public_url_{home.entry.entry_id}"
    return (DOMAIN, issue_id) in ir.async_get(home.hass).issues


async def lose_url(home: LinkedHome) -> None:
    """Leave Home Assistant without any URL, and wait for the check."""
    home.hass.config.internal_url = home.hass.config.api = None
    await home.hass.config.async_update(external_url=None)
    await home.settle()


async def test_url_is_lost_and_entered_again(home: LinkedHome) -> None:
    assert not is_shown(home)
    await lose_url(home)
    assert is_shown(home)
    await home.hass.config.async_update(external_url=URL)
    await home.settle()
    assert not is_shown(home)


async def test_url_that_home_assistant_does_not_know(home: LinkedHome) -> None:
    """Events arrive, for example over a proxy."""
    await home.press()
    await lose_url(home)
    assert not is_shown(home)


async def test_events_arrive_after_the_issue(home: LinkedHome) -> None:
    await lose_url(home)
    assert is_shown(home)
    await home.press()
    await home.pass_time(5 * 60)
    assert not is_shown(home)


async def test_unloaded_account(home: LinkedHome) -> None:
    await lose_url(home)
    await home.hass.config_entries.async_unload(home.entry.entry_id)
    assert not is_shown(home)
    await home.hass.config.async_update(location_name="Home")
    await home.pass_time(5 * 60)
    assert not is_shown(home)
