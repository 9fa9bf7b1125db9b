"""Tests fail if a secret leaks: here, each way to leak is used on purpose."""

from collections.abc import Awaitable, Callable
import inspect
import logging
import os
from pathlib import Path
from typing import Any
from urllib.parse import quote

from homeassistant.components import persistent_notification
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.aiohttp_client import async_get_clientsession
import pytest
from yarl import URL

from custom_components import ring_partner
from custom_components.ring_partner.api import RingError
from custom_components.ring_partner.const import DOMAIN

from .leak_sources import look_at_diagnostics
from .linked_home import LinkedHome
from .secrets import PART, Leaks

LOGGER = logging.getLogger(f"{ring_partner.__name__}.api.session")

type Leak = Callable[[LinkedHome, str], Awaitable[Any] | None]


pytestmark = pytest.mark.usefixtures("leaks_on_purpose")


@pytest.fixture
def secret(home: LinkedHome) -> str:
    """Return the refresh token of the account."""
    return str(home.entry.data["token"]["refresh_token"])


def _log(home: LinkedHome, secret: str) -> None:
    LOGGER.debug("Signed in with %s", secret)


def _log_arguments(home: LinkedHome, secret: str) -> None:
    LOGGER.info("Signed in as %(name)s", {"name": "Alex", "token": secret})


def _log_traceback(home: LinkedHome, secret: str) -> None:
    try:
        int(secret)
    except ValueError:
        LOGGER.exception("The sign-in failed")


def _log_of_home_assistant(home: LinkedHome, secret: str) -> None:
    logging.getLogger("homeassistant.components.webhook").info(secret)


def _state(home: LinkedHome, secret: str) -> None:
    home.hass.states.async_set("sensor.leak", secret)


def _attribute(home: LinkedHome, secret: str) -> None:
    home.hass.states.async_set("sensor.leak", "on", {"url": f"/?token={secret}"})


def _event(home: LinkedHome, secret: str) -> None:
    home.hass.bus.async_fire("ring_partner_leak", {"deep": [{"token": secret}]})


def _notification(home: LinkedHome, secret: str) -> None:
    persistent_notification.async_create(home.hass, secret, notification_id="leak")
    persistent_notification.async_dismiss(home.hass, "leak")


def _repair_issue(home: LinkedHome, secret: str) -> None:
    ir.async_create_issue(
        home.hass,
        DOMAIN,
        "leak",
        is_fixable=False,
        severity=ir.IssueSeverity.WARNING,
        translation_key="public_url",
        translation_placeholders={"url": f"https://example.com/{secret}"},
    )
    ir.async_delete_issue(home.hass, DOMAIN, "leak")


def _raise(error: BaseException, cause: BaseException | None = None) -> None:
    """Raise an error as code of the integration does, and catch it."""
    code = compile("raise error from cause", str(Path(ring_partner.__file__)), "exec")
    with pytest.raises(type(error)):
        exec(code, {"error": error, "cause": cause})  # noqa: S102 - own code


def _exception(home: LinkedHome, secret: str) -> None:
    _raise(RingError(f"{secret} is not valid"))


def _exception_attribute(home: LinkedHome, secret: str) -> None:
    _raise(RingError("It is not valid", detail=secret))


def _exception_cause(home: LinkedHome, secret: str) -> None:
    _raise(RingError("It is not valid"), ValueError(secret))


async def _request(home: LinkedHome, secret: str) -> None:
    url = URL(os.environ["RING_PARTNER_API_URL"]) / "v1/users/me"
    session = async_get_clientsession(home.hass)
    async with session.get(url, params={"token": secret}):
        pass


LEAKS: list[tuple[Leak, str]] = [
    (_log, f"the log of {LOGGER.name}"),
    (_log_arguments, f"the log of {LOGGER.name}"),
    (_log_traceback, f"the log of {LOGGER.name}"),
    (_log_of_home_assistant, "the log of homeassistant.components.webhook"),
    (_state, "an event state_changed"),
    (_attribute, "an event state_changed"),
    (_event, "an event ring_partner_leak"),
    (_notification, "a notification"),
    (_repair_issue, "a repair issue"),
    (_exception, "a RingError"),
    (_exception_attribute, "a RingError"),
    (_exception_cause, "a ValueError"),
    (_request, "the URL of a request to http://127.0.0.1:"),
]


@pytest.mark.parametrize(
    ("leak", "place"), [pytest.param(*case, id=case[0].__name__) for case in LEAKS]
)
async def test_leak_is_found(
    home: LinkedHome, leaks: Leaks, secret: str, leak: Leak, place: str
) -> None:
    await home.press()
    assert leaks.find() == []
    waiting = leak(home, secret)
    if inspect.isawaitable(waiting):
        await waiting
    (found,) = leaks.find()
    assert found.startswith(f"refresh token in {place}")
    with pytest.raises(AssertionError, match="refresh token") as failure:
        leaks.check()
    assert secret not in str(failure.value)


async def test_leak_in_diagnostics_is_found(
    home: LinkedHome, leaks: Leaks, secret: str
) -> None:
    home.hass.config_entries.async_update_entry(home.entry, options={"leak": secret})
    await home.settle()
    await look_at_diagnostics(leaks, home.hass)
    assert leaks.find() == ["refresh token in the diagnostics"]
    home.hass.config_entries.async_update_entry(home.entry, options={})
    await home.settle()


async def test_secret_of_each_kind(home: LinkedHome, leaks: Leaks) -> None:
    """Ring's cloud keeps a list of all secrets that it has made."""
    simulator = home.simulator
    await home.press()
    await home.pass_time(1)  # fetches the picture
    simulator.linking.nonce(simulator.client, simulator.account, 1)
    simulator.tokens.issue_code(simulator.account, simulator.client)
    simulator.tokens.issue_playground(simulator.account)
    assert leaks.find() == []
    for value in simulator.secrets.all():
        leaks.look_at("a test", value)
    assert {found.removesuffix(" in a test") for found in leaks.find()} == {
        "client secret",
        "HMAC key",
        "access token",
        "refresh token",
        "playground token",
        "code",
        "webhook signature",
        "signature of a pre-signed URL",
        "nonce",
    }


@pytest.mark.parametrize(
    "change",
    [
        lambda secret: secret[:PART],
        lambda secret: secret[-PART:],
        lambda secret: quote(secret, safe=""),
        lambda secret: f"https://example.com/?code={quote(secret, safe='')}&time=1",
        lambda secret: f"Bearer {secret},",
        lambda secret: repr({"Authorization": secret.encode()}),
        lambda secret: f"/clips/{'a' * 90}{secret}{'b' * 90}",
    ],
)
@pytest.mark.parametrize("value", ["A+b/" * 10 + "+/8=", "eyJ-_" * 20 + "." + "x" * 86])
def test_secret_in_another_form(
    leaks: Leaks, value: str, change: Callable[[str], str]
) -> None:
    leaks.look_at("a text that comes first", change(value))
    assert leaks.find() == []
    leaks.add_secrets(lambda: {value: "key"})
    assert leaks.find() == ["key in a text that comes first"]


def test_short_texts_are_no_secrets(leaks: Leaks) -> None:
    """Tests use such keys as names, which are in many texts."""
    leaks.add_secrets(lambda: {"another-key": "key", "x" * PART: "long key"})
    leaks.look_at("a test", "another-key", "x" * (PART - 1))
    assert leaks.find() == []
