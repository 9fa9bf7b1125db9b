"""``/v1/history/devices/{id}/events`` (API reference, 2.7)."""

from datetime import UTC, datetime
from math import inf
from typing import TYPE_CHECKING, Any

from aiohttp import web

from ring_simulator.answers import ApiError, document, json_answer
from ring_simulator.kinds import Encryption
from ring_simulator.pipeline import CALLER
from ring_simulator.timestamps import iso

if TYPE_CHECKING:
    from ring_simulator.history import HistoryEvent
    from ring_simulator.simulator import Simulator

_CURSOR = "page[key]"


def add_routes(app: web.Application, sim: Simulator) -> None:
    """Add the routes of this area."""
    app.router.add_get("/v1/history/devices/{id}/events", _History(sim).events)


class _History:
    def __init__(self, sim: Simulator) -> None:
        self._sim = sim

    async def events(self, request: web.Request) -> web.Response:
        events = self._permitted(request)
        cursor = request.query.get(_CURSOR)
        if cursor is not None:
            until = _parse(cursor)
            events = [event for event in events if event.start < until]
        page = _first_page(events, self._sim.behaviour.history_page_size)
        members = self._links(request, page, events)
        data = [event.resource() for event in page]
        return json_answer(document(data, self._sim.clock(), **members))

    def _permitted(self, request: web.Request) -> list[HistoryEvent]:
        """Return what the caller may see and has asked for, the newest first.

        Raises:
            ApiError: 404 if the caller has no such device, 403 if it isn't shared.
        """
        sim, caller = self._sim, request[CALLER]
        device = sim.devices.get(request.match_info["id"])
        if (
            device is None
            or device.account_id != caller.account.id
            or device.encryption is Encryption.E2EE
        ):
            raise ApiError(404, "Device not found")
        if not device.shared:
            raise ApiError(403, "Not authorized for this device")
        events = sim.history.of(device)
        integration = sim.linking.find(caller.token.client_id, caller.account.id)
        if integration is not None:
            consent = integration.consented_at
            since = inf if consent is None else round(consent * 1000)
            events = [event for event in events if event.start >= since]
        asked = request.query.get("event_types", "")
        wanted = [name for name in asked.split(",") if name]
        # the Playground doesn't care what it is asked for
        if not wanted or caller.token.read_only:
            return events
        return [event for event in events if any(map(event.matches, wanted))]

    def _links(
        self, request: web.Request, page: list[HistoryEvent], events: list[HistoryEvent]
    ) -> dict[str, Any]:
        """Return the member ``links`` in one of the forms in which it was seen."""
        end = self._sim.behaviour.history_last_page
        if len(page) < len(events) or end == "empty_with_next":
            # nothing left: the same place again, for ever
            cursor = _format(page[-1].start) if page else request.query.get(_CURSOR)
            cursor = cursor or iso(self._sim.clock())
            url = request.rel_url.update_query({_CURSOR: cursor})
            # relative, with the filters of the request and with brackets as they are
            text = str(url).replace("%5B", "[").replace("%5D", "]")
            return {"links": {"next": text}}
        return {} if end == "no_links" else {"links": {}}


def _first_page(events: list[HistoryEvent], size: int) -> list[HistoryEvent]:
    """Return a page; it is longer if the next event began with the last one.

    The cursor is a time, so what began together must not be torn apart.
    """
    end = min(size, len(events))
    while 0 < end < len(events) and events[end].start == events[end - 1].start:
        end += 1
    return events[:end]


def _format(start: int) -> str:
    return iso(start / 1000, milliseconds=True)


def _parse(cursor: str) -> int:
    """Return the epoch milliseconds of a cursor."""
    try:
        moment = datetime.fromisoformat(cursor)
    except ValueError:
        raise ApiError(400, "Invalid page key") from None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return round(moment.timestamp() * 1000)
