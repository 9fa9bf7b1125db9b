"""Live sessions over WHEP (Ring Partner API reference, 2.10)."""

from contextlib import suppress
from dataclasses import dataclass, field

from yarl import URL

from .document import same_origin
from .errors import ResponseError, RingError
from .limiter import Priority
from .paths import device_path, resolve_location
from .session import Request, RingSession

_SDP = "application/sdp"

_GONE = (404, 410)


@dataclass(frozen=True, slots=True)
class LiveSession:
    """A live session.

    Attributes:
        answer: Ring's answer (SDP).
        url: URL of the session, to end it. None if Ring sent none: the session then
            only ends after its time limit.
    """

    answer: str = field(repr=False)
    url: URL | None = field(repr=False)


async def start_live_session(
    session: RingSession,
    device_id: str,
    offer: str,
    *,
    component_id: str | None = None,
) -> LiveSession:
    """Start a live session.

    Ring ends it after 30 seconds (battery) or 60 seconds (line-powered). The request
    is not repeated after a failure, as that could start a second session.

    Args:
        session: Session of the account.
        device_id: ID of the device.
        offer: The viewer's offer (SDP) with all its candidates; see
            `sdp.complete_offer`.
        component_id: The camera of a device with several.

    Raises:
        DeviceOfflineError: The device is offline.
        ForbiddenError: The user hasn't granted access to the live view.
        ResponseError: Ring's response isn't an answer, or its URL is of another origin.
        RingError: The request failed in another way; the subclass tells why.
    """
    request = Request(
        "POST",
        device_path(device_id, "media/streaming/whep/sessions"),
        query=None if component_id is None else {"component_id": component_id},
        data=offer.encode(errors="replace"),
        content_type=_SDP,
        accept=_SDP,
        about_device=True,
    )
    response = await session.request(request, priority=Priority.USER)
    url = _session_url(response.headers.get("Location"), session.api_url)
    answer = response.body.decode(errors="replace").lstrip("\ufeff \r\n")
    live = LiveSession(answer, url)
    if not answer.startswith("v=0"):
        with suppress(RingError):
            await end_live_session(session, live)
        raise ResponseError(
            "Ring's answer to the live view is not SDP", status=response.status
        )
    return live


async def end_live_session(session: RingSession, live: LiveSession) -> bool | None:
    """End a live session.

    Returns:
        Whether it was still running; None if that is unknown.

    Raises:
        RingError: The request failed; the subclass tells why. Ring ends the session
            by itself after its time limit.
    """
    if live.url is None:
        return None
    request = Request("DELETE", live.url, about_device=True)
    try:
        await session.request(request, priority=Priority.USER)
    except RingError as error:
        if error.status not in _GONE:
            raise
        return False
    return True


def _session_url(location: str | None, api_url: URL) -> URL | None:
    """Return the URL of a live session, with its query unchanged.

    Raises:
        ResponseError: It is of another origin, which must not get the access token.
    """
    if not location:
        return None
    url = resolve_location(location, api_url)
    if url is None or not same_origin(url, api_url):
        raise ResponseError("Ring's live session has an unusable URL")
    return url
