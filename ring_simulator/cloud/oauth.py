"""Token endpoint (API reference, 1.2)."""

import hmac

from aiohttp import web

from ring_simulator.account import Client
from ring_simulator.responses import html_response, json_response
from ring_simulator.simulator import Simulator
from ring_simulator.tokens import TokenKind

_FORM = "application/x-www-form-urlencoded"

# grant type: the kind of token that it exchanges, and the field that contains it
_GRANTS = {
    "authorization_code": (TokenKind.CODE, "code"),
    "refresh_token": (TokenKind.REFRESH, "refresh_token"),
}

_INVALID_GRANT = (
    "The provided authorization grant (e.g., authorization code, resource owner "
    "credentials) or refresh token is invalid, expired, revoked, does not match the "
    "redirection URI used in the authorization request, or was issued to another "
    "client."
)


def add_routes(app: web.Application, simulator: Simulator) -> None:
    """Add the routes."""
    app.router.add_post("/oauth/token", _TokenEndpoint(simulator).exchange)


class _TokenEndpoint:
    def __init__(self, simulator: Simulator) -> None:
        self._simulator = simulator

    async def exchange(self, request: web.Request) -> web.Response:
        if request.headers.get("User-Agent", "").startswith("Python-urllib"):
            # Cloudflare refuses this User-Agent
            return html_response(403, "Access denied | error code: 1010")
        if request.content_type != _FORM:
            return _error(400, "invalid_request", "The body must be a form")
        form = {
            name: value
            for name, value in (await request.post()).items()
            if isinstance(value, str)
        }
        if "grant_type" not in form:
            return _error(400, "invalid_request", "grant_type is required")
        grant = _GRANTS.get(form["grant_type"])
        if grant is None:
            return _error(
                401, "unsupported_grant_type", "invalid grant type for client"
            )
        client = self._client(form)
        if client is None:
            return _error(401, "invalid_client", "Client authentication failed")
        kind, field = grant
        pair = self._simulator.tokens.exchange(
            kind, form.get(field, ""), client, form.get("code_verifier")
        )
        return self._refusal() if pair is None else json_response(pair.as_dict())

    def _client(self, form: dict[str, str]) -> Client | None:
        client = self._simulator.clients.get(form.get("client_id", ""))
        secret = form.get("client_secret", "").encode()
        if client is None or not hmac.compare_digest(
            client.client_secret.encode(), secret
        ):
            return None
        return client

    def _refusal(self) -> web.Response:
        settings = self._simulator.settings
        if settings.refusal_body == "html":
            return html_response(settings.refusal_status, "Forbidden")
        return _error(settings.refusal_status, "invalid_grant", _INVALID_GRANT)


def _error(status: int, error: str, description: str) -> web.Response:
    return json_response(
        {"error": error, "error_description": description}, status=status
    )
