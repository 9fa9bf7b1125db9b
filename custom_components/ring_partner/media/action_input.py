"""Validates what a person enters for an action."""

from datetime import datetime
from pathlib import Path

from homeassistant.const import Platform
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import ServiceValidationError, UnknownUser
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.device_registry import AnyDeviceEntry
from homeassistant.util import dt as dt_util

from ..api.media import MAX_AGE
from ..const import DOMAIN


def past_time(time: datetime) -> datetime:
    """Return a time of which Ring can have media, in UTC.

    Without a time zone, it is a local time.

    Raises:
        ServiceValidationError: the time is in the future, or too long ago.

    """
    at, now = dt_util.as_utc(time), dt_util.utcnow()
    if at > now:
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="time_in_future",
            translation_placeholders={"time": str(time)},
        )
    if at < now - MAX_AGE:
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="time_too_old",
            translation_placeholders={"time": str(time), "days": str(MAX_AGE.days)},
        )
    return at


async def async_get_path(
    hass: HomeAssistant, filename: str, suffixes: tuple[str, ...]
) -> Path:
    """Return the path of a file that an action may write.

    Raises:
        ServiceValidationError: Home Assistant may not write there, or the name ends
            differently.

    """
    path = Path(filename)
    if path.suffix.lower() not in suffixes:
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="wrong_suffix",
            translation_placeholders={
                "path": filename,
                "suffixes": ", ".join(suffixes),
            },
        )
    if (
        not filename.isprintable()
        or not path.is_absolute()
        or ".." in path.parts
        or not await hass.async_add_executor_job(hass.config.is_allowed_path, filename)
    ):
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="path_not_allowed",
            translation_placeholders={"path": filename},
        )
    return path


async def async_has_permission(
    hass: HomeAssistant,
    context: Context,
    device: AnyDeviceEntry,
    policy: str,
    platform: Platform,
) -> bool:
    """Return whether a user has a permission for a device's entities of a platform.

    Automations have all permissions.

    Raises:
        UnknownUser: the user does not exist.

    """
    if context.user_id is None:
        return True
    user = await hass.auth.async_get_user(context.user_id)
    if user is None:
        raise UnknownUser(context=context)
    entities = er.async_entries_for_device(
        er.async_get(hass), device.id, include_disabled_entities=True
    )
    return all(
        user.permissions.check_entity(entity.entity_id, policy)
        for entity in entities
        if entity.domain == platform
    )


async def async_check_permission(
    hass: HomeAssistant, context: Context, device: AnyDeviceEntry, policy: str
) -> None:
    """Check that a user has a permission for all cameras of a device.

    Raises:
        ServiceValidationError: the permission is missing.
        UnknownUser: the user does not exist.

    """
    if not await async_has_permission(hass, context, device, policy, Platform.CAMERA):
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="no_permission",
            translation_placeholders={
                "device": device.name_by_user or device.name or device.id
            },
        )
