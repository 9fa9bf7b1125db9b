"""Fixtures of the tests of blueprints: a phone and the notify action."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.helpers import device_registry as dr
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    MockUser,
    async_mock_service,
)
from yarl import URL

from script.harness.phone import Phone

from ..linked_home import RING, LinkedHome
from .driver import use_blueprint

# Replaces packages that the Mobile App integration imports and that need a compiler.
FAKE_PACKAGES = Path("script/harness/fake_packages").resolve()
MOBILE_APP = "mobile_app"


@pytest.fixture
def notified(home: LinkedHome) -> list[ServiceCall]:
    """Return the calls of the notify action."""
    calls: list[ServiceCall] = async_mock_service(home.hass, "notify", "notify")
    return calls


@pytest.fixture
async def phone(
    hass: HomeAssistant,
    hass_admin_user: MockUser,
    socket_enabled: None,
    monkeypatch: pytest.MonkeyPatch,
    other_origins: set[URL],
) -> AsyncIterator[Phone]:
    """Yield a phone whose app is registered with Home Assistant.

    Request this fixture before `home`, which starts Home Assistant's server.
    """
    monkeypatch.syspath_prepend(FAKE_PACKAGES)
    async with Phone("Pocket") as phone:
        push_url = URL(phone.registration["app_data"]["push_url"])
        other_origins.add(push_url.origin())
        MockConfigEntry(
            domain=MOBILE_APP,
            title=phone.name,
            data={
                **phone.registration,
                "webhook_id": "pocket",
                "user_id": hass_admin_user.id,
            },
        ).add_to_hass(hass)
        assert await async_setup_component(hass, MOBILE_APP, {})
        await hass.async_block_till_done()
        yield phone


@pytest.fixture
def notify_on_press(
    phone: Phone, home: LinkedHome, tmp_path: Path
) -> Callable[..., Awaitable[None]]:
    """Return a function that sets up the doorbell notification with inputs."""
    # Pictures show the time of a press in whole milliseconds.
    home.freezer.move_to(home.freezer().replace(microsecond=0))

    async def set_up(**inputs: object) -> None:
        (entry,) = home.hass.config_entries.async_entries(MOBILE_APP)
        (device,) = dr.async_entries_for_config_entry(
            dr.async_get(home.hass), entry.entry_id
        )
        await use_blueprint(
            home,
            tmp_path,
            "doorbell_notification",
            doorbell=RING,
            notify_device=device.id,
            **inputs,
        )

    return set_up
