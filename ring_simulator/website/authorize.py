"""Page on which a person allows a partner-initiated sign-in (API reference, 1.5).

An invalid request gets an error page without details and without a redirect.
"""

from dataclasses import dataclass
from html import escape
from typing import Self

from aiohttp import web
from multidict import MultiMapping
from yarl import URL

from ring_simulator.account import Client
from ring_simulator.simulator import Simulator
from ring_simulator.tokens import SCOPE

from .page import account_options, error_page, local_only, page, template

_BODY = template("authorize.html")
_PATH = "/account/integrations/partner-link/authorize"


def add_routes(app: web.Application, simulator: Simulator) -> None:
    """Add the page."""
    authorize = _Authorize(simulator)
    app.router.add_get(_PATH, local_only(authorize.show))
    app.router.add_post(_PATH, local_only(authorize.submit))


@dataclass(frozen=True, slots=True)
class _SignIn:
    """A valid request for a partner-initiated sign-in."""

    client: Client
    redirect_uri: URL
    state: str | None
    challenge: str

    @classmethod
    def from_query(cls, simulator: Simulator, query: MultiMapping[str]) -> Self | None:
        """Return the sign-in of a query, or None if the query is invalid."""
        client = simulator.clients.get(query.get("client_id", ""))
        redirect_uri = query.get("redirect_uri", "")
        challenge = query.get("code_challenge")
        if client is None or not client.allow_listed_for_pkce:
            return None
        if simulator.settings.redirect_uri_check == "exact":
            expected = client.redirect_uri
        else:
            expected = redirect_uri
        if not redirect_uri or redirect_uri != expected:
            return None
        if (
            query.get("response_type") != "code"
            or query.get("scope") != SCOPE
            or query.get("code_challenge_method") != "S256"
            or not challenge
        ):
            return None
        target = URL(redirect_uri)
        if target.scheme not in ("http", "https") or target.host is None:
            return None
        return cls(client, target, query.get("state"), challenge)

    def redirect(self, **parameters: str) -> web.HTTPFound:
        """Return the redirect to the app with these parameters and the state."""
        if self.state is not None:
            parameters["state"] = self.state
        return web.HTTPFound(self.redirect_uri.update_query(parameters))


class _Authorize:
    def __init__(self, simulator: Simulator) -> None:
        self._simulator = simulator

    async def show(self, request: web.Request) -> web.StreamResponse:
        sign_in = _SignIn.from_query(self._simulator, request.query)
        if sign_in is None:
            return error_page("Please try again later.")
        body = _BODY.substitute(
            name=escape(sign_in.client.name),
            action=escape(str(request.rel_url)),
            accounts=account_options(
                self._simulator.accounts.values(), self._simulator.account
            ),
        )
        return page(f"{sign_in.client.name} · Sign in", body)

    async def submit(self, request: web.Request) -> web.StreamResponse:
        sign_in = _SignIn.from_query(self._simulator, request.query)
        form = await request.post()
        account = self._simulator.accounts.get(str(form.get("account")))
        if sign_in is None or account is None:
            return error_page("Please try again later.")
        if form.get("decision") != "allow":
            raise sign_in.redirect(error="access_denied")
        code = self._simulator.linking.authorize(
            sign_in.client, account, sign_in.challenge
        )
        raise sign_in.redirect(code=code)
