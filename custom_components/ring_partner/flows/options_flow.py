"""The options flow of an account."""

from collections import ChainMap
from typing import Any, Final

from homeassistant.config_entries import ConfigFlowResult, OptionsFlowWithReload
from homeassistant.const import UnitOfInformation, UnitOfTime
from homeassistant.data_entry_flow import section
from homeassistant.helpers.selector import (
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
    SelectSelector,
    SelectSelectorConfig,
)
import voluptuous as vol

from ..account.notifications import NotificationKind
from ..account.options import (
    CONF_CLIP_CACHE_DAYS,
    CONF_CLIP_CACHE_SIZE,
    CONF_LATE_AFTER,
    CONF_MOTION_DURATION,
    CONF_NOTIFICATIONS,
    CONF_OFFLINE_AFTER,
    CONF_STALE_AFTER,
    DEFAULT_CLIP_CACHE_DAYS,
    DEFAULT_CLIP_CACHE_SIZE,
    DEFAULT_LATE_AFTER,
    DEFAULT_MOTION_DURATION,
    DEFAULT_NOTIFICATIONS,
    DEFAULT_OFFLINE_AFTER,
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


_SECTIONS: Final[dict[str, dict[vol.Required, Any]]] = {
    "events": {
        vol.Required(CONF_LATE_AFTER, default=DEFAULT_LATE_AFTER): _number(
            10, 3600, UnitOfTime.SECONDS
        ),
        vol.Required(CONF_MOTION_DURATION, default=DEFAULT_MOTION_DURATION): _number(
            5, 3600, UnitOfTime.SECONDS
        ),
    },
    "outages": {
        vol.Required(CONF_STALE_AFTER, default=DEFAULT_STALE_AFTER): _number(
            2, 1440, UnitOfTime.MINUTES
        ),
        vol.Required(CONF_OFFLINE_AFTER, default=DEFAULT_OFFLINE_AFTER): _number(
            1, 1440, UnitOfTime.MINUTES
        ),
        vol.Required(
            CONF_NOTIFICATIONS, default=[*DEFAULT_NOTIFICATIONS]
        ): SelectSelector(
            SelectSelectorConfig(
                options=[kind.value for kind in NotificationKind],
                multiple=True,
                translation_key="notifications",
            )
        ),
    },
    "recordings": {
        vol.Required(CONF_CLIP_CACHE_SIZE, default=DEFAULT_CLIP_CACHE_SIZE): _number(
            50, 20_000, UnitOfInformation.MEGABYTES
        ),
        vol.Required(CONF_CLIP_CACHE_DAYS, default=DEFAULT_CLIP_CACHE_DAYS): _number(
            1, 180, UnitOfTime.DAYS
        ),
    },
}
OPTIONS_SCHEMA: Final = vol.Schema(
    {
        vol.Required(name): section(vol.Schema(fields))
        for name, fields in _SECTIONS.items()
    }
)


class RingOptionsFlow(OptionsFlowWithReload):
    """Changes the options of an account."""

    async def async_step_init(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for the options, which are stored without the sections of the form."""
        if user_input is not None:
            options = ChainMap(*user_input.values())
            return self.async_create_entry(data={**options})
        saved = dict.fromkeys(_SECTIONS, self.config_entry.options)
        return self.async_show_form(
            step_id="init",
            data_schema=self.add_suggested_values_to_schema(OPTIONS_SCHEMA, saved),
        )
