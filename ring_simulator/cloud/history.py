"""Endpoint ``/v1/history/devices/{id}/events`` (API reference, 2.7)."""

from datetime import UTC, datetime
from math import inf
from typing import Any

from aiohttp import web

from ring_simulator.device_kinds import Encryption
from ring_simulator.history import HistoryEvent
from ring_simulator.middlewares import CALLER
from ring_simulator.responses import ApiError, document, json_response
from ring_simulator.simulator import Simulator
from ring_simulator.timestamps import epoch_milliseconds, iso

_CURSOR = "page[key]"


def add_routes(app: web.Application, simulator: Simulator) -> None:
    """Add the routes."""
    app.router.add_get("/v1/history/devices/{id}/events", _History(simulator).events)


class _History:
    def __init__(self, simulator: Simulator) -> None:
        self._simulator = simulator

    async def events(self, request: web.Request) -> web.Response:
        events = self._matching_events(request)
        cursor = request.query.get(_CURSOR)
        if cursor is not None:
            until = _parse_cursor(cursor)
            events = [event for event in events if event.start < until]
        page = _first_page(events, self._simulator.settings.history_page_size)
        members = self._links(request, page, events)
        data = [event.resource() for event in page]
        return json_response(document(data, self._simulator.clock(), **members))

    def _matching_events(self, request: web.Request) -> list[HistoryEvent]:
        """Return the events that match the filter of a request, the newest first.

        Raises:
            ApiError: 404 if the account has no such device, 403 if it is not shared.
        """
        simulator, caller = self._simulator, request[CALLER]
        device = simulator.devices.get(request.match_info["id"])
        if (
            device is None
            or device.account_id != caller.account.id
            or device.encryption is Encryption.E2EE
        ):
            raise ApiError(404, "Device not found")
        if not device.shared:
            raise ApiError(403, "Not authorized for this device")
        events = simulator.history.of(device)
        integration = simulator.linking.find(caller.token.client_id, caller.account.id)
        if integration is not None:
            consent = integration.consented_at
            since = inf if consent is None else epoch_milliseconds(consent)
            events = [event for event in events if event.start >= since]
        parameter = request.query.get("event_types", "")
        event_types = [name for name in parameter.split(",") if name]
        # the Playground ignores the filter
        if not event_types or caller.token.read_only:
            return events
        return [event for event in events if any(map(event.matches, event_types))]

    def _links(
        self, request: web.Request, page: list[HistoryEvent], events: list[HistoryEvent]
    ) -> dict[str, Any]:
        """Return ``links`` in the form that ``history_last_page`` selects."""
        end = self._simulator.settings.history_last_page
        if len(page) < len(events) or end == "empty_with_next":
            # an empty page repeats the cursor of the request
            cursor = (
                _format_cursor(page[-1].start) if page else request.query.get(_CURSOR)
            )
            cursor = cursor or iso(self._simulator.clock())
            url = request.rel_url.update_query({_CURSOR: cursor})
            # relative, with the filters of the request and unescaped brackets
            text = str(url).replace("%5B", "[").replace("%5D", "]")
            return {"links": {"next": text}}
        return {} if end == "no_links" else {"links": {}}


def _first_page(events: list[HistoryEvent], size: int) -> list[HistoryEvent]:
    """Return the first page.

    Events with the same start are on the same page, even if it exceeds the size,
    because the cursor is a time.
    """
    end = min(size, len(events))
    while 0 < end < len(events) and events[end].start == events[end - 1].start:
        end += 1
    return events[:end]


def _format_cursor(start: int) -> str:
    return iso(start / 1000, milliseconds=True)


def _parse_cursor(cursor: str) -> int:
    """Return the epoch milliseconds of a cursor."""
    try:
        moment = datetime.fromisoformat(cursor)
    except ValueError:
        raise ApiError(400, "Invalid page key") from None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return epoch_milliseconds(moment.timestamp())
