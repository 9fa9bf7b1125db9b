"""The tokens of an entry, on disk before they are used.

Ring replaces the refresh token with every use (Ring Partner API reference, 1.2).
Home Assistant writes its config entries a second later; whoever pulls the plug within
that second would lose the account. So each new pair goes into a file of its own
first, and at the start the newer of the two counts.
"""

from collections.abc import Mapping
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import CONF_ACCESS_TOKEN, CONF_TOKEN
from homeassistant.core import HomeAssistant
from homeassistant.helpers.storage import Store

from .api import AuthenticationError, TokenPair
from .const import DOMAIN

_VERSION = 1


def as_token(pair: TokenPair) -> dict[str, Any]:
    """Return a pair as Home Assistant keeps it."""
    return {
        CONF_ACCESS_TOKEN: pair.access_token,
        "refresh_token": pair.refresh_token,
        "issued_at": pair.issued_at,
        "expires_at": pair.expires_at,
    }


def from_token(token: Mapping[str, Any]) -> TokenPair:
    """Return a pair from how Home Assistant keeps it.

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
    """The pair of one entry."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry) -> None:
        self._hass = hass
        self._entry = entry
        self._store: Store[dict[str, Any]] = Store(
            hass,
            _VERSION,
            f"{DOMAIN}.{entry.entry_id}.token",
            private=True,
            atomic_writes=True,
        )

    async def async_load(self) -> None:
        """Let the entry have the newer of the two pairs."""
        newest = await self._async_newest()
        if newest is not self._entry.data[CONF_TOKEN]:
            self._update_entry(newest)

    async def async_newest(self) -> TokenPair:
        """Return the newer of the two pairs, also of an entry that is gone.

        Raises:
            AuthenticationError: there is none.

        """
        return from_token(await self._async_newest())

    async def _async_newest(self) -> Mapping[str, Any]:
        known: Mapping[str, Any] = self._entry.data[CONF_TOKEN]
        stored = await self._store.async_load()
        if not isinstance(stored, dict):
            return known
        newer = stored.get("issued_at", 0) > known.get("issued_at", 0)
        return stored if newer else known

    def current(self) -> TokenPair:
        """Return the pair that counts.

        Raises:
            AuthenticationError: there is none.

        """
        return from_token(self._entry.data[CONF_TOKEN])

    async def async_save(self, pair: TokenPair) -> None:
        """Keep a new pair; it is on disk when this returns."""
        token = as_token(pair)
        await self._store.async_save(token)
        self._update_entry(token)

    async def async_forget(self) -> None:
        """Delete the pair everywhere."""
        await self._store.async_remove()
        self._update_entry({})

    async def async_remove(self) -> None:
        """Delete the file, because the entry is gone."""
        await self._store.async_remove()

    def _update_entry(self, token: Mapping[str, Any]) -> None:
        self._hass.config_entries.async_update_entry(
            self._entry, data={**self._entry.data, CONF_TOKEN: dict(token)}
        )
