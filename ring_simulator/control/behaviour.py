"""Changes which variant of Ring's behaviour is shown."""

from dataclasses import asdict
from typing import TYPE_CHECKING

from aiohttp import web

from ring_simulator.answers import json_answer

from .fields import BadInputError, Fields

if TYPE_CHECKING:
    from ring_simulator.simulator import Simulator

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
    "sub_type_place": ("data", "attributes"),
    "history_last_page": ("no_next", "empty_with_next", "no_links"),
}
COUNTS = ("access_token_lifetime", "device_page_size", "history_page_size")
AMOUNTS = {
    "code_delay": None,
    "retry_scale": None,
    "webhook_duplicate_share": 1,
    "webhook_drop_share": 1,
    "webhook_shuffle_window": None,
}
"""Number → its largest value; the smallest is 0."""

_MAY_BE_NULL = ("device_page_size",)


def add_routes(app: web.Application, sim: Simulator) -> None:
    """Add the routes of this area."""

    async def change(request: web.Request) -> web.Response:
        fields = await Fields.of(request, *CHOICES, *COUNTS, *AMOUNTS)
        changes: dict[str, float | str | None] = {}
        for name, allowed in CHOICES.items():
            changes[name] = fields.choice(name, allowed)
        for name in COUNTS:
            count = changes[name] = fields.whole(name)
            _check(name, count, 1, None)
        for name, largest in AMOUNTS.items():
            amount = changes[name] = fields.number(name)
            _check(name, amount, 0, largest)
        for name, value in changes.items():
            if value is not None or (name in fields and name in _MAY_BE_NULL):
                setattr(sim.behaviour, name, value)
        return json_answer(asdict(sim.behaviour))

    app.router.add_patch("/behaviour", change)


def _check(name: str, number: float | None, smallest: int, largest: int | None) -> None:
    """Raise BadInputError for a number out of range."""
    if number is None:
        return
    if number < smallest:
        raise BadInputError(f"{name}: must be at least {smallest}")
    if largest is not None and number > largest:
        raise BadInputError(f"{name}: must be at most {largest}")
