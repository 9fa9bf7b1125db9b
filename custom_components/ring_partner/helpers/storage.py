"""Files of the integration in Home Assistant's storage."""

import logging
from typing import Any, Final, override

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.storage import Store
from homeassistant.util.file import WriteError
from homeassistant.util.json import SerializationError
import voluptuous as vol

from ..const import DOMAIN

_LOGGER = logging.getLogger(__name__)

_VERSION: Final = 1

# What Home Assistant's store raises for content that is not its own.
_UNREADABLE: Final = (
    HomeAssistantError,
    NotImplementedError,
    AttributeError,
    LookupError,
    TypeError,
    ValueError,
)


class RingStore(Store[dict[str, Any]]):
    """A private file, written atomically; unusable content counts as absent.

    Content is unusable if a newer version of the integration has written it, or if
    values have the wrong type. This must not keep an account from being set up.

    Attributes:
        write_error: the error of the last write, which Home Assistant only logs; None
            if it succeeded.

    """

    def __init__(self, hass: HomeAssistant, name: str, schema: vol.Schema) -> None:
        """Set up the file; `schema` is what its content must match."""
        super().__init__(
            hass, _VERSION, f"{DOMAIN}.{name}", private=True, atomic_writes=True
        )
        self._schema = schema
        self.write_error: HomeAssistantError | None = None

    @override
    async def async_load(self) -> dict[str, Any] | None:
        """Return the content, or None if there is none that can be used."""
        try:
            stored = await super().async_load()
            if stored is None:
                return None
            content: dict[str, Any] = self._schema(stored)
        except vol.Invalid:
            _LOGGER.warning("Ignored the file %s: its content is not valid", self.path)
        except _UNREADABLE as error:
            _LOGGER.warning("Ignored the file %s: %s", self.path, error)
        else:
            return content
        return None

    @override
    async def _async_write_data(self, data: dict[str, Any]) -> None:
        self.write_error = None
        try:
            await super()._async_write_data(data)
        except (WriteError, SerializationError) as error:
            self.write_error = error
            raise
