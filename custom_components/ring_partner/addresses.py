"""The public addresses that an app's owner enters in Ring's developer console.

They are Home Assistant webhooks with ids nobody can guess, kept on disk per client
id, so that what was entered once stays right: across restarts, a new sign-in, a
second account.
"""

from collections.abc import Mapping
from enum import StrEnum
import os
from typing import Any

from homeassistant.components import webhook
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.network import NoURLAvailableError, get_url
from homeassistant.helpers.storage import Store
from homeassistant.util.hass_dict import HassKey

from .cloudhook import async_cloudhook, async_delete_cloudhook
from .const import DOMAIN, ENV_API_URL

_VERSION = 1


class Purpose(StrEnum):
    """What an address is for; the names of Ring's console."""

    TOKEN_EXCHANGE = "token_exchange"  # noqa: S105 - no secret
    ACCOUNT_LINK = "account_link"
    WEBHOOK = "webhook"


class NoPublicAddressError(HomeAssistantError):
    """This Home Assistant cannot be reached from the internet over HTTPS."""


class AddressBook:
    """All webhook ids and cloudhooks, of every client id."""

    def __init__(self, hass: HomeAssistant) -> None:
        self._hass = hass
        self._store: Store[dict[str, dict[str, Any]]] = Store(
            hass, _VERSION, f"{DOMAIN}.addresses", private=True, atomic_writes=True
        )
        self._clients: dict[str, dict[str, Any]] | None = None

    async def async_webhook_ids(self, client_id: str) -> Mapping[Purpose, str]:
        """Return the webhook ids of a client id; made on first use."""
        clients = await self._async_load()
        if client_id not in clients:
            clients[client_id] = {
                "webhook_ids": {
                    purpose.value: webhook.async_generate_id() for purpose in Purpose
                },
                "cloudhooks": {},
            }
            await self._store.async_save(clients)
        ids = clients[client_id]["webhook_ids"]
        return {purpose: ids[purpose.value] for purpose in Purpose}

    async def async_urls(self, client_id: str) -> Mapping[Purpose, str]:
        """Return the public addresses of a client id.

        Ring's servers call through a Nabu Casa cloudhook where there is one. The
        account link is opened by a person's browser and needs a page in return,
        which the plain external address serves best.

        Raises:
            NoPublicAddressError: there is none.

        """
        ids = await self.async_webhook_ids(client_id)
        base = _external_url(self._hass)
        urls = {}
        for purpose, webhook_id in ids.items():
            hook = await self._async_cloudhook(client_id, purpose, webhook_id)
            direct = base and f"{base}{webhook.async_generate_path(webhook_id)}"
            url = direct or hook if purpose is Purpose.ACCOUNT_LINK else hook or direct
            if url is None:
                raise NoPublicAddressError
            urls[purpose] = url
        return urls

    async def async_forget(self, client_id: str) -> None:
        """Delete the addresses of a client id that nothing uses any more."""
        clients = await self._async_load()
        if (known := clients.pop(client_id, None)) is None:
            return
        if clients:
            await self._store.async_save(clients)
        else:
            await self._store.async_remove()
        for purpose in known["cloudhooks"]:
            await async_delete_cloudhook(self._hass, known["webhook_ids"][purpose])

    async def _async_cloudhook(
        self, client_id: str, purpose: Purpose, webhook_id: str
    ) -> str | None:
        """Return the cloudhook, which stays the same once there is one."""
        clients = await self._async_load()
        hooks: dict[str, str] = clients[client_id]["cloudhooks"]
        url = await async_cloudhook(self._hass, webhook_id, hooks.get(purpose.value))
        if url is not None and hooks.get(purpose.value) != url:
            hooks[purpose.value] = url
            await self._store.async_save(clients)
        return url

    async def _async_load(self) -> dict[str, dict[str, Any]]:
        if self._clients is None:
            loaded = await self._store.async_load() or {}
            # Somebody else may have loaded, and added, meanwhile.
            self._clients = self._clients or loaded
        return self._clients


_BOOK: HassKey[AddressBook] = HassKey(f"{DOMAIN}_addresses")


def async_get_address_book(hass: HomeAssistant) -> AddressBook:
    """Return the one address book."""
    if _BOOK not in hass.data:
        hass.data[_BOOK] = AddressBook(hass)
    return hass.data[_BOOK]


def _external_url(hass: HomeAssistant) -> str | None:
    """Return where a browser on the internet finds this Home Assistant."""
    # A simulator on this machine needs neither HTTPS nor the internet.
    local = bool(os.environ.get(ENV_API_URL))
    try:
        return get_url(
            hass,
            allow_internal=local,
            allow_ip=local,
            require_ssl=not local,
            prefer_external=True,
        )
    except NoURLAvailableError:
        return None
