"""The tokens of an entry are on disk before they are used."""

from typing import Any

from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ring_partner.api import AuthenticationError, TokenPair
from custom_components.ring_partner.const import DOMAIN
from custom_components.ring_partner.tokens import TokenStore, as_token, from_token

OLD = TokenPair("a1", "r1", issued_at=1000.0, expires_at=2000.0)
NEW = TokenPair("a2", "r2", issued_at=1500.0, expires_at=2500.0)


@pytest.fixture
def entry(hass: HomeAssistant) -> MockConfigEntry:
    """Return an entry with the old pair."""
    entry = MockConfigEntry(
        domain=DOMAIN, data={"token": as_token(OLD), "link": "link"}
    )
    entry.add_to_hass(hass)
    return entry


def key(entry: MockConfigEntry) -> str:
    """Return under which name the pair is on disk."""
    return f"{DOMAIN}.{entry.entry_id}.token"


def test_a_pair_as_home_assistant_keeps_it() -> None:
    assert from_token({**as_token(OLD), "scope": "ava.v1:read"}) == OLD
    for name in as_token(OLD):
        token = as_token(OLD)
        del token[name]
        with pytest.raises(AuthenticationError):
            from_token(token)


async def test_a_new_pair_is_kept_twice(
    hass: HomeAssistant, entry: MockConfigEntry, hass_storage: dict[str, Any]
) -> None:
    store = TokenStore(hass, entry)
    await store.async_load()
    assert store.current() == OLD
    await store.async_save(NEW)
    assert hass_storage[key(entry)]["data"] == as_token(NEW)
    assert store.current() == await store.async_newest() == NEW
    assert entry.data == {"token": as_token(NEW), "link": "link"}


@pytest.mark.parametrize(
    ("on_disk", "newest"),
    [(NEW, NEW), (OLD, OLD), (TokenPair("a0", "r0", 1900.0, 900.0), OLD)],
)
async def test_the_newer_pair_counts(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    hass_storage: dict[str, Any],
    on_disk: TokenPair,
    newest: TokenPair,
) -> None:
    hass_storage[key(entry)] = {"version": 1, "data": as_token(on_disk)}
    store = TokenStore(hass, entry)
    assert await store.async_newest() == newest
    assert entry.data["token"] == as_token(OLD)
    await store.async_load()
    assert store.current() == newest


@pytest.mark.parametrize("data", [None, [], "x", {}])
async def test_a_damaged_file_counts_for_nothing(
    hass: HomeAssistant, entry: MockConfigEntry, hass_storage: dict[str, Any], data: Any
) -> None:
    hass_storage[key(entry)] = {"version": 1, "data": data}
    store = TokenStore(hass, entry)
    await store.async_load()
    assert store.current() == OLD


async def test_forgotten_and_removed(
    hass: HomeAssistant, entry: MockConfigEntry, hass_storage: dict[str, Any]
) -> None:
    store = TokenStore(hass, entry)
    await store.async_save(NEW)
    await store.async_forget()
    assert key(entry) not in hass_storage
    assert entry.data == {"token": {}, "link": "link"}
    with pytest.raises(AuthenticationError):
        store.current()
    with pytest.raises(AuthenticationError):
        await store.async_newest()
    await store.async_load()
    assert entry.data["token"] == {}

    # Linked anew, the entry's pair counts.
    hass.config_entries.async_update_entry(
        entry, data={**entry.data, "token": as_token(OLD)}
    )
    assert store.current() == OLD
    await store.async_save(NEW)
    await store.async_remove()
    assert key(entry) not in hass_storage
    assert entry.data["token"] == as_token(NEW)
