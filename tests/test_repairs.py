"""The fix flows of repair issues."""

from homeassistant.helpers import issue_registry as ir
import pytest

from custom_components.ring_partner.const import DOMAIN
from ring_simulator import Fault

from .helpers import LIST_PATH, history_read_count, requested_paths
from .linked_home import LinkedHome
from .polling_driver import PollingDriver
from .repairs_driver import Repairs


async def test_network_that_ring_accepts_again(
    polling: PollingDriver, repairs: Repairs
) -> None:
    fault = await polling.fail(Fault(status=406))
    form = await repairs.start("network_refused")
    assert form["step_id"] == "check"
    assert form["description_placeholders"]["account"] == "Alex Morgan"

    before = len(polling.simulator.requests)
    form = await repairs.submit(form)
    assert form["errors"] == {"base": "not_solved"}
    assert LIST_PATH in requested_paths(polling.simulator, before)

    polling.simulator.faults.remove(fault)
    result = await repairs.submit(form)
    assert result["type"] == "create_entry"
    assert repairs.issue("network_refused") is None
    assert polling.status == "ok"


async def test_permission_of_the_account(
    polling: PollingDriver, repairs: Repairs
) -> None:
    fault = await polling.fail(Fault(status=403, path=LIST_PATH))
    form = await repairs.start("missing_permission_account")
    form = await repairs.submit(form)
    assert form["errors"] == {"base": "not_solved"}
    polling.simulator.faults.remove(fault)
    assert (await repairs.submit(form))["type"] == "create_entry"
    assert repairs.issue("missing_permission_account") is None


async def test_permission_of_the_history(
    polling: PollingDriver, repairs: Repairs
) -> None:
    garden = polling.simulator.device("Garden").id
    fault = await polling.fail(
        Fault(status=403, path=f"/v1/history/devices/{garden}/*"), polls=2
    )
    form = await repairs.start("missing_permission_history")
    assert form["description_placeholders"]["devices"] == "Garden"
    form = await repairs.submit(form)
    assert form["errors"] == {"base": "not_solved"}
    polling.simulator.faults.remove(fault)
    assert (await repairs.submit(form))["type"] == "create_entry"
    assert repairs.issue("missing_permission_history") is None


async def test_account_that_is_not_loaded(
    polling: PollingDriver, repairs: Repairs
) -> None:
    await polling.fail(Fault(status=406))
    form = await repairs.start("network_refused")
    await polling.hass.config_entries.async_unload(polling.entry.entry_id)
    # The repair issue is gone with the account.
    assert (await repairs.submit(form))["type"] == "create_entry"


async def test_wrong_key(home: LinkedHome, repairs: Repairs) -> None:
    key = home.simulator.client.hmac_key
    home.simulator.client.hmac_key = "another key="
    for _ in range(3):
        await home.pass_time(20)
        await home.press()
    form = await repairs.start("events_wrong_signature")
    assert form["description_placeholders"]["console_url"].startswith("https://")
    for malformed in (" ", "a\x00b"):
        form = await repairs.submit(form, hmac_key=malformed)
        assert form["errors"] == {"hmac_key": "malformed_key"}
    assert home.entry.data["hmac_key"] == key

    result = await repairs.submit(form, hmac_key=" another key= ")
    assert result["type"] == "create_entry"
    assert home.entry.data["hmac_key"] == "another key="
    await home.settle()
    assert repairs.issue("events_wrong_signature") is None
    await home.pass_time(20)
    before = len(home.event_ids("event.front_door_doorbell"))
    await home.press()
    assert len(home.event_ids("event.front_door_doorbell")) == before + 1


async def test_pause_is_longer_after_another_refusal(
    polling: PollingDriver, repairs: Repairs
) -> None:
    await polling.fail(Fault(status=406))
    await polling.poll(16)
    pause = polling.entry.runtime_data.session.resilience.network_pause
    assert pause.remaining == pytest.approx(30 * 60, abs=60)
    await repairs.submit(await repairs.start("network_refused"))
    assert pause.remaining == pytest.approx(60 * 60, abs=60)


async def test_check_reads_the_history_without_permission_only(
    polling: PollingDriver, repairs: Repairs
) -> None:
    garden = polling.simulator.device("Garden")
    path = f"/v1/history/devices/{garden.id}/*"
    await polling.fail(Fault(status=403, path=path), polls=2)
    form = await repairs.start("missing_permission_history")
    before = history_read_count(polling.simulator)
    await repairs.submit(form)
    assert history_read_count(polling.simulator) == before + 1


async def test_ignored_issue_is_kept_while_unloaded(
    home: LinkedHome, repairs: Repairs
) -> None:
    issue = repairs.issue("encrypted")
    assert issue is not None
    ir.async_ignore_issue(home.hass, DOMAIN, issue.issue_id, ignore=True)
    await home.reload()
    issue = repairs.issue("encrypted")
    assert issue is not None
    assert issue.dismissed_version is not None
    await home.hass.config_entries.async_remove(home.entry.entry_id)
    assert repairs.issue("encrypted") is None


async def test_public_url(home: LinkedHome, repairs: Repairs) -> None:
    config = home.hass.config
    config.internal_url = config.api = None
    await config.async_update(external_url=None)
    await home.settle()
    form = await repairs.start("no_public_url")
    form = await repairs.submit(form)
    assert form["errors"] == {"base": "not_solved"}
    config.external_url = "https://home.example.com"
    assert (await repairs.submit(form))["type"] == "create_entry"
    assert repairs.issue("no_public_url") is None


async def test_permission_of_a_device_that_is_listed(
    polling: PollingDriver, repairs: Repairs
) -> None:
    garden = polling.simulator.device("Garden").id
    fault = polling.simulator.faults.add(
        Fault(status=403, path=f"{LIST_PATH}/{garden}")
    )
    await polling.entry.runtime_data.coordinator.async_refresh_device(garden)
    form = await repairs.start("missing_permission_device")
    form = await repairs.submit(form)
    assert form["errors"] == {"base": "not_solved"}
    polling.simulator.faults.remove(fault)
    assert (await repairs.submit(form))["type"] == "create_entry"
    assert repairs.issue("missing_permission_device") is None
