"""The options flow of an account."""

from typing import Any, Final

from homeassistant.config_entries import ConfigFlowResult, OptionsFlowWithReload
from homeassistant.const import UnitOfInformation, UnitOfTime
from homeassistant.helpers.selector import (
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
)
import voluptuous as vol

from ..account.options import (
    CONF_CLIP_CACHE_DAYS,
    CONF_CLIP_CACHE_SIZE,
    CONF_LATE_AFTER,
    CONF_MOTION_DURATION,
    CONF_STALE_AFTER,
    DEFAULT_CLIP_CACHE_DAYS,
    DEFAULT_CLIP_CACHE_SIZE,
    DEFAULT_LATE_AFTER,
    DEFAULT_MOTION_DURATION,
    DEFAULT_STALE_AFTER,
)


def _number(min_: int, max_: int, unit: str) -> NumberSelector:
    return NumberSelector(
        NumberSelectorConfig(
            min=min_,
            max=max_,
            unit_of_measurement=unit,
            mode=NumberSelectorMode.BOX,
        )
    )


OPTIONS_SCHEMA: Final = vol.Schema(
    {
        vol.Required(CONF_LATE_AFTER, default=DEFAULT_LATE_AFTER): _number(
            10, 3600, UnitOfTime.SECONDS
        ),
        vol.Required(CONF_STALE_AFTER, default=DEFAULT_STALE_AFTER): _number(
            2, 1440, UnitOfTime.MINUTES
        ),
        vol.Required(CONF_MOTION_DURATION, default=DEFAULT_MOTION_DURATION): _number(
            5, 3600, UnitOfTime.SECONDS
        ),
        vol.Required(CONF_CLIP_CACHE_SIZE, default=DEFAULT_CLIP_CACHE_SIZE): _number(
            50, 20_000, UnitOfInformation.MEGABYTES
        ),
        vol.Required(CONF_CLIP_CACHE_DAYS, default=DEFAULT_CLIP_CACHE_DAYS): _number(
            1, 180, UnitOfTime.DAYS
        ),
    }
)


class RingOptionsFlow(OptionsFlowWithReload):
    """Changes the options of an account."""

    async def async_step_init(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for the options."""
        if user_input is not None:
            return self.async_create_entry(data=user_input)
        return self.async_show_form(
            step_id="init",
            data_schema=self.add_suggested_values_to_schema(
                OPTIONS_SCHEMA, self.config_entry.options
            ),
        )
