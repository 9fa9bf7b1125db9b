"""System health: whether Ring can be reached, and how much it is used."""

from typing import Any

from homeassistant.components.system_health import (
    SystemHealthRegistration,
    async_check_can_reach_url,
)
from homeassistant.core import HomeAssistant, callback
from homeassistant.util import dt as dt_util

from .app.cloud_urls import api_url, oauth_url
from .const import DOMAIN
from .runtime import RingConfigEntry


@callback
def async_register(hass: HomeAssistant, register: SystemHealthRegistration) -> None:
    """Register the information."""
    register.async_register_info(
        async_get_info, f"/config/integrations/integration/{DOMAIN}"
    )


async def async_get_info(hass: HomeAssistant) -> dict[str, Any]:
    """Return the information on all accounts that are set up.

    Values of several apps are separated by commas.
    """
    entries: list[RingConfigEntry] = hass.config_entries.async_loaded_entries(DOMAIN)
    accounts = [entry.runtime_data for entry in entries]
    # Accounts of one app share limits and breaker.
    apps = {account.app.client_id: account.app.resilience for account in accounts}
    limiters = [app.limiter for app in apps.values()]
    info: dict[str, Any] = {
        "api_reachable": async_check_can_reach_url(hass, str(api_url())),
        "sign_in_reachable": async_check_can_reach_url(hass, str(oauth_url())),
        "accounts": len(accounts),
        "devices": sum(len(account.coordinator.data) for account in accounts),
    }
    if apps:
        info |= {
            "requests": ", ".join(
                f"{limiter.grants_in_window} / {limiter.limit}" for limiter in limiters
            ),
            "requests_waiting": sum(limiter.waiting for limiter in limiters),
            "requests_paused": round(max(limiter.paused_for for limiter in limiters)),
            "circuit_breaker": ", ".join(app.breaker.state for app in apps.values()),
        }
    deliveries = [account.delivery.tracker.last_delivery for account in accounts]
    if latest := max(filter(None, deliveries), default=None):
        info["last_webhook"] = round((dt_util.utcnow() - latest).total_seconds())
    return info
