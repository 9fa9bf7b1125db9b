"""Repairs that a person can make in Home Assistant."""

from typing import Any

from homeassistant.components.repairs import RepairsFlow, RepairsFlowResult
from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.const import CONF_ACCESS_TOKEN
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
import voluptuous as vol

from .account.permission_issues import Permission
from .api import RingError
from .app.app_keys import async_change_keys
from .const import CONF_HMAC_KEY, CONSOLE_URL, DOMAIN, PLAYGROUND_URL
from .flows.link_steps import KEY_SCHEMA, error_key, valid_key
from .flows.playground_token import (
    TOKEN_SCHEMA,
    async_account_of_token,
    playground_data,
)


async def async_create_fix_flow(
    hass: HomeAssistant,
    issue_id: str,
    data: dict[str, str | int | float | None] | None,
) -> RepairsFlow:
    """Return the flow of a repair issue; `data` has the ID of its config entry."""
    entry_id = str((data or {})["entry_id"])
    entry = hass.config_entries.async_get_known_entry(entry_id)
    if issue_id.startswith("events_wrong_signature"):
        return HmacKeyRepair(entry)
    if issue_id.startswith("playground_ending"):
        return PlaygroundTokenRepair(entry)
    return CheckRepair(entry)


class RingRepair(RepairsFlow):
    """A repair of an account."""

    def __init__(self, entry: ConfigEntry) -> None:
        """Set up the repair."""
        self.entry = entry

    @property
    def issue(self) -> ir.IssueEntry | None:
        """The repair issue, if it is still there."""
        return ir.async_get(self.hass).async_get_issue(DOMAIN, self.issue_id)

    @property
    def placeholders(self) -> dict[str, str]:
        """The placeholders of the forms."""
        issue = self.issue
        return {
            "console_url": f"{CONSOLE_URL}/apps",
            "playground_url": PLAYGROUND_URL,
            **((issue and issue.translation_placeholders) or {}),
        }


class HmacKeyRepair(RingRepair):
    """Enters the HMAC key with which Ring signs its events."""

    async def async_step_init(
        self, user_input: dict[str, Any] | None = None
    ) -> RepairsFlowResult:
        """Ask for the key."""
        return await self.async_step_hmac_key()

    async def async_step_hmac_key(
        self, user_input: dict[str, Any] | None = None
    ) -> RepairsFlowResult:
        """Ask for the key, and use it for all accounts of the app."""
        problems = {}
        if user_input is not None:
            if key := valid_key(user_input[CONF_HMAC_KEY]):
                async_change_keys(self.hass, self.entry, {CONF_HMAC_KEY: key})
                return self.async_create_entry(data={})
            problems[CONF_HMAC_KEY] = "malformed_key"
        return self.async_show_form(
            step_id="hmac_key",
            data_schema=KEY_SCHEMA,
            errors=problems,
            description_placeholders=self.placeholders,
        )


class PlaygroundTokenRepair(RingRepair):
    """Enters a new Playground token before the old one ends."""

    async def async_step_init(
        self, user_input: dict[str, Any] | None = None
    ) -> RepairsFlowResult:
        """Ask for the token."""
        return await self.async_step_token()

    async def async_step_token(
        self, user_input: dict[str, Any] | None = None
    ) -> RepairsFlowResult:
        """Ask for the token, and use it."""
        problems = {}
        if user_input is not None:
            token = user_input[CONF_ACCESS_TOKEN].strip()
            try:
                account = await async_account_of_token(self.hass, token)
            except ValueError:
                problems[CONF_ACCESS_TOKEN] = "malformed_token"
            except RingError as error:
                problems["base"] = error_key(error)
            else:
                if account.id == self.entry.unique_id:
                    self.hass.config_entries.async_update_entry(
                        self.entry, data=playground_data(token)
                    )
                    self.hass.config_entries.async_schedule_reload(self.entry.entry_id)
                    return self.async_create_entry(data={})
                problems["base"] = "another_account"
        return self.async_show_form(
            step_id="token",
            data_schema=TOKEN_SCHEMA,
            errors=problems,
            description_placeholders=self.placeholders,
        )


class CheckRepair(RingRepair):
    """Asks Ring at once whether the problem is solved."""

    async def async_step_init(
        self, user_input: dict[str, Any] | None = None
    ) -> RepairsFlowResult:
        """Tell what to do."""
        return await self.async_step_check()

    async def async_step_check(
        self, user_input: dict[str, Any] | None = None
    ) -> RepairsFlowResult:
        """Ask Ring, and show the form again if the problem remains."""
        problems = {}
        if user_input is not None:
            await self._async_check()
            if self.issue is None:
                return self.async_create_entry(data={})
            problems["base"] = "not_solved"
        return self.async_show_form(
            step_id="check",
            data_schema=vol.Schema({}),
            errors=problems,
            description_placeholders=self.placeholders,
        )

    async def _async_check(self) -> None:
        if self.entry.state is not ConfigEntryState.LOADED:
            return
        runtime = self.entry.runtime_data
        # Ring has rejected this network; the person says that this is over.
        runtime.session.resilience.network_pause.skip()
        permissions = runtime.health.permissions
        devices = permissions.devices(Permission.DEVICE)
        await runtime.coordinator.async_refresh()
        await runtime.public_url.async_check()
        # The list of devices can contain devices that may not be read one by one.
        for device_id in devices:
            await runtime.coordinator.async_refresh_device(device_id)
        for device_id in permissions.devices(Permission.HISTORY):
            await runtime.history.async_read_now(device_id)
