"""The public URLs that the owner of an app enters in Ring's developer console.

They are URLs of Home Assistant webhooks with random IDs. The IDs are stored per client
ID, so that the URLs stay the same after a restart, a new sign-in or with a second
account.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final

from homeassistant.components import webhook
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.network import NoURLAvailableError, get_url
from homeassistant.util.hass_dict import HassKey
import voluptuous as vol

from ..const import DOMAIN
from ..helpers.storage import RingStore
from .cloud_urls import uses_simulator
from .cloudhook import async_cloudhook, async_delete_cloudhook


class UrlKind(StrEnum):
    """The URLs, by their names in Ring's console."""

    TOKEN_EXCHANGE = "token_exchange"  # noqa: S105 - no secret
    ACCOUNT_LINK = "account_link"
    WEBHOOK = "webhook"


_SCHEMA: Final = vol.Schema(
    {
        str: {
            vol.Required("webhook_ids"): {
                vol.Required(kind.value): str for kind in UrlKind
            },
            vol.Required("cloudhooks"): {str: str},
        }
    }
)


class NoPublicUrlError(HomeAssistantError):
    """Home Assistant cannot be reached from the internet over HTTPS."""


class PublicUrls:
    """The webhook IDs and cloudhooks of all client IDs."""

    def __init__(self, hass: HomeAssistant) -> None:
        self._hass = hass
        self._store = RingStore(hass, "public_urls", _SCHEMA)
        self._clients: dict[str, dict[str, Any]] | None = None

    async def async_webhook_ids(self, client_id: str) -> Mapping[UrlKind, str]:
        """Return the webhook IDs of a client ID; they are created on first use."""
        clients = await self._async_load()
        if client_id not in clients:
            clients[client_id] = {
                "webhook_ids": {
                    kind.value: webhook.async_generate_id() for kind in UrlKind
                },
                "cloudhooks": {},
            }
            await self._store.async_save(clients)
        ids = clients[client_id]["webhook_ids"]
        return {kind: ids[kind.value] for kind in UrlKind}

    async def async_migrate(self) -> None:
        """Take the webhook IDs from the file in which they were stored before."""
        earlier = RingStore(self._hass, "addresses", _SCHEMA)
        if (stored := await earlier.async_load()) is None:
            return
        clients = await self._async_load()
        for client_id, known in stored.items():
            clients.setdefault(client_id, known)
        await self._store.async_save(clients)
        await earlier.async_remove()

    async def async_urls(self, client_id: str) -> Mapping[UrlKind, str]:
        """Return the public URLs of a client ID.

        Ring's servers use a cloudhook of Home Assistant Cloud where there is one. The
        account link is opened in a browser, for which the external URL is preferred.

        Raises:
            NoPublicUrlError: Home Assistant has no public URL.

        """
        ids = await self.async_webhook_ids(client_id)
        base = _external_url(self._hass)
        urls = {}
        for kind, webhook_id in ids.items():
            hook = await self._async_cloudhook(client_id, kind, webhook_id)
            direct = base and f"{base}{webhook.async_generate_path(webhook_id)}"
            url = direct or hook if kind is UrlKind.ACCOUNT_LINK else hook or direct
            if url is None:
                raise NoPublicUrlError
            urls[kind] = url
        return urls

    async def async_forget(self, client_id: str) -> None:
        """Delete what is stored for a client ID that is no longer used."""
        clients = await self._async_load()
        if (known := clients.pop(client_id, None)) is None:
            return
        if clients:
            await self._store.async_save(clients)
        else:
            await self._store.async_remove()
        for kind in known["cloudhooks"]:
            await async_delete_cloudhook(self._hass, known["webhook_ids"][kind])

    async def _async_cloudhook(
        self, client_id: str, kind: UrlKind, webhook_id: str
    ) -> str | None:
        """Return the cloudhook, which stays the same once it was created."""
        clients = await self._async_load()
        hooks: dict[str, str] = clients[client_id]["cloudhooks"]
        url = await async_cloudhook(self._hass, webhook_id, hooks.get(kind.value))
        if url is not None and hooks.get(kind.value) != url:
            hooks[kind.value] = url
            await self._store.async_save(clients)
        return url

    async def _async_load(self) -> dict[str, dict[str, Any]]:
        if self._clients is None:
            loaded = await self._store.async_load() or {}
            # Another caller may have loaded and changed them meanwhile.
            self._clients = self._clients or loaded
        return self._clients


_PUBLIC_URLS: HassKey[PublicUrls] = HassKey(f"{DOMAIN}_public_urls")


def async_get_public_urls(hass: HomeAssistant) -> PublicUrls:
    """Return the public URLs of all client IDs."""
    if _PUBLIC_URLS not in hass.data:
        hass.data[_PUBLIC_URLS] = PublicUrls(hass)
    return hass.data[_PUBLIC_URLS]


def _external_url(hass: HomeAssistant) -> str | None:
    """Return the URL at which Home Assistant is reached from the internet."""
    # A simulator on this machine needs neither HTTPS nor the internet.
    local = uses_simulator()
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
