"""The fix flows of repair issues."""

from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.ring_partner.const import DOMAIN
from ring_simulator import Fault

from .helpers import LIST_PATH, requested_paths
from .linked_home import LinkedHome
from .polling_driver import PollingDriver

FLOWS = "/api/repairs/issues/fix"


class Repairs:
    """The repairs of Home Assistant's frontend."""

    def __init__(self, hass: HomeAssistant, client: Any) -> None:
        self.hass = hass
        self._client = client

    def issue(self, key: str) -> ir.IssueEntry | None:
        """Return the repair issue with a translation key."""
        for issue in ir.async_get(self.hass).issues.values():
            if issue.domain == DOMAIN and issue.translation_key == key:
                return issue if issue.active else None
        return None

    async def start(self, key: str) -> dict[str, Any]:
        """Open the repair of an issue."""
        issue = self.issue(key)
        assert issue is not None
        return await self._post(FLOWS, {"handler": DOMAIN, "issue_id": issue.issue_id})

    async def submit(self, form: dict[str, Any], **entered: str) -> dict[str, Any]:
        """Submit a form."""
        result = await self._post(f"{FLOWS}/{form['flow_id']}", entered)
        await self.hass.async_block_till_done(wait_background_tasks=True)
        return result

    async def _post(self, path: str, body: dict[str, str]) -> dict[str, Any]:
        response = await self._client.post(path, json=body)
        assert response.status == 200, await response.text()
        result: dict[str, Any] = await response.json()
        return result


@pytest.fixture
async def repairs(hass: HomeAssistant, hass_client: ClientSessionGenerator) -> Repairs:
    """Return the repairs; request an account before."""
    assert await async_setup_component(hass, "repairs", {})
    return Repairs(hass, await hass_client())


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
