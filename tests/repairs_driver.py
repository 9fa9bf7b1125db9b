"""Drives fix flows over Home Assistant's API, as its frontend does."""

from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir

from custom_components.ring_partner.const import DOMAIN

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
