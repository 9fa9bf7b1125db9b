"""What an account leaves behind: tasks, timers, listeners, connections and objects."""

import asyncio
from collections import Counter
from collections.abc import Iterator
import gc
from pathlib import Path
from types import CodeType
from typing import Any

from homeassistant.core import HassJob
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from pytest_homeassistant_custom_component.common import get_scheduled_timer_handles

from custom_components.ring_partner.api import RefreshingTokens
from custom_components.ring_partner.app.webhooks import AppWebhooks
from custom_components.ring_partner.helpers.timer import Timer

from .world import World

INTEGRATION = "custom_components.ring_partner"


def check_unloaded(world: World) -> None:
    """Check that nothing of an account runs that was just unloaded."""
    # A refresh of the tokens is never canceled.
    refresh = RefreshingTokens._run.__code__
    assert [each for each, code in tasks(INTEGRATION) if code is not refresh] == []
    assert list(_listeners(world)) == []
    # The webhooks stay registered for an hour.
    assert [t for t in _timers() if not _is_of_webhooks(t)] == []
    app = world.home.app
    assert not app.router.has_subscribers
    assert not app.resilience.breaker._subscribers


def check_removed(world: World) -> None:
    """Check that nothing is left of an account that was removed a while ago."""
    check_unloaded(world)
    assert list(_timers()) == []
    assert files(world) == []
    connector = async_get_clientsession(world.hass).connector
    assert connector is not None
    assert not connector._conns
    assert not connector._acquired
    left = objects()
    assert {name: left[name] for name in _OF_AN_ACCOUNT if left[name]} == {}


_OF_AN_ACCOUNT = (
    "ClipCache",
    "DeliveryHealth",
    "EventDispatcher",
    "EventStore",
    "HistoryReader",
    "RingDevicesCoordinator",
    "RingSession",
    "ServiceHealth",
    "Snapshots",
)


def objects() -> Counter[str]:
    """Return how many objects of each class of the integration are in memory."""
    gc.collect()
    return Counter(
        type(each).__name__
        for each in gc.get_objects()
        if getattr(type(each), "__module__", "").startswith(INTEGRATION)
    )


def files(world: World) -> list[Path]:
    """Return all files of the integration."""
    config = world.hass.config
    cached = Path(config.cache_path("ring_partner")).rglob("*")
    stored = Path(config.path(".storage")).glob("ring_partner*")
    return [path for path in (*cached, *stored) if path.is_file()]


def tasks(*packages: str) -> Iterator[tuple[asyncio.Task[Any], CodeType]]:
    """Iterate over the running tasks whose coroutines these packages define."""
    folders = tuple(f"/{package.replace('.', '/')}/" for package in packages)
    for task in asyncio.all_tasks():
        code = getattr(task.get_coro(), "cr_code", None)
        if code is not None and any(each in code.co_filename for each in folders):
            yield task, code


def _timers() -> Iterator[HassJob[..., Any]]:
    loop = asyncio.get_running_loop()
    for handle in get_scheduled_timer_handles(loop):
        for argument in () if handle.cancelled() else handle._args or ():
            if isinstance(argument, HassJob) and INTEGRATION in repr(argument):
                yield argument


def _is_of_webhooks(job: HassJob[..., Any]) -> bool:
    timer = getattr(job.target, "__self__", None)
    owner = getattr(timer._action, "__self__", None) if type(timer) is Timer else None
    return isinstance(owner, AppWebhooks)


def _listeners(world: World) -> Iterator[str]:
    for event_type, listeners in world.hass.bus._listeners.items():
        for job, _ in listeners:
            if INTEGRATION in repr(job):
                yield f"{event_type}: {job}"
