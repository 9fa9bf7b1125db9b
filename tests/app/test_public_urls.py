"""The public addresses stay the same, and answer as long as somebody needs them."""

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
    """Stands in for Home Assistant Cloud, which needs packages of its own."""

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
    """Let Home Assistant have a cloud."""
    cloud = Cloud()
    import homeassistant.components  # noqa: PLC0415

    monkeypatch.setitem(sys.modules, cloud.__name__, cloud)
    monkeypatch.setattr(homeassistant.components, "cloud", cloud, raising=False)
    hass.config.components.add("cloud")
    yield cloud
    hass.config.components.remove("cloud")


@pytest.fixture
def book(hass: HomeAssistant) -> PublicUrls:
    """Return the address book."""
    return async_get_public_urls(hass)


async def test_through_the_external_address(
    hass: HomeAssistant, book: PublicUrls
) -> None:
    hass.config.external_url = HOME
    urls = await book.async_urls("one")
    ids = await book.async_webhook_ids("one")
    assert urls == {
        purpose: f"{HOME}/api/webhook/{webhook_id}"
        for purpose, webhook_id in ids.items()
    }
    assert set(urls) == set(UrlKind)
    assert {len(webhook_id) for webhook_id in ids.values()} == {64}
    other = await book.async_webhook_ids("two")
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
async def test_no_address_that_ring_reaches(
    hass: HomeAssistant,
    book: PublicUrls,
    external: str | None,
    internal: str | None,
) -> None:
    hass.config.external_url, hass.config.internal_url = external, internal
    with pytest.raises(NoPublicUrlError):
        await book.async_urls("one")


async def test_through_the_cloud(
    hass: HomeAssistant, book: PublicUrls, cloud: Cloud
) -> None:
    hass.config.external_url = HOME
    ids = await book.async_webhook_ids("one")
    urls = await book.async_urls("one")
    assert urls == {
        UrlKind.TOKEN_EXCHANGE: f"{CLOUD}/{ids[UrlKind.TOKEN_EXCHANGE]}",
        # A person's browser goes here, and needs a page.
        UrlKind.ACCOUNT_LINK: f"{HOME}/api/webhook/{ids[UrlKind.ACCOUNT_LINK]}",
        UrlKind.WEBHOOK: f"{CLOUD}/{ids[UrlKind.WEBHOOK]}",
    }

    # While the cloud is away its addresses are what they were.
    cloud.connected = False
    assert await book.async_urls("one") == urls
    hass.config.external_url = None
    hass.config.internal_url = None
    assert (await book.async_urls("one"))[UrlKind.ACCOUNT_LINK].startswith(CLOUD)

    cloud.remote_url = "https://remote.ui.nabu.casa"
    assert (await book.async_urls("one"))[UrlKind.ACCOUNT_LINK] == (
        f"https://remote.ui.nabu.casa/api/webhook/{ids[UrlKind.ACCOUNT_LINK]}"
    )

    await book.async_forget("one")
    assert cloud.deleted == []
    cloud.connected = True
    urls = await book.async_urls("one")
    ids = await book.async_webhook_ids("one")
    await book.async_forget("one")
    assert sorted(cloud.deleted) == sorted(ids.values())


async def test_a_cloud_that_was_never_there(
    hass: HomeAssistant, book: PublicUrls, cloud: Cloud
) -> None:
    hass.config.external_url = HOME
    cloud.connected = False
    urls = await book.async_urls("one")
    assert urls[UrlKind.WEBHOOK].startswith(HOME)
    cloud.connected, cloud.subscribed = True, False
    assert await book.async_urls("one") == urls
    assert cloud.made == []


async def test_a_cloud_that_left(
    hass: HomeAssistant, book: PublicUrls, cloud: Cloud
) -> None:
    hass.config.external_url = HOME
    await book.async_urls("one")
    cloud.made.clear()
    await book.async_forget("one")
    assert cloud.deleted == []
    await book.async_urls("one")
    hass.config.components.remove("cloud")
    await book.async_forget("one")
    hass.config.components.add("cloud")
    assert cloud.deleted == []


async def test_the_ids_survive_a_restart(
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


async def test_two_at_once_make_one_set(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    book = PublicUrls(hass)
    load = book._store.async_load

    async def slowly() -> Any:
        loaded_entry = await load()
        await asyncio.sleep(0)
        return loaded_entry

    monkeypatch.setattr(book._store, "async_load", slowly)
    first, second = await asyncio.gather(
        book.async_webhook_ids("one"), book.async_webhook_ids("one")
    )
    assert first == second == hass_storage[KEY]["data"]["one"]["webhook_ids"]


async def test_the_addresses_answer_while_somebody_needs_them(
    link_flow: LinkFlowDriver, ring_app: RingApp, book: PublicUrls
) -> None:
    address = (await book.async_urls(ring_app.client_id))[UrlKind.TOKEN_EXCHANGE]

    async def answers() -> bool:
        # Home Assistant says 200 and nothing where nobody answers.
        return (await link_flow.post(address, data={}))[0] == 400

    assert not await answers()
    await ring_app.webhooks.async_subscribe("one", WebhookSubscriber("key"))
    await ring_app.webhooks.async_subscribe("two", WebhookSubscriber("key"))
    assert await answers()
    ring_app.webhooks.async_unsubscribe("one")
    await link_flow.pass_time(3601)
    assert await answers()
    ring_app.webhooks.async_unsubscribe("two")
    ring_app.webhooks.async_unsubscribe("two")
    await link_flow.pass_time(3599)
    assert await answers()
    await link_flow.pass_time(2)
    assert not await answers()

    # Who comes back within the hour keeps them going.
    await ring_app.webhooks.async_subscribe("one", WebhookSubscriber("key"))
    ring_app.webhooks.async_unsubscribe("one")
    await ring_app.webhooks.async_subscribe("one", WebhookSubscriber("key"))
    await link_flow.pass_time(3601)
    assert await answers()


async def test_two_who_begin_at_once(
    link_flow: LinkFlowDriver, ring_app: RingApp, book: PublicUrls
) -> None:
    await asyncio.gather(
        ring_app.webhooks.async_subscribe("one", WebhookSubscriber("key")),
        ring_app.webhooks.async_subscribe("two", WebhookSubscriber("key")),
    )
    address = (await book.async_urls(ring_app.client_id))[UrlKind.TOKEN_EXCHANGE]
    assert (await link_flow.post(address, data={}))[0] == 400


async def test_the_last_account_of_an_app_takes_the_addresses_along(
    hass: HomeAssistant,
    link_flow: LinkFlowDriver,
    simulator: Simulator,
    linked: MockConfigEntry,
    book: PublicUrls,
) -> None:
    jane = simulator.add_account("Jane", "Roe", "jane@example.com")
    other = linked_account(hass, simulator, jane)
    await hass.config_entries.async_setup(linked.entry_id)
    before = await book.async_urls(link_flow.client.client_id)
    await hass.config_entries.async_remove(linked.entry_id)
    assert await book.async_urls(link_flow.client.client_id) == before
    result = await link_flow.choose("link")
    await hass.config_entries.async_remove(other.entry_id)
    # A dialog that shows them needs them still.
    assert await book.async_urls(link_flow.client.client_id) == before
    assert link_flow.is_open(result)
