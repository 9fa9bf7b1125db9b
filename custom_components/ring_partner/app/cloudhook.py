"""Cloudhooks of Home Assistant Cloud."""

from homeassistant.core import HomeAssistant


async def async_cloudhook(
    hass: HomeAssistant, webhook_id: str, known: str | None
) -> str | None:
    """Return the cloudhook of a webhook, or None without Home Assistant Cloud.

    Args:
        hass: Home Assistant.
        webhook_id: the webhook.
        known: the cloudhook as it was stored, used while the cloud is not connected.

    """
    if "cloud" not in hass.config.components:
        return None
    from homeassistant.components import cloud  # noqa: PLC0415 - optional

    if not cloud.async_active_subscription(hass):
        return None
    try:
        return await cloud.async_get_or_create_cloudhook(hass, webhook_id)
    except cloud.CloudNotAvailable:
        return known


async def async_delete_cloudhook(hass: HomeAssistant, webhook_id: str) -> None:
    """Delete the cloudhook of a webhook, if there is one."""
    if "cloud" not in hass.config.components:
        return
    from homeassistant.components import cloud  # noqa: PLC0415 - optional

    try:
        await cloud.async_delete_cloudhook(hass, webhook_id)
    except cloud.CloudNotAvailable, ValueError:
        return
