"""Stores the tokens of an account before they are used.

Ring replaces the refresh token with every use (Ring Partner API reference, 1.2). Home
Assistant writes its config entries one second after a change, and a power failure
within that second would lose the account. Each new pair is therefore written to a file
of its own first. At startup, the newer of the two is used. If a pair cannot be written,
a repair issue says so until it is.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import CONF_ACCESS_TOKEN, CONF_TOKEN
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir
import voluptuous as vol

from ..api import AuthenticationError, TokenPair
from ..const import DOMAIN
from ..helpers.storage import RingStore
from ..helpers.timer import Timer

WRITE_RETRY_INTERVAL: Final = 300.0
"""Seconds after which a failed write is tried again."""

_SCHEMA: Final = vol.Schema(
    {
        vol.Required(CONF_ACCESS_TOKEN): str,
        vol.Required("refresh_token"): str,
        vol.Required("issued_at"): vol.Any(int, float),
        vol.Required("expires_at"): vol.Any(int, float),
    }
)


def token_to_dict(pair: TokenPair) -> dict[str, Any]:
    """Return a token pair as it is stored."""
    return {
        CONF_ACCESS_TOKEN: pair.access_token,
        "refresh_token": pair.refresh_token,
        "issued_at": pair.issued_at,
        "expires_at": pair.expires_at,
    }


def token_from_dict(token: Mapping[str, Any]) -> TokenPair:
    """Return the token pair that was stored.

    Raises:
        AuthenticationError: there is none, because the account was unlinked.

    """
    try:
        return TokenPair(
            access_token=token[CONF_ACCESS_TOKEN],
            refresh_token=token["refresh_token"],
            issued_at=token["issued_at"],
            expires_at=token["expires_at"],
        )
    except KeyError:
        raise AuthenticationError("The account is not linked any more") from None


class TokenStore:
    """The token pair of one account."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry) -> None:
        self._hass = hass
        self._entry = entry
        self._store = RingStore(hass, f"{entry.entry_id}.token", _SCHEMA)
        self._retry_timer = Timer(hass, self._async_retry_write)
        self._issue_id = f"token_not_saved_{entry.entry_id}"

    async def async_load(self) -> None:
        """Use the newer pair, and update the file or the config entry that lacks it."""
        known: Mapping[str, Any] = self._entry.data[CONF_TOKEN]
        stored = await self._store.async_load()
        newest = _newest(known, stored)
        if newest is not known:
            self._update_entry(newest)
        elif stored is not None and newest["issued_at"] > stored["issued_at"]:
            await self._async_write(newest)

    @callback
    def async_stop(self) -> None:
        """Stop trying to write the pair."""
        self._retry_timer.async_cancel()
        ir.async_delete_issue(self._hass, DOMAIN, self._issue_id)

    async def async_newest(self) -> TokenPair:
        """Return the newer of the two pairs, also of a config entry that was removed.

        Raises:
            AuthenticationError: there is none.

        """
        known = self._entry.data[CONF_TOKEN]
        return token_from_dict(_newest(known, await self._store.async_load()))

    def current(self) -> TokenPair:
        """Return the current pair.

        Raises:
            AuthenticationError: there is none.

        """
        return token_from_dict(self._entry.data[CONF_TOKEN])

    async def async_save(self, pair: TokenPair) -> None:
        """Store a new pair, which is on disk when this returns.

        If it could not be written, there is a repair issue.
        """
        token = token_to_dict(pair)
        await self._async_write(token)
        self._update_entry(token)

    async def async_forget(self) -> None:
        """Delete the pair from the file and the config entry."""
        self.async_stop()
        await self._store.async_remove()
        self._update_entry({})

    async def async_remove(self) -> None:
        """Delete the file of a config entry that was removed."""
        await self._store.async_remove()

    async def _async_write(self, token: Mapping[str, Any]) -> None:
        await self._store.async_save(dict(token))
        if (error := self._store.write_error) is None:
            self.async_stop()
            return
        self._retry_timer.async_start(WRITE_RETRY_INTERVAL)
        cause = error.__cause__
        ir.async_create_issue(
            self._hass,
            DOMAIN,
            self._issue_id,
            is_fixable=False,
            severity=ir.IssueSeverity.ERROR,
            translation_key="token_not_saved",
            translation_placeholders={
                "account": self._entry.title,
                # Without the path that an error of the operating system contains.
                "error": (isinstance(cause, OSError) and cause.strerror) or str(error),
            },
        )

    @callback
    def _async_retry_write(self, _now: datetime) -> None:
        self._entry.async_create_background_task(
            self._hass,
            self._async_write(self._entry.data[CONF_TOKEN]),
            "Ring sign-in to disk",
        )

    def _update_entry(self, token: Mapping[str, Any]) -> None:
        self._hass.config_entries.async_update_entry(
            self._entry, data={**self._entry.data, CONF_TOKEN: dict(token)}
        )


def _newest(
    known: Mapping[str, Any], stored: Mapping[str, Any] | None
) -> Mapping[str, Any]:
    """Return the newer pair: that of the config entry, or that of the file."""
    if stored is None or stored["issued_at"] <= known.get("issued_at", 0):
        return known
    return stored
