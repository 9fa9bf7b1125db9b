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
    "on_demand_events": ("none", "live_views", "all"),
    "on_demand_media": ("available", "refused"),
    "media_permission": ("granted", "missing"),
    "range_before_consent": ("limited", "refused"),
    "media_error_step": ("request", "download"),
    "media_redirect_status": (303, 301, 302, 307),
    "not_ready_status": (425, 416),
    "picture_origin": ("recording", "snapshot"),
    "clip_delivery": ("redirect", "direct"),
    "clip_length_header": ("X-Media-Length", "X-Media-Duration"),
    "clip_not_found_code": ("TIMESTAMP_NOT_FOUND", "MEDIA_NOT_FOUND"),
    "clip_status": (200, 206),
    "clip_transfer": ("length", "chunked"),
    "live_answer_direction": ("sendonly", "sendrecv", "recvonly"),
    "live_answer_audio": ("present", "missing"),
    "live_answer_order": ("offered", "reversed"),
    "live_busy_status": (429, 503),
    "live_location": ("absolute", "relative", "query", "relative_query"),
    "chime_body": ("both", "json_api", "flat"),
}
INTEGERS = {
    "access_token_lifetime": 1,
    "device_page_size": 1,
    "history_page_size": 1,
    "not_ready_retry_after": 0,
    "clip_padding": 0,
    "live_session_limit": 0,
}
"""Settings that are integers, and their minimum."""
NUMBERS = {
    "code_delay": None,
    "retry_scale": None,
    "webhook_duplicate_share": 1,
    "webhook_drop_share": 1,
    "webhook_shuffle_window": None,
    "recording_delay": None,
    "live_view_scale": None,
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
        for name, minimum in INTEGERS.items():
            integer = changes[name] = fields.integer(name)
            _check_range(name, integer, minimum, None)
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
