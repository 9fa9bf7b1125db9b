"""A loaded account that a test polls while Ring's service fails."""

from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ring_partner.const import DOMAIN
from custom_components.ring_partner.coordinator import RingDevicesCoordinator
from ring_simulator import Fault, Simulator

from .helpers import POLL, PassTime, notifications, state_of, states


class PollingDriver:
    """Lets Ring fail and time pass, and reads what Home Assistant shows."""

    def __init__(
        self,
        hass: HomeAssistant,
        simulator: Simulator,
        entry: MockConfigEntry,
        pass_time: PassTime,
    ) -> None:
        self.hass = hass
        self.simulator = simulator
        self.entry = entry
        self.pass_time = pass_time

    @property
    def coordinator(self) -> RingDevicesCoordinator:
        """Return the coordinator of the devices."""
        coordinator: RingDevicesCoordinator = self.entry.runtime_data.coordinator
        return coordinator

    async def poll(self, times: int = 1) -> None:
        """Let the time of some polls pass."""
        for _ in range(times):
            await self.pass_time(POLL)

    async def fail(self, fault: Fault, *, polls: int = 1) -> str:
        """Let the simulator fail from now on, and poll; return the fault's ID."""
        fault_id = self.simulator.faults.add(fault)
        await self.poll(polls)
        return fault_id

    async def recover(self, *, polls: int = 1) -> None:
        """End all faults, and let the time of some polls pass at once."""
        self.simulator.faults.clear()
        await self.pass_time(polls * POLL)

    def state(self, entity_id: str) -> str:
        """Return an entity's state, or fail."""
        return state_of(self.hass, entity_id)

    @property
    def status(self) -> str:
        """Return the state of the API status."""
        return self.state("sensor.alex_morgan_api_status")

    @property
    def connectivity(self) -> set[str]:
        """Return the states of all connectivity sensors."""
        return {*states(self.hass, "_connectivity").values()}

    @property
    def notifications(self) -> list[str]:
        """Return the titles of the notifications that are shown."""
        return notifications(self.hass)

    @property
    def all_issues(self) -> dict[str, ir.IssueEntry]:
        """Return the repair issues by their translation key."""
        return {
            str(issue.translation_key): issue
            for issue in ir.async_get(self.hass).issues.values()
            if issue.domain == DOMAIN and issue.active
        }

    @property
    def issues(self) -> dict[str, ir.IssueEntry]:
        """Return the repair issues, without that of the encrypted camera."""
        issues = self.all_issues
        issues.pop("encrypted", None)
        return issues
