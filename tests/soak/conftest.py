"""Fixtures of the soak test: virtual time, and randomness from the seed."""

from collections.abc import AsyncIterator, Callable, Iterator
import logging
import random
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
import pytest

from custom_components.ring_partner.api import CircuitBreaker, Resilience, RetryPolicy

from ..linked_home import LinkedHome
from ..virtual_time import VirtualTime
from .ledger import Ledger
from .log_counter import INTEGRATION, LogCounter
from .profile import Profile
from .world import World

# Not test modules, which pytest rewrites by itself.
pytest.register_assert_rewrite(
    *(f"{__package__}.{name}" for name in ("expectations", "leaks", "report", "watch"))
)


@pytest.fixture
def profile() -> Profile:
    """Return how long the test runs, and its seed."""
    return Profile.from_environment()


@pytest.fixture
def hass_config_dir(hass_tmp_config_dir: str) -> str:
    """Return an empty folder for the configuration."""
    return hass_tmp_config_dir


@pytest.fixture
def hass_storage() -> dict[str, Any]:
    """Let Home Assistant write its files, which the harness would keep in memory."""
    return {}


@pytest.fixture
def resilience(profile: Profile) -> Resilience:
    """Return a resilience of the usual kind, with randomness from the seed."""
    source = random.Random(profile.seed).random
    return Resilience(
        breaker=CircuitBreaker("Ring's API", random=source),
        retry_policy=RetryPolicy(random=source),
    )


@pytest.fixture
def logs() -> Iterator[LogCounter]:
    """Count what is logged."""
    counter = LogCounter()
    logging.getLogger().addHandler(counter)
    yield counter
    logging.getLogger().removeHandler(counter)


@pytest.fixture
def forget_log_records(
    caplog: pytest.LogCaptureFixture, pytestconfig: pytest.Config
) -> Callable[[], None]:
    """Return a function that lets pytest forget the log records of the test."""
    plugin: Any = pytestconfig.pluginmanager.get_plugin("logging-plugin")

    def forget() -> None:
        for handler in (caplog.handler, plugin.report_handler):
            handler.clear()

    return forget


@pytest.fixture
async def world(
    hass: HomeAssistant,
    profile: Profile,
    home: LinkedHome,
    freezer: FrozenDateTimeFactory,
    caplog: pytest.LogCaptureFixture,
) -> AsyncIterator[World]:
    """Yield a linked account whose time passes by itself."""
    assert await async_setup_component(hass, "homeassistant", {})
    # Debug mode would keep a traceback for each timer.
    hass.loop.set_debug(False)
    # Log records are kept until the end, with the objects that are in them.
    for logger in ("", INTEGRATION):
        caplog.set_level(logging.INFO, logger)
    # With the same numbers, IDs of Home Assistant would be secrets of Ring.
    random.seed(f"{profile.seed} Home Assistant")
    home.simulator.random.seed(f"{profile.seed} Ring")
    home.simulator.settings.access_token_lifetime = 14_400
    ledger = Ledger(hass)
    ledger.start()
    virtual_time = VirtualTime(hass.loop, freezer, random.Random(profile.seed))
    with virtual_time.installed():
        yield World(home, ledger)
