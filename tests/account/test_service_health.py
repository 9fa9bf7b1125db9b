"""The API status, and its notifications and repair issues."""

import logging

from homeassistant.components import persistent_notification
import pytest

from custom_components.ring_partner.const import DOMAIN
from ring_simulator import Fault

from ..helpers import LIST_PATH, requested_paths
from ..polling_driver import PollingDriver

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


async def test_outage_from_the_first_failure_to_the_recovery(
    polling: PollingDriver, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.clear()
    fault = await polling.fail(Fault(status=500, path=LIST_PATH))
    assert polling.status == "degraded"
    assert polling.notifications == []
    assert lines(caplog) == []

    # The third poll in a row, after one minute and then two.
    await polling.poll(3)
    assert polling.status == "outage"
    assert polling.notifications == [OUTAGE]
    attributes = polling.hass.states.get(STATUS).attributes
    assert "500" in attributes["reason"]
    assert attributes["next_try"] is not None
    await polling.poll(30)
    assert polling.notifications == [OUTAGE]
    assert len(lines(caplog)) == 1
    assert "unavailable for Alex Morgan: Ring answered 500" in lines(caplog)[0]

    polling.simulator.faults.remove(fault)
    await polling.pass_time(15 * 60)
    assert polling.status == "ok"
    assert polling.notifications == []
    assert lines(caplog)[1:] == ["Ring's service is available again for Alex Morgan"]
    attributes = polling.hass.states.get(STATUS).attributes
    assert attributes["reason"] is None
    assert attributes["next_try"] is None


async def test_three_failed_polls_are_an_outage_without_the_breaker(
    polling: PollingDriver,
) -> None:
    polling.simulator.faults.add(Fault(body="html", path=LIST_PATH))
    statuses = []
    for _ in range(4):
        await polling.poll()
        statuses.append(polling.status)
    assert statuses == ["degraded", "degraded", "degraded", "outage"]
    assert polling.notifications == [OUTAGE]


async def test_dismissed_notification_does_not_return(polling: PollingDriver) -> None:
    await polling.fail(Fault(status=500), polls=2)
    notification_id = f"outage_{polling.entry.entry_id}"
    persistent_notification.async_dismiss(polling.hass, notification_id)
    await polling.poll(10)

    assert polling.notifications == []


async def test_one_failed_poll_is_not_reported(
    polling: PollingDriver, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.clear()
    await polling.fail(Fault(status=502, count=3, path=LIST_PATH))
    assert polling.status == "degraded"
    await polling.poll()
    assert polling.status == "ok"
    assert polling.notifications == []
    assert lines(caplog) == []


async def test_retries_hide_a_single_failure(polling: PollingDriver) -> None:
    await polling.fail(Fault(status=500, count=2, path=LIST_PATH))
    assert polling.status == "ok"


async def test_lasting_rate_limit_is_reported(polling: PollingDriver) -> None:
    polling.simulator.faults.add(Fault(status=429, retry_after=60))
    seen = []
    for _ in range(8):
        await polling.pass_time(30)
        seen.append((polling.status, polling.notifications))
    assert ("rate_limited", []) in seen
    assert seen[-1] == ("rate_limited", [TOO_MANY])

    polling.simulator.faults.clear()
    for _ in range(4):
        await polling.pass_time(30)
    assert polling.status == "ok"
    assert polling.notifications == []


async def test_refused_network_has_a_repair_issue_and_a_long_pause(
    polling: PollingDriver, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.clear()
    before = len(polling.simulator.requests)
    fault = await polling.fail(Fault(status=406))

    assert polling.status == "refused"
    assert polling.issues.keys() == {"network_refused"}
    assert polling.notifications == []
    assert len(lines(caplog)) == 1

    await polling.poll(14)
    # One request, and no attempt to renew the token.
    assert requested_paths(polling.simulator, before) == [LIST_PATH]

    polling.simulator.faults.remove(fault)
    await polling.pass_time(120)
    assert polling.status == "ok"
    assert polling.issues == {}
    assert lines(caplog)[1:] == ["Ring's service is available again for Alex Morgan"]


async def test_forbidden_list_is_a_missing_permission(polling: PollingDriver) -> None:
    await polling.fail(Fault(status=403, path=LIST_PATH), polls=5)

    assert polling.status == "degraded"
    assert polling.issues.keys() == {"missing_permission_account"}
    assert polling.notifications == []

    await polling.recover(polls=15)
    assert polling.status == "ok"
    assert polling.issues == {}


@pytest.mark.parametrize("read_again", [True, False])
async def test_issue_names_the_forbidden_device_and_ends_by_itself(
    polling: PollingDriver,
    *,
    read_again: bool,
) -> None:
    garden = polling.simulator.device("Garden")
    polling.simulator.faults.add(Fault(status=403, path=f"{LIST_PATH}/{garden.id}"))
    coordinator = polling.coordinator
    await coordinator.async_refresh_device(garden.id)
    await coordinator.async_refresh_device(garden.id)

    issue = polling.issues["missing_permission_device"]
    assert issue.translation_placeholders is not None
    assert issue.translation_placeholders["devices"] == "Garden"
    assert polling.status == "ok"

    if read_again:
        polling.simulator.faults.clear()
        await coordinator.async_refresh_device(garden.id)
    else:
        await polling.poll()
    assert polling.issues == {}


async def test_unload_removes_notifications_and_issues(polling: PollingDriver) -> None:
    garden = polling.simulator.device("Garden")
    polling.simulator.faults.add(Fault(status=403, path=f"{LIST_PATH}/{garden.id}"))
    await polling.coordinator.async_refresh_device(garden.id)
    await polling.fail(Fault(status=500), polls=2)
    assert polling.notifications == [OUTAGE]
    assert polling.issues

    await polling.hass.config_entries.async_unload(polling.entry.entry_id)

    assert polling.notifications == []
    assert polling.issues == {}


async def test_signed_out_is_logged_once_and_ends_with_a_sign_in(
    polling: PollingDriver, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.clear()
    polling.simulator.tokens.revoke_all(polling.simulator.account)
    await polling.poll(2)
    assert [line for line in lines(caplog) if "no longer accepts" in line] == [
        (
            "Ring no longer accepts the sign-in of Alex Morgan: "
            "Ring no longer accepts the access token"
        )
    ]


async def test_no_secrets_in_the_log(
    polling: PollingDriver, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    token = polling.entry.data["token"]["access_token"]
    for body in ("json", "html", "reset", "truncated"):
        polling.simulator.faults.add(Fault(status=500, body=body, count=3))
        await polling.pass_time(20 * 60)
    polling.simulator.tokens.revoke_all(polling.simulator.account)
    await polling.poll()
    assert token not in caplog.text


async def test_breaker_opens_before_the_third_poll_if_everything_fails(
    polling: PollingDriver,
) -> None:
    await polling.fail(Fault(status=500), polls=2)
    assert polling.entry.runtime_data.app.resilience.breaker.state == "open"
    assert polling.status == "outage"
    assert polling.notifications == [OUTAGE]
