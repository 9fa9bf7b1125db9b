"""The tokens of an entry are on disk before they are used."""

from collections.abc import Iterator
from errno import ENOSPC
from typing import Any
from unittest.mock import MagicMock, patch

from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.storage import Store
from homeassistant.util.file import WriteError
from homeassistant.util.json import SerializationError
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ring_partner.account.token_store import (
    WRITE_RETRY_INTERVAL,
    TokenStore,
    token_from_dict,
    token_to_dict,
)
from custom_components.ring_partner.api import AuthenticationError, TokenPair
from custom_components.ring_partner.const import DOMAIN

OLD = TokenPair("a1", "r1", issued_at=1000.0, expires_at=2000.0)
NEW = TokenPair("a2", "r2", issued_at=1500.0, expires_at=2500.0)


@pytest.fixture
def entry(hass: HomeAssistant) -> MockConfigEntry:
    """Return an entry with the old pair."""
    entry = MockConfigEntry(
        domain=DOMAIN, data={"token": token_to_dict(OLD), "link": "link"}
    )
    entry.add_to_hass(hass)
    return entry


def key(entry: MockConfigEntry) -> str:
    """Return the storage key of the token pair."""
    return f"{DOMAIN}.{entry.entry_id}.token"


def test_token_in_the_entry_is_parsed() -> None:
    assert token_from_dict({**token_to_dict(OLD), "scope": "ava.v1:read"}) == OLD
    for name in token_to_dict(OLD):
        token = token_to_dict(OLD)
        del token[name]
        with pytest.raises(AuthenticationError):
            token_from_dict(token)


async def test_new_pair_is_saved_in_the_file_and_the_entry(
    hass: HomeAssistant, entry: MockConfigEntry, hass_storage: dict[str, Any]
) -> None:
    store = TokenStore(hass, entry)
    await store.async_load()
    assert store.current() == OLD
    await store.async_save(NEW)
    assert hass_storage[key(entry)]["data"] == token_to_dict(NEW)
    assert store.current() == await store.async_newest() == NEW
    assert entry.data == {"token": token_to_dict(NEW), "link": "link"}


@pytest.mark.parametrize(
    ("on_disk", "newest"),
    [(NEW, NEW), (OLD, OLD), (TokenPair("a0", "r0", 1900.0, 900.0), OLD)],
)
async def test_newer_pair_is_used(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    hass_storage: dict[str, Any],
    on_disk: TokenPair,
    newest: TokenPair,
) -> None:
    hass_storage[key(entry)] = {"version": 1, "data": token_to_dict(on_disk)}
    store = TokenStore(hass, entry)
    assert await store.async_newest() == newest
    assert entry.data["token"] == token_to_dict(OLD)
    await store.async_load()
    assert store.current() == newest


@pytest.mark.parametrize("data", [None, [], "x", {}])
async def test_damaged_file_is_ignored(
    hass: HomeAssistant, entry: MockConfigEntry, hass_storage: dict[str, Any], data: Any
) -> None:
    hass_storage[key(entry)] = {"version": 1, "data": data}
    store = TokenStore(hass, entry)
    await store.async_load()
    assert store.current() == OLD


async def test_forget_and_remove_delete_the_file(
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

    # After a new link, the entry's pair is used.
    hass.config_entries.async_update_entry(
        entry, data={**entry.data, "token": token_to_dict(OLD)}
    )
    assert store.current() == OLD
    await store.async_save(NEW)
    await store.async_remove()
    assert key(entry) not in hass_storage
    assert entry.data["token"] == token_to_dict(NEW)


@pytest.fixture
def full_disk(hass_storage: dict[str, Any]) -> Iterator[MagicMock]:
    """Make writes to the storage fail, as on a full disk."""
    error = WriteError("No space: /config/.storage")
    error.__cause__ = OSError(ENOSPC, "No space left on device")
    with patch.object(Store, "_async_write_data", side_effect=error) as write:
        yield write


def writes(full_disk: MagicMock, entry: MockConfigEntry) -> list[dict[str, Any]]:
    """Return the data of the attempts to write the file of the pair."""
    return [
        call.args[0]["data"]
        for call in full_disk.call_args_list
        if call.args[0]["key"] == key(entry)
    ]


def not_saved(hass: HomeAssistant, entry: MockConfigEntry) -> ir.IssueEntry | None:
    """Return the repair issue of a pair that could not be written."""
    return ir.async_get(hass).async_get_issue(
        DOMAIN, f"token_not_saved_{entry.entry_id}"
    )


async def test_failed_write_is_a_repair_issue_until_it_succeeds(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    hass_storage: dict[str, Any],
    full_disk: MagicMock,
    pass_time: Any,
) -> None:
    store = TokenStore(hass, entry)
    await store.async_save(NEW)

    # The new pair is used: Ring no longer accepts the old one.
    assert store.current() == NEW
    issue = not_saved(hass, entry)
    assert issue is not None
    assert issue.severity is ir.IssueSeverity.ERROR
    assert issue.translation_key == "token_not_saved"
    assert issue.translation_placeholders == {
        "account": entry.title,
        "error": "No space left on device",
    }

    await pass_time(WRITE_RETRY_INTERVAL + 1)
    assert not_saved(hass, entry) is not None

    full_disk.side_effect = None
    await pass_time(WRITE_RETRY_INTERVAL + 1)
    assert not_saved(hass, entry) is None
    await pass_time(2 * WRITE_RETRY_INTERVAL)
    assert writes(full_disk, entry) == [token_to_dict(NEW)] * 3


async def test_reload_writes_the_pair_again(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    hass_storage: dict[str, Any],
) -> None:
    store = TokenStore(hass, entry)
    await store.async_save(OLD)
    error = WriteError("No space")
    with patch.object(Store, "_async_write_data", side_effect=error):
        await store.async_save(NEW)
    store.async_stop()
    assert not_saved(hass, entry) is None
    assert hass_storage[key(entry)]["data"] == token_to_dict(OLD)

    await TokenStore(hass, entry).async_load()

    assert hass_storage[key(entry)]["data"] == token_to_dict(NEW)
    assert not_saved(hass, entry) is None


@pytest.mark.parametrize("stop", ["async_forget", "async_stop"])
async def test_stop_ends_the_retries(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    full_disk: MagicMock,
    pass_time: Any,
    stop: str,
) -> None:
    store = TokenStore(hass, entry)
    await store.async_save(NEW)
    if (result := getattr(store, stop)()) is not None:
        await result

    await pass_time(2 * WRITE_RETRY_INTERVAL)

    assert not_saved(hass, entry) is None
    assert len(writes(full_disk, entry)) == 1


async def test_error_without_a_cause_is_shown_as_it_is(
    hass: HomeAssistant, entry: MockConfigEntry, full_disk: MagicMock
) -> None:
    full_disk.side_effect = SerializationError("Bad data")
    store = TokenStore(hass, entry)
    await store.async_save(NEW)
    issue = not_saved(hass, entry)
    assert issue is not None
    assert issue.translation_placeholders == {
        "account": entry.title,
        "error": "Bad data",
    }
    store.async_stop()
