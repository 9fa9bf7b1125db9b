"""One state tells how Ring's service is doing, and the right people hear of it."""

import logging
from typing import Any

from homeassistant.components import persistent_notification
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ring_partner.const import DOMAIN
from ring_simulator import Fault, Simulator

from ..helpers import LIST_PATH, POLL, notifications, requested_paths, state_of

STATUS = "sensor.alex_morgan_api_status"
OUTAGE = "Ring's service is not available"
TOO_MANY = "Ring receives too many requests"


def lines(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Return the messages that the integration has logged."""
    return [
        record.getMessage()
        for record in caplog.records
        if record.name.startswith(f"custom_components.{DOMAIN}")
        and record.levelno >= logging.INFO
    ]


def issues(hass: HomeAssistant) -> dict[str, ir.IssueEntry]:
    """Return the repair notices by translation key."""
    return {
        str(issue.translation_key): issue
        for (domain, _), issue in ir.async_get(hass).issues.items()
        if domain == DOMAIN
    }


async def test_outage_from_the_first_failure_to_the_return(
    hass: HomeAssistant,
    simulator: Simulator,
    loaded_entry: MockConfigEntry,
    pass_time: Any,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.clear()
    fault = simulator.faults.add(Fault(status=500, path=LIST_PATH))

    await pass_time(POLL)
    assert state_of(hass, STATUS) == "degraded"
    assert notifications(hass) == []
    assert lines(caplog) == []

    # The third poll in a row, after one minute and then two.
    for _ in range(3):
        await pass_time(POLL)
    assert state_of(hass, STATUS) == "outage"
    assert notifications(hass) == [OUTAGE]
    attributes = hass.states.get(STATUS).attributes
    assert "500" in attributes["reason"]
    assert attributes["next_try"] is not None

    for _ in range(30):
        await pass_time(POLL)
    assert notifications(hass) == [OUTAGE]
    assert len(lines(caplog)) == 1
    assert "unavailable for Alex Morgan: Ring answered 500" in lines(caplog)[0]

    simulator.faults.remove(fault)
    await pass_time(15 * POLL)
    assert state_of(hass, STATUS) == "ok"
    assert notifications(hass) == []
    assert lines(caplog)[1:] == ["Ring's service is available again for Alex Morgan"]
    attributes = hass.states.get(STATUS).attributes
    assert attributes["reason"] is None
    assert attributes["next_try"] is None


async def test_three_failed_polls_are_an_outage_without_the_breaker(
    hass: HomeAssistant,
    simulator: Simulator,
    loaded_entry: MockConfigEntry,
    pass_time: Any,
) -> None:
    simulator.faults.add(Fault(body="html", path=LIST_PATH))
    states = []
    for _ in range(4):
        await pass_time(POLL)
        states.append(state_of(hass, STATUS))
    assert states == ["degraded", "degraded", "degraded", "outage"]
    assert notifications(hass) == [OUTAGE]


async def test_closed_notification_does_not_come_back(
    hass: HomeAssistant,
    simulator: Simulator,
    loaded_entry: MockConfigEntry,
    pass_time: Any,
) -> None:
    simulator.faults.add(Fault(status=500))
    await pass_time(POLL)
    await pass_time(POLL)
    persistent_notification.async_dismiss(hass, f"service_{loaded_entry.entry_id}")

    for _ in range(10):
        await pass_time(POLL)

    assert notifications(hass) == []


async def test_one_hiccup_is_no_news(
    hass: HomeAssistant,
    simulator: Simulator,
    loaded_entry: MockConfigEntry,
    pass_time: Any,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.clear()
    simulator.faults.add(Fault(status=502, count=3, path=LIST_PATH))
    await pass_time(POLL)
    assert state_of(hass, STATUS) == "degraded"
    await pass_time(POLL)
    assert state_of(hass, STATUS) == "ok"
    assert notifications(hass) == []
    assert lines(caplog) == []


async def test_retries_hide_a_single_failure(
    hass: HomeAssistant,
    simulator: Simulator,
    loaded_entry: MockConfigEntry,
    pass_time: Any,
) -> None:
    simulator.faults.add(Fault(status=500, count=2, path=LIST_PATH))
    await pass_time(POLL)
    assert state_of(hass, STATUS) == "ok"


async def test_rate_limit_that_lasts_is_told(
    hass: HomeAssistant,
    simulator: Simulator,
    loaded_entry: MockConfigEntry,
    pass_time: Any,
) -> None:
    simulator.faults.add(Fault(status=429, retry_after=60))
    seen = []
    for _ in range(8):
        await pass_time(30)
        seen.append((state_of(hass, STATUS), notifications(hass)))
    assert ("rate_limited", []) in seen
    assert seen[-1] == ("rate_limited", [TOO_MANY])

    simulator.faults.clear()
    for _ in range(4):
        await pass_time(30)
    assert state_of(hass, STATUS) == "ok"
    assert notifications(hass) == []


async def test_refused_network_is_a_repair_notice_and_a_long_pause(
    hass: HomeAssistant,
    simulator: Simulator,
    loaded_entry: MockConfigEntry,
    pass_time: Any,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.clear()
    before = len(simulator.requests)
    fault = simulator.faults.add(Fault(status=406))
    await pass_time(POLL)

    assert state_of(hass, STATUS) == "refused"
    assert set(issues(hass)) == {"network_refused"}
    assert notifications(hass) == []
    assert len(lines(caplog)) == 1

    for _ in range(14):
        await pass_time(60)
    # One request, and no attempt to renew the token.
    assert requested_paths(simulator, before) == [LIST_PATH]

    simulator.faults.remove(fault)
    await pass_time(120)
    assert state_of(hass, STATUS) == "ok"
    assert issues(hass) == {}
    assert lines(caplog)[1:] == ["Ring's service is available again for Alex Morgan"]


async def test_forbidden_list_is_a_missing_permission(
    hass: HomeAssistant,
    simulator: Simulator,
    loaded_entry: MockConfigEntry,
    pass_time: Any,
) -> None:
    simulator.faults.add(Fault(status=403, path=LIST_PATH))
    for _ in range(5):
        await pass_time(POLL)

    assert state_of(hass, STATUS) == "degraded"
    assert set(issues(hass)) == {"missing_permission_account"}
    assert notifications(hass) == []

    simulator.faults.clear()
    await pass_time(15 * POLL)
    assert state_of(hass, STATUS) == "ok"
    assert issues(hass) == {}


@pytest.mark.parametrize("asked_again", [True, False])
async def test_forbidden_device_names_the_device_and_clears_itself(
    hass: HomeAssistant,
    simulator: Simulator,
    loaded_entry: MockConfigEntry,
    pass_time: Any,
    *,
    asked_again: bool,
) -> None:
    garden = simulator.device("Garden")
    simulator.faults.add(Fault(status=403, path=f"{LIST_PATH}/{garden.id}"))
    coordinator = loaded_entry.runtime_data.coordinator
    await coordinator.async_refresh_device(garden.id)
    await coordinator.async_refresh_device(garden.id)

    issue = issues(hass)["missing_permission_device"]
    assert issue.translation_placeholders is not None
    assert issue.translation_placeholders["devices"] == "Garden"
    assert state_of(hass, STATUS) == "ok"

    if asked_again:
        simulator.faults.clear()
        await coordinator.async_refresh_device(garden.id)
    else:
        await pass_time(POLL)
    assert issues(hass) == {}


async def test_unload_takes_every_notice_back(
    hass: HomeAssistant,
    simulator: Simulator,
    loaded_entry: MockConfigEntry,
    pass_time: Any,
) -> None:
    garden = simulator.device("Garden")
    simulator.faults.add(Fault(status=403, path=f"{LIST_PATH}/{garden.id}"))
    await loaded_entry.runtime_data.coordinator.async_refresh_device(garden.id)
    simulator.faults.add(Fault(status=500))
    await pass_time(POLL)
    await pass_time(POLL)
    assert notifications(hass) == [OUTAGE]
    assert issues(hass)

    await hass.config_entries.async_unload(loaded_entry.entry_id)

    assert notifications(hass) == []
    assert issues(hass) == {}


async def test_signed_out_is_logged_once_and_ends_with_a_sign_in(
    hass: HomeAssistant,
    simulator: Simulator,
    loaded_entry: MockConfigEntry,
    pass_time: Any,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.clear()
    simulator.tokens.revoke_all(simulator.account)
    await pass_time(POLL)
    await pass_time(POLL)
    assert [line for line in lines(caplog) if "no longer accepts" in line] == [
        (
            "Ring no longer accepts the sign-in of Alex Morgan: "
            "Ring no longer accepts the access token"
        )
    ]


async def test_secrets_stay_out_of_the_log(
    hass: HomeAssistant,
    simulator: Simulator,
    loaded_entry: MockConfigEntry,
    pass_time: Any,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    token = loaded_entry.data["token"]["access_token"]
    for body in ("json", "html", "reset", "truncated"):
        simulator.faults.add(Fault(status=500, body=body, count=3))
        await pass_time(20 * POLL)
    simulator.tokens.revoke_all(simulator.account)
    await pass_time(POLL)
    assert token not in caplog.text


async def test_everything_failing_opens_the_breaker_before_the_third_poll(
    hass: HomeAssistant,
    simulator: Simulator,
    loaded_entry: MockConfigEntry,
    pass_time: Any,
) -> None:
    simulator.faults.add(Fault(status=500))
    await pass_time(POLL)
    await pass_time(POLL)
    assert loaded_entry.runtime_data.app.resilience.breaker.state == "open"
    assert state_of(hass, STATUS) == "outage"
    assert notifications(hass) == [OUTAGE]
