"""What the person is notified of, and how notifications end."""

from homeassistant.components import persistent_notification
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import (
    async_get_persistent_notifications,
)

from custom_components.ring_partner.account.options import CONF_NOTIFICATIONS
from ring_simulator import Fault

from ..helpers import LIST_PATH, notifications
from ..linked_home import LinkedHome
from ..polling_driver import PollingDriver

OUTAGE = "Ring's service is not available"
OFFLINE = "Garden is offline"
SIGN_IN = "Sign in to Ring again"
LIMITED = "Ring receives too many requests"
HALF_HOUR = 30 * 60
FAILURES = {
    OUTAGE: Fault(status=500),
    LIMITED: Fault(status=429, path=LIST_PATH),
    SIGN_IN: Fault(status=401),
}


def messages(hass: HomeAssistant) -> list[str]:
    return [
        str(notification["message"])
        for notification in async_get_persistent_notifications(hass).values()
    ]


def dismiss_all(hass: HomeAssistant) -> None:
    """Dismiss all notifications, as a person does."""
    for notification_id in tuple(async_get_persistent_notifications(hass)):
        persistent_notification.async_dismiss(hass, notification_id)


async def test_offline_device(home: LinkedHome) -> None:
    await home.hass.config.async_set_time_zone("UTC")
    home.freezer.move_to("2026-11-20 08:15:00+00:00")
    home.simulator.actions.set_online(home.garden, online=False)
    await home.settle()
    await home.pass_time(HALF_HOUR - 1)
    assert notifications(home.hass) == []
    await home.pass_time(2)
    assert notifications(home.hass) == [OFFLINE]
    (message,) = messages(home.hass)
    assert "no connection to Garden since 2026-11-20 08:15" in message
    # Another device has its own notification.
    home.simulator.actions.set_online(home.door, online=False)
    await home.settle()
    await home.pass_time(HALF_HOUR + 1)
    assert sorted(notifications(home.hass)) == ["Front Door is offline", OFFLINE]
    home.simulator.actions.set_online(home.garden, online=True)
    await home.settle()
    assert notifications(home.hass) == ["Front Door is offline"]
    home.simulator.actions.remove(home.door)
    await home.settle()
    await home.pass_time(61)
    assert notifications(home.hass) == []


async def test_device_that_is_offline_for_a_short_time(home: LinkedHome) -> None:
    for online in (False, True, False):
        home.simulator.actions.set_online(home.garden, online=online)
        await home.settle()
        await home.pass_time(HALF_HOUR - 60)
    assert notifications(home.hass) == []


async def test_offline_device_during_an_outage(polling: PollingDriver) -> None:
    """It is not known whether it is still offline, and the outage is told."""
    polling.simulator.device("Garden").online = False
    await polling.poll()
    await polling.fail(Fault(status=500), polls=15)
    assert polling.notifications == [OUTAGE]
    polling.simulator.device("Garden").online = True
    await polling.recover(polls=30)
    assert polling.notifications == []


async def test_dismissed_notification_does_not_return(home: LinkedHome) -> None:
    garden = home.garden
    home.simulator.actions.set_online(garden, online=False)
    await home.settle()
    await home.pass_time(HALF_HOUR + 1)
    dismiss_all(home.hass)
    garden.name = "Yard"
    await home.entry.runtime_data.coordinator.async_refresh()
    assert notifications(home.hass) == []
    # It is offline another time.
    for online in (True, False):
        await home.pass_time(20)
        home.simulator.actions.set_online(garden, online=online)
        await home.settle()
    await home.pass_time(HALF_HOUR + 1)
    assert notifications(home.hass) == ["Yard is offline"]


async def test_notification_is_updated(home: LinkedHome) -> None:
    home.simulator.actions.set_online(home.garden, online=False)
    await home.settle()
    await home.pass_time(HALF_HOUR + 1)
    home.garden.name = "Yard"
    await home.entry.runtime_data.coordinator.async_refresh()
    assert notifications(home.hass) == ["Yard is offline"]


@pytest.mark.parametrize("title", FAILURES)
async def test_failure_of_ring(polling: PollingDriver, title: str) -> None:
    await polling.fail(FAILURES[title], polls=6)
    assert polling.notifications == [title]
    (message,) = messages(polling.hass)
    assert message.startswith("Since ")
    assert "Alex Morgan" in message
    await polling.hass.config_entries.async_unload(polling.entry.entry_id)
    assert polling.notifications == []


async def test_notifications_that_are_not_selected(polling: PollingDriver) -> None:
    hass, entry = polling.hass, polling.entry
    hass.config_entries.async_update_entry(entry, options={CONF_NOTIFICATIONS: []})
    assert await hass.config_entries.async_reload(entry.entry_id)
    polling.simulator.device("Garden").online = False
    await polling.poll(40)
    for fault in FAILURES.values():
        fault_id = await polling.fail(fault, polls=6)
        polling.simulator.faults.remove(fault_id)
    assert polling.notifications == []


async def test_sign_in_after_a_dismissed_outage(polling: PollingDriver) -> None:
    """It is another thing, which the person has to know."""
    await polling.fail(FAILURES[OUTAGE], polls=6)
    assert polling.notifications == [OUTAGE]
    dismiss_all(polling.hass)
    polling.simulator.faults.clear()
    await polling.fail(FAILURES[SIGN_IN], polls=32)
    assert polling.status == "signed_out"
    assert polling.notifications == [SIGN_IN]


async def test_outage_that_ends_in_a_state_that_is_not_selected(
    polling: PollingDriver,
) -> None:
    hass, entry = polling.hass, polling.entry
    options = {CONF_NOTIFICATIONS: ["outage"]}
    hass.config_entries.async_update_entry(entry, options=options)
    assert await hass.config_entries.async_reload(entry.entry_id)
    await polling.fail(FAILURES[OUTAGE], polls=6)
    assert polling.notifications == [OUTAGE]
    polling.simulator.faults.clear()
    await polling.fail(FAILURES[SIGN_IN], polls=32)
    assert polling.status == "signed_out"
    assert polling.notifications == []


async def test_time_is_over_during_an_outage(polling: PollingDriver) -> None:
    """Nothing is said of a device until Ring tells that it is still offline."""
    polling.simulator.device("Garden").online = False
    await polling.poll()
    await polling.fail(FAILURES[OUTAGE], polls=45)
    assert polling.notifications == [OUTAGE]
    await polling.recover(polls=16)
    assert polling.notifications == [OFFLINE]


async def test_device_that_is_offline_since_before_the_start(home: LinkedHome) -> None:
    await home.hass.config.async_set_time_zone("UTC")
    garden = home.garden
    home.simulator.actions.set_online(garden, online=False)
    await home.settle()
    coordinator = home.entry.runtime_data.coordinator
    await home.pass_time(6 * 3600)
    reported_at = coordinator.data[garden.id].status.reported_at
    await home.reload()
    assert notifications(home.hass) == []
    await home.pass_time(HALF_HOUR + 1)
    assert notifications(home.hass) == [OFFLINE]
    (message,) = messages(home.hass)
    assert f"since {reported_at:%Y-%m-%d %H:%M}" in message
