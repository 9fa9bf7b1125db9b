"""Downloads media from Ring's API, or from the pre-signed URL that it redirects to.

Ring's documentation contradicts itself on which of both it is (Ring Partner API
reference, 6, 6).
"""

import logging

from .errors import SERVICE_FAILURES, RateLimitError, ResponseError
from .limiter import Priority
from .presigned import REDIRECTS
from .session import Request, RingSession
from .transport import Response

_LOGGER = logging.getLogger(__name__)


async def download(
    session: RingSession, request: Request, *, priority: Priority
) -> Response:
    """Send a request for media, follow its redirect, and return the response.

    If the redirect leads to a failure, the request is sent again: a pre-signed URL is
    valid for 60 seconds only.

    Args:
        session: Session of the account.
        request: Request with `redirect_ok`. If it is `streamed`, the response has to
            be closed.
        priority: Whether a user waits for the media.

    Raises:
        RingError: The subclass tells why the download failed.
    """
    shared = session.resilience
    started, attempt = shared.clock(), 0
    while True:
        attempt += 1
        response = await session.request(request, priority=priority)
        if response.status not in REDIRECTS:
            return response
        location = response.headers.get("Location")
        if not location:
            raise ResponseError("Ring's redirect has no URL", status=response.status)
        try:
            return await session.request_presigned(
                location, max_size=request.max_size, streamed=request.streamed
            )
        except (*SERVICE_FAILURES, RateLimitError) as error:
            delay = shared.retry_policy.delay(
                attempt,
                retry_after=error.retry_after,
                elapsed=shared.clock() - started,
            )
            if delay is None:
                raise
            _LOGGER.debug(
                "The download failed, trying again in %.1f s: %s", delay, error
            )
        await shared.sleep(delay)
