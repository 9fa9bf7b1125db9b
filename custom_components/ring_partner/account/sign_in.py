"""The sign-in of an account: its access tokens, renewed and stored."""

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
from homeassistant.util.hass_dict import HassKey

from ..api import FixedToken, RefreshingTokens, RingError, TokenPair, TokenSource
from ..api.app_integrations import unlink_account
from ..app.ring_app import PLAYGROUND_CLIENT, RingApp, async_get_app
from ..const import (
    CONF_IMPLEMENTATION,
    CONF_LINK,
    CONF_NEW_CLIENT_SECRET,
    DOMAIN,
    LinkMethod,
)
from .oauth_implementation import RingImplementation
from .token_store import TokenStore

_LOGGER = logging.getLogger(__name__)

CHECK_INTERVAL: Final = timedelta(hours=1)
RENEW_AFTER: Final = timedelta(hours=23).total_seconds()
"""Seconds. Ring ends a sign-in that was not renewed for 30 days and recommends to renew
it every day (Ring Partner API reference, 1.2), however long an access token lasts."""

_TOKENS: Final[HassKey[dict[str, RefreshingTokens]]] = HassKey(f"{DOMAIN}_tokens")
"""The tokens of each config entry since its last set-up."""


async def async_sign_in(
    hass: HomeAssistant, entry: ConfigEntry
) -> tuple[RingApp, TokenSource]:
    """Return the app of an entry and the source of its tokens.

    Raises:
        ConfigEntryAuthFailed: the account was unlinked.
        ConfigEntryNotReady: the application credentials are not available.

    """
    if entry.data[CONF_LINK] == LinkMethod.PLAYGROUND:
        token = entry.data[CONF_TOKEN][CONF_ACCESS_TOKEN]
        return async_get_app(hass, PLAYGROUND_CLIENT), FixedToken(token)
    app = await _async_app(hass, entry)
    await async_wait_for_refresh(hass, entry)
    store = TokenStore(hass, entry)
    await store.async_load()
    entry.async_on_unload(store.async_stop)
    if not entry.data[CONF_TOKEN]:
        raise ConfigEntryAuthFailed(
            translation_domain=DOMAIN, translation_key="not_linked"
        )

    async def refresh(pair: TokenPair) -> TokenPair:
        new = await app.async_token_endpoint().refresh(pair.refresh_token)
        if (current := store.current()) != pair:
            # The account was unlinked or linked again while Ring answered.
            return current
        await store.async_save(new)
        _LOGGER.debug("Renewed the sign-in of %s", entry.title)
        return new

    tokens = RefreshingTokens(
        store.current,
        refresh,
        # Home Assistant waits for this task when it stops.
        create_task=lambda run: hass.async_create_task(run, "Ring sign-in"),
    )

    async def keep_alive(_now: datetime) -> None:
        try:
            await tokens.refresh_if_older(RENEW_AFTER)
        except RingError as error:
            # The next poll fails in the same way and reports it.
            _LOGGER.debug("The sign-in could not be renewed: %s", error)

    entry.async_on_unload(
        async_track_time_interval(
            hass, keep_alive, CHECK_INTERVAL, cancel_on_shutdown=True
        )
    )
    hass.data.setdefault(_TOKENS, {})[entry.entry_id] = tokens
    return app, tokens


async def async_wait_for_refresh(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Wait for a refresh that began before the config entry was unloaded.

    Ring accepts a refresh token once, so that a second refresh would end the sign-in.
    It can take longer than Home Assistant waits when it unloads a config entry.
    """
    tokens = hass.data.get(_TOKENS, {}).pop(entry.entry_id, None)
    if tokens is not None:
        await tokens.wait_for_refresh()


async def async_unlink(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Tell Ring that an account was removed.

    Ring lets only apps with a sign-in page unlink (Ring Partner API reference, 1.4).
    Other apps are removed by the person in the Ring app.
    """
    if entry.data[CONF_LINK] != LinkMethod.SIGN_IN or not entry.data[CONF_TOKEN]:
        return
    try:
        app = await _async_app(hass, entry)
        pair = await TokenStore(hass, entry).async_newest()

        async def refresh(old: TokenPair) -> TokenPair:
            # Not stored: the config entry is removed, and the link is about to be.
            nonlocal pair
            pair = await app.async_token_endpoint().refresh(old.refresh_token)
            return pair

        await unlink_account(app.async_session(RefreshingTokens(lambda: pair, refresh)))
    except (RingError, HomeAssistantError) as error:
        _LOGGER.debug("Ring was not told that the account is removed: %s", error)


async def async_forget_app(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Delete the public URLs of an app that no account uses any more."""
    name = entry.data.get(CONF_IMPLEMENTATION)
    if name is None or any(
        other.data.get(CONF_IMPLEMENTATION) == name
        for other in hass.config_entries.async_entries(DOMAIN)
        if other.entry_id != entry.entry_id
    ):
        return
    await async_get_app(hass, entry.data[CONF_CLIENT_ID]).async_forget()


async def _async_app(hass: HomeAssistant, entry: ConfigEntry) -> RingApp:
    """Return the app of a linked account.

    Raises:
        ConfigEntryAuthFailed: the application credentials were removed.
        ConfigEntryNotReady: the application credentials are not available.

    """
    implementation = await async_get_config_entry_implementation(hass, entry)
    app = cast(RingImplementation, implementation).app
    app.replaced_secret = entry.data.get(CONF_NEW_CLIENT_SECRET) or app.replaced_secret
    return app
