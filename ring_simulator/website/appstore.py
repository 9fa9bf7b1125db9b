"""The page from which a person installs an app (API reference, 1.3)."""

from html import escape
from typing import TYPE_CHECKING

from aiohttp import web

from ring_simulator.kinds import Encryption
from ring_simulator.linking import LinkingError

from .page import guarded, page, template, wrong

if TYPE_CHECKING:
    from ring_simulator.account import Account, Client
    from ring_simulator.simulator import Simulator

_BODY = template("appstore.html")
_SHOW = (
    '<button type="submit" formmethod="get" data-testid="appstore-show">'
    "Show devices</button>"
)
_PATH = "/appstore/{client_id}"


def add_routes(app: web.Application, sim: Simulator) -> None:
    """Add the page."""
    area = _Appstore(sim)
    app.router.add_get(_PATH, guarded(area.show))
    app.router.add_post(_PATH, guarded(area.install))


def account_options(sim: Simulator, chosen: Account) -> str:
    """Return the accounts as options of a list."""
    return "".join(
        f'<option value="{escape(account.id)}"'
        f"{' selected' if account is chosen else ''}>"
        f"{escape(account.first_name)} {escape(account.last_name)}, "
        f"{escape(account.email)}</option>"
        for account in sim.accounts.values()
    )


class _Appstore:
    def __init__(self, sim: Simulator) -> None:
        self._sim = sim

    async def show(self, request: web.Request) -> web.StreamResponse:
        client = self._sim.clients.get(request.match_info["client_id"])
        account = self._account(request.query.get("account"))
        if client is None or account is None:
            return wrong("There is no such app.", status=404)
        return self._page(client, account)

    async def install(self, request: web.Request) -> web.StreamResponse:
        client = self._sim.clients.get(request.match_info["client_id"])
        form = await request.post()
        account = self._account(form.get("account"))
        if client is None or account is None:
            return wrong("There is no such app.", status=404)
        if form.get("devices_of") != account.id:
            # the list on the page was another account's
            return self._page(client, account, "Choose the devices of this account.")
        chosen = [id_ for id_ in form.getall("device", []) if isinstance(id_, str)]
        try:
            made = await self._sim.linking.install(client, account, chosen)
        except LinkingError as err:
            return self._page(client, account, str(err))
        raise web.HTTPSeeOther(made.redirect_url)

    def _account(self, account_id: object) -> Account | None:
        if account_id is None:
            return self._sim.account
        return self._sim.accounts.get(str(account_id))

    def _page(
        self, client: Client, account: Account, problem: str | None = None
    ) -> web.Response:
        ready = client.token_exchange_url and client.account_link_url
        if not ready and problem is None:
            problem = (
                "The developer has not set the app's Token Exchange URL and "
                "Account Link URL yet."
            )
        notice = ""
        if problem is not None:
            notice = (
                '<p class="notice" role="alert" data-testid="appstore-problem">'
                f"{escape(problem)}</p>"
            )
        devices = [
            f'<label><input type="checkbox" name="device" value="{escape(device.id)}"'
            f"{' checked' if device.shared else ''}> {escape(device.name)}</label>"
            for device in self._sim.devices.values()
            if device.account_id == account.id
            and device.encryption is not Encryption.E2EE
        ]
        body = _BODY.substitute(
            name=escape(client.name),
            client_id=escape(client.client_id),
            account_id=escape(account.id),
            notice=notice,
            accounts=account_options(self._sim, account),
            show=_SHOW if len(self._sim.accounts) > 1 else "",
            devices="\n".join(devices) or "<p>This account has no devices.</p>",
            disabled="" if ready else " disabled",
            status=self._sim.linking.status(client, account),
        )
        return page(f"{client.name} · Appstore", body)
