"""Public URLs: how they are made, stored and removed."""

import asyncio
from collections.abc import Iterator
import sys
from types import ModuleType
from typing import Any

from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ring_partner.app.event_router import WebhookSubscriber
from custom_components.ring_partner.app.public_urls import (
    NoPublicUrlError,
    PublicUrls,
    UrlKind,
    async_get_public_urls,
)
from custom_components.ring_partner.app.ring_app import RingApp
from custom_components.ring_partner.const import DOMAIN
from ring_simulator import Simulator

from ..link_flow_driver import LinkFlowDriver, linked_account

KEY = f"{DOMAIN}.public_urls"
HOME = "https://home.example.com"
CLOUD = "https://hooks.nabu.casa"


class Cloud(ModuleType):
    """Replaces Home Assistant Cloud, which requires more packages."""

    class CloudNotAvailable(Exception):  # noqa: N818 - the cloud's name
        """The cloud is not connected."""

    def __init__(self) -> None:
        super().__init__("homeassistant.components.cloud")
        self.subscribed = self.connected = True
        self.remote_url: str | None = None
        self.made: list[str] = []
        self.deleted: list[str] = []

    def async_active_subscription(self, hass: HomeAssistant) -> bool:
        return self.subscribed

    def async_remote_ui_url(self, hass: HomeAssistant) -> str:
        if self.remote_url is None:
            raise self.CloudNotAvailable
        return self.remote_url

    async def async_get_or_create_cloudhook(
        self, hass: HomeAssistant, webhook_id: str
    ) -> str:
        self._check()
        self.made.append(webhook_id)
        return f"{CLOUD}/{webhook_id}"

    async def async_delete_cloudhook(
        self, hass: HomeAssistant, webhook_id: str
    ) -> None:
        self._check()
        if webhook_id not in self.made:
            raise ValueError("Hook is not enabled for the cloud.")
        self.deleted.append(webhook_id)

    def _check(self) -> None:
        if not self.connected:
            raise self.CloudNotAvailable


@pytest.fixture
def cloud(hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch) -> Iterator[Cloud]:
    """Set up a fake Home Assistant Cloud."""
    cloud = Cloud()
    import homeassistant.components  # noqa: PLC0415

    monkeypatch.setitem(sys.modules, cloud.__name__, cloud)
    monkeypatch.setattr(homeassistant.components, "cloud", cloud, raising=False)
    hass.config.components.add("cloud")
    yield cloud
    hass.config.components.remove("cloud")


@pytest.fixture
def public_urls(hass: HomeAssistant) -> PublicUrls:
    """Return the public URLs."""
    return async_get_public_urls(hass)


async def test_urls_use_the_external_url(
    hass: HomeAssistant, public_urls: PublicUrls
) -> None:
    hass.config.external_url = HOME
    urls = await public_urls.async_urls("one")
    ids = await public_urls.async_webhook_ids("one")
    assert urls == {
        kind: f"{HOME}/api/webhook/{webhook_id}" for kind, webhook_id in ids.items()
    }
    assert set(urls) == set(UrlKind)
    assert {len(webhook_id) for webhook_id in ids.values()} == {64}
    other = await public_urls.async_webhook_ids("two")
    assert len({*ids.values(), *other.values()}) == 6


@pytest.mark.parametrize(
    ("external", "internal"),
    [
        (None, None),
        (None, "https://home.local"),
        ("http://home.example.com", None),
        ("https://203.0.113.7", None),
    ],
)
async def test_missing_public_url_raises(
    hass: HomeAssistant,
    public_urls: PublicUrls,
    external: str | None,
    internal: str | None,
) -> None:
    hass.config.external_url, hass.config.internal_url = external, internal
    with pytest.raises(NoPublicUrlError):
        await public_urls.async_urls("one")


async def test_urls_use_cloudhooks(
    hass: HomeAssistant, public_urls: PublicUrls, cloud: Cloud
) -> None:
    hass.config.external_url = HOME
    ids = await public_urls.async_webhook_ids("one")
    urls = await public_urls.async_urls("one")
    assert urls == {
        UrlKind.TOKEN_EXCHANGE: f"{CLOUD}/{ids[UrlKind.TOKEN_EXCHANGE]}",
        # The user's browser opens this one.
        UrlKind.ACCOUNT_LINK: f"{HOME}/api/webhook/{ids[UrlKind.ACCOUNT_LINK]}",
        UrlKind.WEBHOOK: f"{CLOUD}/{ids[UrlKind.WEBHOOK]}",
    }

    # While the cloud is disconnected, its URLs stay the same.
    cloud.connected = False
    assert await public_urls.async_urls("one") == urls
    hass.config.external_url = None
    hass.config.internal_url = None
    assert (await public_urls.async_urls("one"))[UrlKind.ACCOUNT_LINK].startswith(CLOUD)

    cloud.remote_url = "https://remote.ui.nabu.casa"
    assert (await public_urls.async_urls("one"))[UrlKind.ACCOUNT_LINK] == (
        f"https://remote.ui.nabu.casa/api/webhook/{ids[UrlKind.ACCOUNT_LINK]}"
    )

    await public_urls.async_forget("one")
    assert cloud.deleted == []
    cloud.connected = True
    urls = await public_urls.async_urls("one")
    ids = await public_urls.async_webhook_ids("one")
    await public_urls.async_forget("one")
    assert sorted(cloud.deleted) == sorted(ids.values())


async def test_cloud_that_is_not_connected_is_not_used(
    hass: HomeAssistant, public_urls: PublicUrls, cloud: Cloud
) -> None:
    hass.config.external_url = HOME
    cloud.connected = False
    urls = await public_urls.async_urls("one")
    assert urls[UrlKind.WEBHOOK].startswith(HOME)
    cloud.connected, cloud.subscribed = True, False
    assert await public_urls.async_urls("one") == urls
    assert cloud.made == []


async def test_forget_ignores_missing_cloudhooks(
    hass: HomeAssistant, public_urls: PublicUrls, cloud: Cloud
) -> None:
    hass.config.external_url = HOME
    await public_urls.async_urls("one")
    cloud.made.clear()
    await public_urls.async_forget("one")
    assert cloud.deleted == []
    await public_urls.async_urls("one")
    hass.config.components.remove("cloud")
    await public_urls.async_forget("one")
    hass.config.components.add("cloud")
    assert cloud.deleted == []


async def test_webhook_ids_survive_a_restart(
    hass: HomeAssistant, hass_storage: dict[str, Any]
) -> None:
    before = await PublicUrls(hass).async_webhook_ids("one")
    assert hass_storage[KEY]["data"]["one"]["webhook_ids"] == before
    after = PublicUrls(hass)
    assert await after.async_webhook_ids("one") == before
    await after.async_forget("unknown")
    await after.async_webhook_ids("two")
    await after.async_forget("one")
    assert list(hass_storage[KEY]["data"]) == ["two"]
    await after.async_forget("two")
    assert KEY not in hass_storage
    assert await PublicUrls(hass).async_webhook_ids("one") != before


async def test_concurrent_calls_make_one_set_of_webhook_ids(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    public_urls = PublicUrls(hass)
    load = public_urls._store.async_load

    async def slowly() -> Any:
        data = await load()
        await asyncio.sleep(0)
        return data

    monkeypatch.setattr(public_urls._store, "async_load", slowly)
    first, second = await asyncio.gather(
        public_urls.async_webhook_ids("one"), public_urls.async_webhook_ids("one")
    )
    assert first == second == hass_storage[KEY]["data"]["one"]["webhook_ids"]


async def test_webhooks_are_registered_while_subscribed(
    link_flow: LinkFlowDriver, ring_app: RingApp, public_urls: PublicUrls
) -> None:
    url = (await public_urls.async_urls(ring_app.client_id))[UrlKind.TOKEN_EXCHANGE]

    async def is_registered() -> bool:
        # Home Assistant responds with 200 to a webhook that is not registered.
        return (await link_flow.post(url, data={}))[0] == 400

    assert not await is_registered()
    await ring_app.webhooks.async_subscribe("one", WebhookSubscriber("key"))
    await ring_app.webhooks.async_subscribe("two", WebhookSubscriber("key"))
    assert await is_registered()
    ring_app.webhooks.async_unsubscribe("one")
    await link_flow.pass_time(3601)
    assert await is_registered()
    ring_app.webhooks.async_unsubscribe("two")
    ring_app.webhooks.async_unsubscribe("two")
    await link_flow.pass_time(3599)
    assert await is_registered()
    await link_flow.pass_time(2)
    assert not await is_registered()

    # A new subscription within the hour keeps the webhooks.
    await ring_app.webhooks.async_subscribe("one", WebhookSubscriber("key"))
    ring_app.webhooks.async_unsubscribe("one")
    await ring_app.webhooks.async_subscribe("one", WebhookSubscriber("key"))
    await link_flow.pass_time(3601)
    assert await is_registered()


async def test_concurrent_subscriptions_register_the_webhooks(
    link_flow: LinkFlowDriver, ring_app: RingApp, public_urls: PublicUrls
) -> None:
    await asyncio.gather(
        ring_app.webhooks.async_subscribe("one", WebhookSubscriber("key")),
        ring_app.webhooks.async_subscribe("two", WebhookSubscriber("key")),
    )
    url = (await public_urls.async_urls(ring_app.client_id))[UrlKind.TOKEN_EXCHANGE]
    assert (await link_flow.post(url, data={}))[0] == 400


async def test_urls_are_kept_for_an_account_or_a_flow(
    hass: HomeAssistant,
    link_flow: LinkFlowDriver,
    simulator: Simulator,
    linked: MockConfigEntry,
    public_urls: PublicUrls,
) -> None:
    jane = simulator.add_account("Jane", "Roe", "jane@example.com")
    other = linked_account(hass, simulator, jane)
    await hass.config_entries.async_setup(linked.entry_id)
    before = await public_urls.async_urls(link_flow.client.client_id)
    await hass.config_entries.async_remove(linked.entry_id)
    assert await public_urls.async_urls(link_flow.client.client_id) == before
    result = await link_flow.choose("link")
    await hass.config_entries.async_remove(other.entry_id)
    # An open flow still shows them.
    assert await public_urls.async_urls(link_flow.client.client_id) == before
    assert link_flow.is_open(result)
