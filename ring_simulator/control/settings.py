"""Control API for the settings."""

from dataclasses import asdict

from aiohttp import web

from ring_simulator.responses import json_response
from ring_simulator.simulator import Simulator

from .fields import BadInputError, Fields

CHOICES: dict[str, tuple[int | str, ...]] = {
    "refusal_status": (400, 401, 403),
    "refusal_body": ("json", "html"),
    "unauthorized_body": ("empty", "json"),
    "link_order": ("code_first", "redirect_first"),
    "token_exchange_format": ("form", "json", "query"),
    "token_exchange_key": (
        "code",
        "authorization_code",
        "authorizationCode",
        "auth_code",
    ),
    "app_integration_shape": ("envelope", "flat"),
    "redirect_uri_check": ("exact", "any"),
    "webhook_version": ("1.1", "1.0"),
    "sub_type_location": ("data", "attributes"),
    "history_last_page": ("no_next", "empty_with_next", "no_links"),
}
INTEGERS = ("access_token_lifetime", "device_page_size", "history_page_size")
NUMBERS = {
    "code_delay": None,
    "retry_scale": None,
    "webhook_duplicate_share": 1,
    "webhook_drop_share": 1,
    "webhook_shuffle_window": None,
}
"""Settings that are numbers, and their maximum; the minimum is 0."""

_NULLABLE = ("device_page_size",)


def add_routes(app: web.Application, simulator: Simulator) -> None:
    """Add the routes."""

    async def change(request: web.Request) -> web.Response:
        fields = await Fields.read(request, *CHOICES, *INTEGERS, *NUMBERS)
        changes: dict[str, float | str | None] = {}
        for name, allowed in CHOICES.items():
            changes[name] = fields.choice(name, allowed)
        for name in INTEGERS:
            integer = changes[name] = fields.integer(name)
            _check_range(name, integer, 1, None)
        for name, maximum in NUMBERS.items():
            number = changes[name] = fields.number(name)
            _check_range(name, number, 0, maximum)
        for name, value in changes.items():
            if value is not None or (name in fields and name in _NULLABLE):
                setattr(simulator.settings, name, value)
        return json_response(asdict(simulator.settings))

    app.router.add_patch("/settings", change)


def _check_range(
    name: str, number: float | None, minimum: int, maximum: int | None
) -> None:
    """Raise BadInputError if a number is out of range."""
    if number is None:
        return
    if number < minimum:
        raise BadInputError(f"{name}: must be at least {minimum}")
    if maximum is not None and number > maximum:
        raise BadInputError(f"{name}: must be at most {maximum}")
