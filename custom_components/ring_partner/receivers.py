"""What answers at the public addresses.

The requests come from the internet, straight or through a cloudhook, whose request
objects know less: bodies are therefore read from the stream, within bounds.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from html import escape
import logging
import re
from typing import TYPE_CHECKING, Final

from aiohttp import hdrs, web
from homeassistant.core import HomeAssistant
from homeassistant.helpers.network import NoURLAvailableError, get_url
from homeassistant.util.aiohttp import MockRequest

from .addresses import Purpose
from .api import ResponseError
from .api.linking import MAX_CODE_REQUEST, LinkError, Redirect, authorization_code
from .api.webhook import MAX_BODY, SIGNATURE_HEADER, parse, verify
from .links import Progress, TooManyCodesError
from .texts import async_load_texts, text

if TYPE_CHECKING:
    from .app import RingApp

_LOGGER = logging.getLogger(__name__)

PATIENCE: Final = 5.0
"""Seconds a person looks at an empty page while their account is on its way."""

READ_WITHIN: Final = 4.0
"""Seconds a body may take, as Ring wants an answer within five."""

_PLAIN: Final = "identity"
_SIGNED: Final = re.compile(r"sha256=[0-9a-fA-F]{64}")

type Incoming = web.Request | MockRequest
type WebhookHandler = Callable[
    [HomeAssistant, str, web.Request], Awaitable[web.Response]
]


@dataclass(frozen=True, slots=True)
class Receiver:
    """One of the addresses: its name in Home Assistant and what answers."""

    name: str
    methods: Iterable[str]
    answer: Callable[[RingApp, Incoming], Awaitable[web.Response]]

    def bound_to(self, app: RingApp) -> WebhookHandler:
        """Return the handler that Home Assistant calls."""

        async def handle(
            hass: HomeAssistant, webhook_id: str, request: web.Request
        ) -> web.Response:
            if request.headers.get(hdrs.CONTENT_ENCODING, _PLAIN) != _PLAIN:
                # Ring sends no such thing, and what isn't packed can't be unpacked.
                return web.Response(status=415)
            try:
                return await self.answer(app, request)
            except TimeoutError:
                # Ring tries again; a 4xx would count against this address.
                return web.Response(status=503)

        return handle


async def async_read(request: Incoming, most: int) -> bytes | None:
    """Return the body as it came, or None if it is larger than `most` bytes.

    Raises:
        TimeoutError: it does not come to an end.

    """
    body = b""
    stream = request.content  # which a cloudhook's request begins anew at each access
    async with asyncio.timeout(READ_WITHIN):
        while chunk := await stream.read(most + 1 - len(body)):
            body += chunk
            if len(body) > most:
                return None
    return body


async def async_exchange_token(app: RingApp, request: Incoming) -> web.Response:
    """Take the code that Ring sends when a person installs the app.

    The exchange goes on by itself: Ring is answered at once, and a code that came
    once is never exchanged again.
    """
    body = await async_read(request, MAX_CODE_REQUEST)
    try:
        if body is None:
            _LOGGER.warning("Ignored a token exchange request: too_large")
            return web.json_response({"error": "too_large"}, status=413)
        code = authorization_code(
            request.headers.get(hdrs.CONTENT_TYPE, ""), body, request.query
        )
        new = app.links.admit_code(code)
    except LinkError as error:
        _LOGGER.warning("Ignored a token exchange request: %s", error.problem)
        return web.json_response({"error": error.problem}, status=400)
    except TooManyCodesError:
        _LOGGER.warning("Ignored a token exchange request: too many in a minute")
        return web.json_response({"error": "too_many"}, status=429)
    if new:
        app.hass.async_create_background_task(
            app.links.async_receive_code(code), "ring_partner token exchange"
        )
    return web.json_response({"status": "ok"})


async def async_link_account(app: RingApp, request: Incoming) -> web.Response:
    """Show the person whom Ring sent here what happened and where to go on."""
    try:
        progress = app.links.receive_redirect(Redirect.from_query(request.query))
    except LinkError as error:
        _LOGGER.warning("Ignored an account link request: %s", error.problem)
        return await _async_page(app.hass, f"link_page_{error.problem}", status=400)
    if progress is not Progress.ARRIVED:
        # Ring sends the browser on before the code that it has just sent is exchanged.
        progress = await app.links.async_settled(PATIENCE)
    return await _async_page(
        app.hass,
        "link_page_arrived" if progress is Progress.ARRIVED else "link_page_waiting",
    )


async def async_receive_event(app: RingApp, request: Incoming) -> web.Response:
    """Take a signed event.

    Ring wants an answer within five seconds, so nothing slow happens here; 2xx for
    whatever is genuine, known or not (Ring Partner API reference, 3.1).
    """
    body = await async_read(request, MAX_BODY)
    if body is None:
        return web.Response(status=413)
    if not (keys := app.hmac_keys()):
        # The account is being reloaded, or waits for Ring's API: Ring repeats it.
        return web.Response(status=503)
    signature = request.headers.get(SIGNATURE_HEADER)
    if not any(verify(key, body, signature) for key in keys):
        _LOGGER.debug("Refused an event with a wrong signature")
        if signature is not None and _SIGNED.fullmatch(signature):
            # Whoever doesn't sign at all is not Ring.
            app.async_signature_refused()
        return web.Response(status=401)
    try:
        event = parse(body)
    except ResponseError as error:
        _LOGGER.debug("Ignored a signed body that is no event: %s", error)
        return web.Response(status=200)
    # Its account may be just being reloaded: then Ring repeats it.
    return web.Response(status=200 if app.async_receive_event(event) else 503)


RECEIVERS: Final = {
    Purpose.TOKEN_EXCHANGE: Receiver(
        "Ring token exchange", (hdrs.METH_POST,), async_exchange_token
    ),
    Purpose.ACCOUNT_LINK: Receiver(
        "Ring account link", (hdrs.METH_GET,), async_link_account
    ),
    Purpose.WEBHOOK: Receiver("Ring events", (hdrs.METH_POST,), async_receive_event),
}

_PAGE: Final = """<!doctype html>
<html lang="{language}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<style>
body {{ font: 1.1rem/1.5 system-ui, sans-serif; max-width: 34rem; margin: 12vh auto;
  padding: 0 1.5rem; }}
h1 {{ font-size: 1.6rem; }}
a {{ display: inline-block; margin-top: 1rem; padding: .6rem 1.2rem;
  border-radius: .5rem; background: #0288d1; color: #fff; text-decoration: none; }}
</style>
<h1>{title}</h1>
<p>{message}</p>
{button}
</html>
"""


async def _async_page(
    hass: HomeAssistant, key: str, *, status: int = 200
) -> web.Response:
    """Return a plain page that depends on nothing from elsewhere."""
    await async_load_texts(hass)
    try:
        home = f"{get_url(hass, prefer_external=True)}/config/integrations/dashboard"
        back = text(hass, "link_page_back")
        button = f'<a href="{escape(home)}">{escape(back)}</a>'
    except NoURLAvailableError:
        button = ""
    return web.Response(
        status=status,
        content_type="text/html",
        charset="utf-8",
        headers={
            "Cache-Control": "no-store",
            "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
            "Referrer-Policy": "no-referrer",
        },
        text=_PAGE.format(
            language=escape(hass.config.language),
            title=escape(text(hass, f"{key}_title")),
            message=escape(text(hass, f"{key}_message")),
            button=button,
        ),
    )
