"""Page on which a person installs a Ring app (API reference, 1.3)."""

from html import escape

from aiohttp import web

from ring_simulator.account import Account, Client
from ring_simulator.device_kinds import Encryption
from ring_simulator.linking import LinkingError
from ring_simulator.simulator import Simulator

from .page import account_options, error_page, local_only, page, template

_BODY = template("appstore.html")
_SHOW_DEVICES_BUTTON = (
    '<button type="submit" formmethod="get" data-testid="appstore-show">'
    "Show devices</button>"
)
_PATH = "/appstore/{client_id}"


def add_routes(app: web.Application, simulator: Simulator) -> None:
    """Add the page."""
    appstore = _Appstore(simulator)
    app.router.add_get(_PATH, local_only(appstore.show))
    app.router.add_post(_PATH, local_only(appstore.install))


class _Appstore:
    def __init__(self, simulator: Simulator) -> None:
        self._simulator = simulator

    async def show(self, request: web.Request) -> web.StreamResponse:
        client = self._simulator.clients.get(request.match_info["client_id"])
        account = self._account(request.query.get("account"))
        if client is None or account is None:
            return error_page("There is no such app.", status=404)
        return self._page(client, account)

    async def install(self, request: web.Request) -> web.StreamResponse:
        client = self._simulator.clients.get(request.match_info["client_id"])
        form = await request.post()
        account = self._account(form.get("account"))
        if client is None or account is None:
            return error_page("There is no such app.", status=404)
        if form.get("devices_account") != account.id:
            # the devices on the page belong to another account
            return self._page(client, account, "Choose the devices of this account.")
        device_ids = [id_ for id_ in form.getall("device", []) if isinstance(id_, str)]
        try:
            installation = await self._simulator.linking.install(
                client, account, device_ids
            )
        except LinkingError as err:
            return self._page(client, account, str(err))
        raise web.HTTPSeeOther(installation.redirect_url)

    def _account(self, account_id: object) -> Account | None:
        if account_id is None:
            return self._simulator.account
        return self._simulator.accounts.get(str(account_id))

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
            for device in self._simulator.devices.values()
            if device.account_id == account.id
            and device.encryption is not Encryption.E2EE
        ]
        body = _BODY.substitute(
            name=escape(client.name),
            client_id=escape(client.client_id),
            account_id=escape(account.id),
            notice=notice,
            accounts=account_options(self._simulator.accounts.values(), account),
            show=_SHOW_DEVICES_BUTTON if len(self._simulator.accounts) > 1 else "",
            devices="\n".join(devices) or "<p>This account has no devices.</p>",
            disabled="" if ready else " disabled",
            status=self._simulator.linking.status(client, account),
        )
        return page(f"{client.name} · Appstore", body)
