"""A process that reads the files of an account, and writes them until it is killed.

It has the integration's own stores and its own sign-in, which talks to a simulator of
Ring. All files are written at the same time.
"""

import asyncio
from dataclasses import dataclass
import json
import logging
import os
from pathlib import Path
from types import MappingProxyType
from typing import Any

from aiohttp import ThreadedResolver
from homeassistant.components.application_credentials import ClientCredential
from homeassistant.config_entries import SOURCE_USER, ConfigEntries, ConfigEntry
from homeassistant.const import CONF_TOKEN
from homeassistant.core import HomeAssistant
from homeassistant.helpers.aiohttp_client import DATA_RESOLVER
from homeassistant.helpers.config_entry_oauth2_flow import async_register_implementation

from custom_components.ring_partner.account.oauth_implementation import (
    RingImplementation,
)
from custom_components.ring_partner.account.sign_in import async_sign_in
from custom_components.ring_partner.api import AuthenticationError, RingSession
from custom_components.ring_partner.api.session import Request
from custom_components.ring_partner.api.tokens import TokenSource
from custom_components.ring_partner.config_flow import RingConfigFlow
from custom_components.ring_partner.const import CONF_IMPLEMENTATION, DOMAIN

from .stores import StoredThing, stored_things

ENTRY_ID = "account"

type Value = int | str | None
type Note = tuple[str, str, Value]
"""What a process does, with which file, and the generation or the token in it."""


@dataclass(frozen=True, slots=True)
class Task:
    """What a process gets.

    Attributes:
        folder: the configuration of Home Assistant.
        journal: the file in which the process notes what it does.
        ring: the URL of the simulator.
        data: the data of an account that was linked just now; None for the stored one.
        writes: whether it writes after it has read.
    """

    folder: str
    journal: str
    ring: str
    client_id: str
    client_secret: str
    data: dict[str, Any] | None
    writes: bool = True


class Journal:
    """Notes of a process that can be read after it was killed."""

    def __init__(self, path: str) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def note(self, what: str, name: str, value: Value = None) -> None:
        """Append a line at once."""
        os.write(self._file, json.dumps([what, name, value]).encode() + b"\n")


def run(task: Task) -> None:
    """Run the process."""
    logging.disable()
    for variable in ("RING_PARTNER_API_URL", "RING_PARTNER_OAUTH_URL"):
        os.environ[variable] = task.ring
    asyncio.run(_run(task, Journal(task.journal)))


async def _run(task: Task, journal: Journal) -> None:
    hass = HomeAssistant(task.folder)
    hass.config_entries = ConfigEntries(hass, {})
    await hass.config_entries.async_initialize()
    entry = await _config_entry(hass, task.data)
    credential = ClientCredential(task.client_id, task.client_secret)
    async_register_implementation(
        hass,
        DOMAIN,
        RingImplementation(hass, entry.data[CONF_IMPLEMENTATION], credential),
    )
    hass.data[str(DATA_RESOLVER)] = ThreadedResolver()
    things = stored_things(hass, entry)
    generations: dict[str, int] = {}
    for name, thing in things.items():
        found = await thing.read()
        journal.note("found", name, found)
        generations[name] = found or 0
    app, tokens = await async_sign_in(hass, entry)
    journal.note("found", "token", entry.data[CONF_TOKEN]["refresh_token"])
    session = app.async_session(tokens)
    try:
        await _rotate(tokens, session, entry)
    except AuthenticationError:
        journal.note("lost", "token")
        return
    journal.note("ready", "token")
    if not task.writes:
        return
    async with asyncio.TaskGroup() as writers:
        for name, thing in things.items():
            writers.create_task(_write(name, thing, generations[name], journal))
        while True:
            await _rotate(tokens, session, entry)


async def _config_entry(
    hass: HomeAssistant, data: dict[str, Any] | None
) -> ConfigEntry:
    """Return the stored account, or store one that was linked just now."""
    entries = hass.config_entries
    entry = entries.async_get_entry(ENTRY_ID)
    if entry is None:
        entry = ConfigEntry(
            data={},
            discovery_keys=MappingProxyType({}),
            domain=DOMAIN,
            entry_id=ENTRY_ID,
            minor_version=RingConfigFlow.MINOR_VERSION,
            options={},
            source=SOURCE_USER,
            subentries_data=(),
            title="Alex Morgan",
            unique_id="account",
            version=RingConfigFlow.VERSION,
        )
        entries._entries[ENTRY_ID] = entry
    if data is not None:
        entries.async_update_entry(entry, data=data)
        await entries._store.async_save(entries._data_to_save())
    return entry


async def _write(
    name: str, thing: StoredThing, generation: int, journal: Journal
) -> None:
    """Write one generation after the other."""
    while True:
        generation += 1
        journal.note("begin", name, generation)
        await thing.write(generation)
        journal.note("done", name, generation)


async def _rotate(
    tokens: TokenSource, session: RingSession, entry: ConfigEntry
) -> None:
    """Replace the tokens and use the new ones."""
    await tokens.replacement(entry.data[CONF_TOKEN]["access_token"])
    await session.request(Request("GET", "/v1/devices"))


def notes(path: Path) -> list[Note]:
    """Return the notes of a process; the last one can be incomplete."""
    lines = path.read_bytes().split(b"\n")[:-1] if path.exists() else []
    return [tuple(json.loads(line)) for line in lines]
