"""The page on which a person allows a sign-in that an app started (API reference, 1.5).

Whatever is wrong with the app's request leads to a page that says nothing about it and
goes nowhere, as at Ring.
"""

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Self

from aiohttp import web
from multidict import MultiMapping
from yarl import URL

from ring_simulator.tokens import SCOPE

from .appstore import account_options
from .page import guarded, page, template, wrong

if TYPE_CHECKING:
    from ring_simulator.account import Client
    from ring_simulator.simulator import Simulator

_BODY = template("authorize.html")
_PATH = "/account/integrations/partner-link/authorize"


def add_routes(app: web.Application, sim: Simulator) -> None:
    """Add the page."""
    area = _Authorize(sim)
    app.router.add_get(_PATH, guarded(area.show))
    app.router.add_post(_PATH, guarded(area.answer))


@dataclass(frozen=True, slots=True)
class _SignIn:
    """A sign-in that an app has started, and may."""

    client: Client
    redirect_uri: URL
    state: str | None
    challenge: str

    @classmethod
    def of(cls, sim: Simulator, query: MultiMapping[str]) -> Self | None:
        """Return the sign-in of a query, none if anything is wrong with it."""
        client = sim.clients.get(query.get("client_id", ""))
        redirect_uri = query.get("redirect_uri", "")
        challenge = query.get("code_challenge")
        if client is None or not client.allow_listed_for_pkce:
            return None
        if sim.behaviour.redirect_uri_check == "exact":
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

    def back(self, **answer: str) -> web.HTTPFound:
        """Return the way back to the app."""
        if self.state is not None:
            answer["state"] = self.state
        return web.HTTPFound(self.redirect_uri.update_query(answer))


class _Authorize:
    def __init__(self, sim: Simulator) -> None:
        self._sim = sim

    async def show(self, request: web.Request) -> web.StreamResponse:
        sign_in = _SignIn.of(self._sim, request.query)
        if sign_in is None:
            return wrong("Please try again later.")
        body = _BODY.substitute(
            name=escape(sign_in.client.name),
            action=escape(str(request.rel_url)),
            accounts=account_options(self._sim, self._sim.account),
        )
        return page(f"{sign_in.client.name} · Sign in", body)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        sign_in = _SignIn.of(self._sim, request.query)
        form = await request.post()
        account = self._sim.accounts.get(str(form.get("account")))
        if sign_in is None or account is None:
            return wrong("Please try again later.")
        if form.get("answer") != "allow":
            raise sign_in.back(error="access_denied")
        code = self._sim.linking.authorize(sign_in.client, account, sign_in.challenge)
        raise sign_in.back(code=code)
