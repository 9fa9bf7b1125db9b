"""Where an account's access tokens come from."""

from datetime import datetime, timedelta
import logging
from typing import Final, cast

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import CONF_ACCESS_TOKEN, CONF_CLIENT_ID, CONF_TOKEN
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ConfigEntryAuthFailed, HomeAssistantError
from homeassistant.helpers.config_entry_oauth2_flow import (
    async_get_config_entry_implementation,
)
from homeassistant.helpers.event import async_track_time_interval

from .api import FixedToken, RefreshingTokens, RingError, TokenPair, TokenSource
from .api.app_integrations import unlink
from .app import PLAYGROUND_CLIENT, RingApp, async_get_app
from .application_credentials import RingImplementation
from .const import (
    CONF_IMPLEMENTATION,
    CONF_LINK,
    CONF_NEW_CLIENT_SECRET,
    DOMAIN,
    LinkMethod,
)
from .tokens import TokenStore

_LOGGER = logging.getLogger(__name__)

CHECK_INTERVAL: Final = timedelta(hours=1)
RENEW_AFTER: Final = timedelta(hours=23).total_seconds()
"""Ring ends a sign-in that was not renewed for 30 days and recommends to renew every
day (Ring Partner API reference, 1.2), whatever the life of an access token."""


async def async_sign_in(
    hass: HomeAssistant, entry: ConfigEntry
) -> tuple[RingApp, TokenSource]:
    """Return the app of an entry and the source of its tokens.

    Raises:
        ConfigEntryAuthFailed: the account was unlinked.
        ConfigEntryNotReady: the application credentials can't be had just now.

    """
    if entry.data[CONF_LINK] == LinkMethod.PLAYGROUND:
        token = entry.data[CONF_TOKEN][CONF_ACCESS_TOKEN]
        return async_get_app(hass, PLAYGROUND_CLIENT), FixedToken(token)
    app = await _async_app(hass, entry)
    store = TokenStore(hass, entry)
    await store.async_load()
    if not entry.data[CONF_TOKEN]:
        raise ConfigEntryAuthFailed(
            translation_domain=DOMAIN, translation_key="not_linked"
        )

    async def refresh(pair: TokenPair) -> TokenPair:
        new = await app.async_token_endpoint().refresh(pair.refresh_token)
        if (current := store.current()) != pair:
            # The account was unlinked or linked anew while Ring answered.
            return current
        await store.async_save(new)
        _LOGGER.debug("Renewed the sign-in of %s", entry.title)
        return new

    tokens = RefreshingTokens(
        store.current,
        refresh,
        # One that Home Assistant waits for when it stops.
        create_task=lambda run: hass.async_create_task(run, "Ring sign-in"),
    )

    async def keep_alive(_now: datetime) -> None:
        try:
            await tokens.renew_if_older(RENEW_AFTER)
        except RingError as error:
            # The next poll meets the same trouble and tells the person.
            _LOGGER.debug("The sign-in could not be renewed: %s", error)

    entry.async_on_unload(
        async_track_time_interval(
            hass, keep_alive, CHECK_INTERVAL, cancel_on_shutdown=True
        )
    )
    entry.async_on_unload(tokens.settled)
    return app, tokens


async def async_unlink(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Tell Ring that an account is removed here, where Ring wants to know.

    Only apps that sign people in may unlink (Ring Partner API reference, 1.4); all
    others are removed by the person in the Ring app.
    """
    if entry.data[CONF_LINK] != LinkMethod.SIGN_IN or not entry.data[CONF_TOKEN]:
        return
    try:
        app = await _async_app(hass, entry)
        pair = await TokenStore(hass, entry).async_newest()

        async def refresh(old: TokenPair) -> TokenPair:
            # Not kept: the entry is gone, and the link is about to be.
            nonlocal pair
            pair = await app.async_token_endpoint().refresh(old.refresh_token)
            return pair

        await unlink(app.async_session(RefreshingTokens(lambda: pair, refresh)))
    except (RingError, HomeAssistantError) as error:
        _LOGGER.debug("Ring was not told that the account is removed: %s", error)


async def async_forget_app(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Delete the addresses of an app that no account uses any more."""
    name = entry.data.get(CONF_IMPLEMENTATION)
    if name is None or any(
        other.data.get(CONF_IMPLEMENTATION) == name
        for other in hass.config_entries.async_entries(DOMAIN)
        if other.entry_id != entry.entry_id
    ):
        return
    await async_get_app(hass, entry.data[CONF_CLIENT_ID]).async_forget()


async def _async_app(hass: HomeAssistant, entry: ConfigEntry) -> RingApp:
    """Return the app of an entry that was linked.

    Raises:
        ConfigEntryAuthFailed: the application credentials are gone.
        ConfigEntryNotReady: the application credentials can't be had just now.

    """
    implementation = await async_get_config_entry_implementation(hass, entry)
    app = cast(RingImplementation, implementation).app
    app.replaced_secret = entry.data.get(CONF_NEW_CLIENT_SECRET) or app.replaced_secret
    return app
