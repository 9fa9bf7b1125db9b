"""Where secrets could leak to: the log, exceptions, and what Home Assistant shows."""

from collections.abc import Iterator
from contextlib import contextmanager
import logging
from pathlib import Path
import sys
import traceback
from types import CodeType
from typing import Any, Final, override

from homeassistant.components import persistent_notification
from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import MATCH_ALL
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

from custom_components import ring_partner
from custom_components.ring_partner.const import DOMAIN
from custom_components.ring_partner.diagnostics import (
    async_get_config_entry_diagnostics,
)

from .secrets import Leaks

INTEGRATION: Final = logging.getLogger(ring_partner.__name__)

_FOLDER: Final = str(Path(ring_partner.__file__).parent)
_OWN_ERRORS: Final = (ring_partner.__name__, "homeassistant.")
_ONLY_IN_TESTS: Final = (
    "aiohttp.access",  # Home Assistant mutes it.
    "pytest_homeassistant_custom_component.common",  # It logs what is stored.
)
_MONITORING: Final = sys.monitoring
_TOOL: Final = 4
"""ID in `sys.monitoring` that is not for coverage, profilers or debuggers."""


class _LogHandler(logging.Handler):
    """Looks at log records, those of the integration at all levels.

    Home Assistant itself logs whole requests and messages at the level debug.
    """

    def __init__(self, leaks: Leaks) -> None:
        super().__init__()
        self._leaks = leaks

    @override
    def emit(self, record: logging.LogRecord) -> None:
        if record.name in _ONLY_IN_TESTS or (
            record.levelno < logging.INFO
            and not record.name.startswith(INTEGRATION.name)
        ):
            return
        texts = [record.getMessage(), repr(record.args)]
        if record.exc_info and record.exc_info[1] is not None:
            texts += traceback.format_exception(record.exc_info[1])
        self._leaks.look_at(f"the log of {record.name}", *texts)


@contextmanager
def watch_log(leaks: Leaks) -> Iterator[None]:
    """Look at the log, that of the integration at all levels."""
    root, handler, level = logging.getLogger(), _LogHandler(leaks), INTEGRATION.level
    root.addHandler(handler)
    INTEGRATION.setLevel(logging.DEBUG)
    yield
    INTEGRATION.setLevel(level)
    root.removeHandler(handler)


@contextmanager
def watch_exceptions(leaks: Leaks) -> Iterator[None]:
    """Look at the errors of the integration, wherever they are caught.

    Those of other libraries are not looked at: their texts can have URLs, and the
    integration turns them into errors of its own. If it does not, they get into the
    log.
    """

    def raised(code: CodeType, _offset: int, error: BaseException) -> None:
        if code.co_filename.startswith(_FOLDER) and type(error).__module__.startswith(
            _OWN_ERRORS
        ):
            look_at_exception(leaks, error)

    if _MONITORING.get_tool(_TOOL) is None:
        # Once, as this slows down all code for a moment.
        _MONITORING.use_tool_id(_TOOL, __name__)
        _MONITORING.set_events(_TOOL, _MONITORING.events.RAISE)
    _MONITORING.register_callback(_TOOL, _MONITORING.events.RAISE, raised)
    yield
    _MONITORING.register_callback(_TOOL, _MONITORING.events.RAISE, None)


def look_at_exception(leaks: Leaks, error: BaseException | None) -> None:
    """Look at an exception, and at those that a traceback would show with it."""
    while error is not None:
        notes = getattr(error, "__notes__", [])
        leaks.look_at(
            f"a {type(error).__name__}", error, repr(error.args), vars(error), notes
        )
        error = error.__cause__ or (
            None if error.__suppress_context__ else error.__context__
        )


def watch_home_assistant(leaks: Leaks, hass: HomeAssistant) -> None:
    """Look at events, and with them at states, repair issues and notifications."""

    @callback
    def look_at_event(event: Event[Any]) -> None:
        leaks.look_at(f"an event {event.event_type}", event.data)
        if event.event_type == ir.EVENT_REPAIRS_ISSUE_REGISTRY_UPDATED:
            issue = ir.async_get(hass).async_get_issue(
                event.data["domain"], event.data["issue_id"]
            )
            leaks.look_at("a repair issue", issue)

    @callback
    def look_at_notifications(_: object, changed: object) -> None:
        leaks.look_at("a notification", changed)

    hass.bus.async_listen(MATCH_ALL, look_at_event)
    persistent_notification.async_register_callback(hass, look_at_notifications)


async def look_at_diagnostics(leaks: Leaks, hass: HomeAssistant) -> None:
    """Look at the diagnostics of all accounts that are set up."""
    for entry in hass.config_entries.async_entries(DOMAIN):
        if entry.state is ConfigEntryState.LOADED:
            diagnostics = await async_get_config_entry_diagnostics(hass, entry)
            leaks.look_at("the diagnostics", diagnostics)
