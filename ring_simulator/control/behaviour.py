"""Changes which variant of Ring's behaviour is shown."""

from dataclasses import asdict
from typing import TYPE_CHECKING

from aiohttp import web

from ring_simulator.answers import json_answer

from .fields import BadInputError, Fields

if TYPE_CHECKING:
    from ring_simulator.simulator import Simulator

_CHOICES: dict[str, tuple[int | str, ...]] = {
    "refusal_status": (400, 401, 403),
    "refusal_body": ("json", "html"),
    "unauthorized_body": ("empty", "json"),
}
_NUMBERS = ("access_token_lifetime", "device_page_size")
_MAY_BE_NULL = ("device_page_size",)


def add_routes(app: web.Application, sim: Simulator) -> None:
    """Add the routes of this area."""

    async def change(request: web.Request) -> web.Response:
        fields = await Fields.of(request, *_CHOICES, *_NUMBERS)
        changes: dict[str, int | str | None] = {}
        for name, allowed in _CHOICES.items():
            changes[name] = fields.choice(name, allowed)
        for name in _NUMBERS:
            number = changes[name] = fields.whole(name)
            if number is not None and number < 1:
                raise BadInputError(f"{name}: must be at least 1")
        for name, value in changes.items():
            if value is not None or (name in fields and name in _MAY_BE_NULL):
                setattr(sim.behaviour, name, value)
        return json_answer(asdict(sim.behaviour))

    app.router.add_patch("/behaviour", change)
