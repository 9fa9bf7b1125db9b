"""Handles the requests that come in at the public URLs.

They come from the internet, directly or through a cloudhook, whose request objects
support less: bodies are therefore read from the stream, up to a maximum size.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
import logging
import re
from typing import Final, NamedTuple

from aiohttp import hdrs, web
from homeassistant.core import HomeAssistant
from homeassistant.util.aiohttp import MockRequest

from ..api import ResponseError
from ..api.linking import (
    MAX_CODE_REQUEST_SIZE,
    LinkError,
    Redirect,
    parse_authorization_code,
)
from ..api.webhook import (
    MAX_WEBHOOK_SIZE,
    SIGNATURE_HEADER,
    parse_webhook,
    verify_signature,
)
from .event_router import EventRouter
from .link_page import async_link_page
from .pending_links import LinkProgress, PendingLinks, TooManyCodesError
from .public_urls import UrlKind

_LOGGER = logging.getLogger(__name__)

PAGE_TIMEOUT: Final = 5.0
"""Seconds for which a browser waits for an account link before it gets a page."""

READ_TIMEOUT: Final = 4.0
"""Seconds that reading a body may take, as Ring wants an answer within five."""

_NOT_ENCODED: Final = "identity"
_RING_SIGNATURE: Final = re.compile(r"sha256=[0-9a-fA-F]{64}")

type IncomingRequest = web.Request | MockRequest


class WebhookHandler(NamedTuple):
    """Handles the requests to one of the public URLs."""

    kind: UrlKind
    name: str
    methods: Iterable[str]
    respond: Callable[[IncomingRequest], Awaitable[web.Response]]

    async def async_handle(
        self, _hass: HomeAssistant, _webhook_id: str, request: web.Request
    ) -> web.Response:
        """Respond to a request, as Home Assistant's webhook component calls it."""
        if request.headers.get(hdrs.CONTENT_ENCODING, _NOT_ENCODED) != _NOT_ENCODED:
            # Ring does not compress bodies, and a cloudhook does not decompress them.
            return web.Response(status=415)
        try:
            return await self.respond(request)
        except TimeoutError:
            # Ring repeats the request; a 4xx would count against this URL.
            return web.Response(status=503)


def webhook_handlers(
    hass: HomeAssistant, links: PendingLinks, router: EventRouter
) -> tuple[WebhookHandler, ...]:
    """Return the handlers of one client ID, one for each public URL."""

    async def exchange_token(request: IncomingRequest) -> web.Response:
        return await async_exchange_token(hass, links, request)

    async def link_account(request: IncomingRequest) -> web.Response:
        return await async_link_account(hass, links, request)

    async def receive_event(request: IncomingRequest) -> web.Response:
        return await async_receive_event(router, request)

    return (
        WebhookHandler(
            UrlKind.TOKEN_EXCHANGE,
            "Ring token exchange",
            (hdrs.METH_POST,),
            exchange_token,
        ),
        WebhookHandler(
            UrlKind.ACCOUNT_LINK, "Ring account link", (hdrs.METH_GET,), link_account
        ),
        WebhookHandler(
            UrlKind.WEBHOOK, "Ring events", (hdrs.METH_POST,), receive_event
        ),
    )


async def async_read_body(request: IncomingRequest, max_size: int) -> bytes | None:
    """Return the body as it came, or None if it is larger than `max_size` bytes.

    Raises:
        TimeoutError: the body was not complete in time.

    """
    body = b""
    stream = request.content  # A cloudhook's request starts again at each access.
    async with asyncio.timeout(READ_TIMEOUT):
        while chunk := await stream.read(max_size + 1 - len(body)):
            body += chunk
            if len(body) > max_size:
                return None
    return body


async def async_exchange_token(
    hass: HomeAssistant, links: PendingLinks, request: IncomingRequest
) -> web.Response:
    """Take the code that Ring sends when a person installs the app.

    The code is exchanged in the background, so that Ring is answered at once. A code
    that comes again is not exchanged again.
    """
    body = await async_read_body(request, MAX_CODE_REQUEST_SIZE)
    try:
        if body is None:
            _LOGGER.warning("Ignored a token exchange request: too_large")
            return web.json_response({"error": "too_large"}, status=413)
        code = parse_authorization_code(
            request.headers.get(hdrs.CONTENT_TYPE, ""), body, request.query
        )
        is_new = links.register_code(code)
    except LinkError as error:
        _LOGGER.warning("Ignored a token exchange request: %s", error.problem)
        return web.json_response({"error": error.problem}, status=400)
    except TooManyCodesError:
        _LOGGER.warning("Ignored a token exchange request: too many in a minute")
        return web.json_response({"error": "too_many"}, status=429)
    if is_new:
        hass.async_create_background_task(
            links.async_receive_code(code), "ring_partner token exchange"
        )
    return web.json_response({"status": "ok"})


async def async_link_account(
    hass: HomeAssistant, links: PendingLinks, request: IncomingRequest
) -> web.Response:
    """Take the redirect of a person's browser and show what to do next."""
    try:
        progress = links.async_receive_redirect(Redirect.from_query(request.query))
    except LinkError as error:
        _LOGGER.warning("Ignored an account link request: %s", error.problem)
        return await async_link_page(hass, f"link_page_{error.problem}", status=400)
    if progress is not LinkProgress.ARRIVED:
        # Ring redirects the browser while the code it has just sent is exchanged.
        progress = await links.async_wait_for_exchange(PAGE_TIMEOUT)
    return await async_link_page(
        hass,
        "link_page_arrived"
        if progress is LinkProgress.ARRIVED
        else "link_page_waiting",
    )


async def async_receive_event(
    router: EventRouter, request: IncomingRequest
) -> web.Response:
    """Take an event; the signature is checked before the body is parsed.

    Ring wants an answer within five seconds and a 2xx for every signed event, of a
    known type or not (Ring Partner API reference, 3.1).
    """
    body = await async_read_body(request, MAX_WEBHOOK_SIZE)
    if body is None:
        return web.Response(status=413)
    if not (keys := router.hmac_keys()):
        # The account is not set up at the moment; Ring repeats the event.
        return web.Response(status=503)
    signature = request.headers.get(SIGNATURE_HEADER)
    if not any(verify_signature(key, body, signature) for key in keys):
        _LOGGER.debug("Rejected an event with a wrong signature")
        if signature is not None and _RING_SIGNATURE.fullmatch(signature):
            # Requests without a signature are not from Ring and are not counted.
            router.async_reject_signature()
        return web.Response(status=401)
    try:
        event = parse_webhook(body)
    except ResponseError as error:
        _LOGGER.debug("Ignored a signed body that is not an event: %s", error)
        router.unusable_webhooks += 1
        return web.Response(status=200)
    # With a 503, Ring repeats an event of an account that is being reloaded.
    return web.Response(status=200 if router.async_route(event) else 503)
