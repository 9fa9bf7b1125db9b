"""Buttons that play the sounds of chimes, and one that reads an account now."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, override

from homeassistant.components.button import ButtonEntity, ButtonEntityDescription
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import ConfigEntryAuthFailed, HomeAssistantError
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .api import Device
from .api.configurations import ChimeSlot
from .const import DOMAIN, MANUFACTURER
from .entity import RingAccountEntity, RingEntity, async_add_device_entities
from .media.chime_sounds import async_play_sound, audio_ref, chime_slots, is_playable
from .runtime import RingConfigEntry

PARALLEL_UPDATES = 0


@dataclass(frozen=True, kw_only=True)
class RingSoundDescription(ButtonEntityDescription):
    """Describes a button that plays a sound.

    Attributes:
        slot: the sound.

    """

    slot: ChimeSlot


REFRESH: Final = ButtonEntityDescription(
    key="refresh",
    translation_key="refresh",
    entity_category=EntityCategory.DIAGNOSTIC,
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: RingConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the buttons."""
    async_add_entities([RingRefreshButton(entry)])
    async_add_device_entities(entry, async_add_entities, {RingSoundButton: _sounds})


def _sounds(device: Device) -> Iterator[RingSoundDescription]:
    """Iterate over the sounds of a chime; those without a name have a number."""
    for number, slot in enumerate(chime_slots(device), 1):
        yield RingSoundDescription(
            key=f"play_{slot.event}",
            translation_key="play_sound",
            translation_placeholders={"sound": slot.audio_name or str(number)},
            slot=slot,
        )


class RingSoundButton(RingEntity, ButtonEntity):
    """Plays a sound of a chime."""

    entity_description: RingSoundDescription

    def __init__(
        self, entry: RingConfigEntry, device: Device, description: RingSoundDescription
    ) -> None:
        """Set up the button."""
        super().__init__(entry, device, description)
        self._session = entry.runtime_data.session

    @property
    @override
    def available(self) -> bool:
        """Whether the chime is online and has the sound, with audio and turned on."""
        slot = self.entity_description.slot
        return (
            super().available and slot in chime_slots(self.device) and is_playable(slot)
        )

    @callback
    @override
    def _handle_coordinator_update(self) -> None:
        """Write the state, and the name if another sound took the place of this."""
        if self._device_id in self.coordinator.data:
            for description in _sounds(self.device):
                if description.key == self.entity_description.key:
                    self._async_set_description(description)
        super()._handle_coordinator_update()

    @callback
    def _async_set_description(self, description: RingSoundDescription) -> None:
        is_renamed = (
            description.translation_placeholders
            != self.entity_description.translation_placeholders
        )
        self.entity_description = description
        if is_renamed:
            # Home Assistant caches both, and the name is in its registry.
            self.__dict__.pop("translation_placeholders", None)
            self.__dict__.pop("name", None)
            er.async_get(self.hass).async_update_entity(
                self.entity_id, original_name=self.name
            )

    @override
    async def async_press(self) -> None:
        """Play the sound.

        Raises:
            HomeAssistantError: it did not play; the text tells why.

        """
        name = self.device.name or MANUFACTURER
        ref = audio_ref(self.entity_description.slot, name)
        await async_play_sound(self._session, self.device, ref, name)


class RingRefreshButton(RingAccountEntity, ButtonEntity):
    """Reads the devices of an account and their events now."""

    def __init__(self, entry: RingConfigEntry) -> None:
        """Set up the button."""
        super().__init__(entry, REFRESH)
        self._coordinator = entry.runtime_data.coordinator
        self._health = entry.runtime_data.health
        self._history = entry.runtime_data.history

    @override
    async def async_press(self) -> None:
        """Read devices and events.

        Raises:
            HomeAssistantError: they could not be read; the text tells why.

        """
        await self._coordinator.async_refresh()
        if not self._coordinator.last_update_success:
            raise self._error(self._coordinator.last_exception)
        devices = tuple(self._coordinator.data.values())
        read = await asyncio.gather(
            *(self._history.async_read_now(device.id) for device in devices)
        )
        unread = [
            device.name or MANUFACTURER
            for device, is_read in zip(devices, read, strict=True)
            if not is_read
        ]
        if unread:
            raise HomeAssistantError(
                translation_domain=DOMAIN,
                translation_key="events_not_read",
                translation_placeholders={"devices": ", ".join(sorted(unread))},
            )

    def _error(self, error: BaseException | None) -> HomeAssistantError:
        """Return the exception that tells a person why the devices were not read."""
        if isinstance(error, ConfigEntryAuthFailed):
            return HomeAssistantError(
                translation_domain=DOMAIN, translation_key="signed_out"
            )
        return HomeAssistantError(
            translation_domain=DOMAIN,
            translation_key="update_failed",
            translation_placeholders={
                "reason": self._health.reason or type(error).__name__
            },
        )
