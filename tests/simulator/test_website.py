"""Tests of the pages on which people install an app or allow a sign-in."""

import base64
import hashlib
import re
from typing import Any

import pytest
from yarl import URL

from ring_simulator import Simulator

from .helpers import Clock, HttpClient, PartnerServer

AUTHORIZE = "/account/integrations/partner-link/authorize"
CALLBACK = "https://my.home-assistant.io/redirect/oauth"
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"


def appstore_path(simulator: Simulator) -> str:
    return f"/appstore/{simulator.client.client_id}"


def text_of(page: str, testid: str) -> str | None:
    found = re.search(rf'data-testid="{testid}"[^>]*>([^<]*)<', page)
    return found and found[1]


def install_form(simulator: Simulator, *names: str) -> list[tuple[str, str]]:
    return [
        ("account", simulator.account.id),
        ("devices_account", simulator.account.id),
        *(("device", simulator.device(name).id) for name in names),
    ]


async def test_appstore_page(
    simulator: Simulator, partner: PartnerServer, http_client: HttpClient
) -> None:
    simulator.client.name = "Home <Assistant>"
    simulator.device("Garden").shared = False

    response = await http_client.get(appstore_path(simulator))

    assert response.status == 200
    assert response.headers["Cache-Control"] == "no-store"
    page = await response.text()
    # without it, browsers send "Origin: null" with the form
    assert '<meta name="referrer" content="same-origin">' in page
    assert "<h1>Home &lt;Assistant&gt;</h1>" in page
    assert text_of(page, "appstore-status") == "none"
    assert text_of(page, "appstore-problem") is None
    boxes = re.findall(r'name="device" value="([^"]+)"( checked)?', page)
    shared = {device: bool(checked) for device, checked in boxes}
    assert len(shared) == 11
    assert simulator.device("Safe Room").id not in shared
    assert shared[simulator.device("Garden").id] is False
    assert shared[simulator.device("Front Door").id] is True


async def test_install(
    simulator: Simulator, partner: PartnerServer, http_client: HttpClient
) -> None:
    response = await http_client.post(
        appstore_path(simulator),
        data=install_form(simulator, "Garden", "Back Door"),
        headers={"Origin": f"http://127.0.0.1:{http_client.port}"},
        allow_redirects=False,
    )

    assert response.status == 303
    url = URL(response.headers["Location"])
    assert url.host == "home.example"
    assert url.query.keys() == {"flow", "nonce", "time"}
    assert len(partner.codes) == 1
    assert simulator.device("Garden").shared
    assert not simulator.device("Front Door").shared
    page = await (await http_client.get(appstore_path(simulator))).text()
    assert text_of(page, "appstore-status") == "awaiting"


async def test_app_without_urls(simulator: Simulator, http_client: HttpClient) -> None:
    page = await (await http_client.get(appstore_path(simulator))).text()
    assert "Token Exchange URL" in (text_of(page, "appstore-problem") or "")
    assert 'data-testid="appstore-install" disabled' in page

    response = await http_client.post(
        appstore_path(simulator), data=install_form(simulator), allow_redirects=False
    )
    assert response.status == 200
    assert "no Token Exchange URL" in (
        text_of(await response.text(), "appstore-problem") or ""
    )


async def test_devices_belong_to_selected_account(
    simulator: Simulator, partner: PartnerServer, http_client: HttpClient
) -> None:
    other = simulator.add_account("Kim", "Lee", "kim@example.com")
    page = await (
        await http_client.get(appstore_path(simulator), params={"account": other.id})
    ).text()
    assert "This account has no devices." in page
    assert text_of(page, "appstore-show") == "Show devices"
    assert f'value="{other.id}" selected' in page

    # another account was selected without showing its devices
    form = {"account": other.id, "devices_account": simulator.account.id}
    response = await http_client.post(
        appstore_path(simulator), data=form, allow_redirects=False
    )
    assert response.status == 200
    assert text_of(await response.text(), "appstore-problem")
    assert partner.received == []


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_unknown_app(
    simulator: Simulator, http_client: HttpClient, method: str
) -> None:
    response = await http_client.request(method, "/appstore/nothing")
    assert response.status == 404
    assert text_of(await response.text(), "error") == "Something went wrong"


@pytest.mark.parametrize("headers", [{"Host": "evil.example"}, {"Origin": "null"}])
async def test_other_hosts_and_origins_are_refused(
    simulator: Simulator,
    partner: PartnerServer,
    http_client: HttpClient,
    headers: dict[str, str],
) -> None:
    data = install_form(simulator, "Garden")
    response = await http_client.post(
        appstore_path(simulator), data=data, headers=headers
    )
    assert response.status == 403
    assert partner.received == []


async def test_pages_are_not_logged(
    simulator: Simulator, http_client: HttpClient
) -> None:
    style = await http_client.get("/account/website.css")
    assert style.content_type == "text/css"
    assert (await http_client.get(appstore_path(simulator))).status == 200
    assert not simulator.requests


# ---- partner-initiated sign-in


@pytest.fixture
def allow_listed(simulator: Simulator) -> None:
    simulator.client.allow_listed_for_pkce = True
    simulator.client.redirect_uri = CALLBACK


def query(simulator: Simulator, **changes: str) -> dict[str, str]:
    digest = hashlib.sha256(VERIFIER.encode()).digest()
    return {
        "client_id": simulator.client.client_id,
        "redirect_uri": CALLBACK,
        "response_type": "code",
        "scope": "ava.v1:read",
        "state": "a state/+",
        "code_challenge": base64.urlsafe_b64encode(digest).decode().rstrip("="),
        "code_challenge_method": "S256",
        **changes,
    }


async def submit_decision(
    simulator: Simulator, http_client: HttpClient, decision: str, **changes: str
) -> Any:
    return await http_client.post(
        AUTHORIZE,
        params=query(simulator, **changes),
        data={"account": simulator.account.id, "decision": decision},
        allow_redirects=False,
    )


async def allow(simulator: Simulator, http_client: HttpClient) -> str:
    response = await submit_decision(simulator, http_client, "allow")
    assert response.status == 302
    return URL(response.headers["Location"]).query["code"]


async def exchange(
    simulator: Simulator, http_client: HttpClient, code: str, **more: str
) -> tuple[int, Any]:
    form = {
        "grant_type": "authorization_code",
        "client_id": simulator.client.client_id,
        "client_secret": simulator.client.client_secret,
        "code": code,
        **more,
    }
    response = await http_client.post("/oauth/token", data=form)
    return response.status, await response.json()


@pytest.mark.usefixtures("allow_listed")
async def test_authorize_page(simulator: Simulator, http_client: HttpClient) -> None:
    response = await http_client.get(AUTHORIZE, params=query(simulator))

    assert response.status == 200
    page = await response.text()
    assert text_of(page, "authorize-allow") == "Allow"
    assert text_of(page, "authorize-deny") == "Deny"
    action = re.search(r'action="([^"]+)"', page)
    assert action is not None
    assert URL(action[1].replace("&amp;", "&")).query == query(simulator)


@pytest.mark.usefixtures("allow_listed")
async def test_allow(simulator: Simulator, http_client: HttpClient) -> None:
    response = await submit_decision(simulator, http_client, "allow")

    assert response.status == 302
    url = URL(response.headers["Location"])
    assert url.with_query(None) == URL(CALLBACK)
    assert url.query.keys() == {"code", "state"}
    assert url.query["state"] == "a state/+"
    assert simulator.linking.status(simulator.client, simulator.account) == "awaiting"

    status, tokens = await exchange(
        simulator, http_client, url.query["code"], code_verifier=VERIFIER
    )
    assert status == 200
    headers = {"Authorization": f"Bearer {tokens['access_token']}"}
    path = "/v1/accounts/me/app-integrations"
    # no confirmation with a nonce is needed
    response = await http_client.patch(
        path, json={"status": "completed"}, headers=headers
    )
    assert response.status == 200
    assert simulator.linking.status(simulator.client, simulator.account) == "completed"
    # the app may remove a partner-initiated integration
    assert (await http_client.delete(path, headers=headers)).status == 200
    assert simulator.linking.status(simulator.client, simulator.account) == "none"
    assert (await http_client.get("/v1/users/me", headers=headers)).status == 401


@pytest.mark.usefixtures("allow_listed")
async def test_deny(simulator: Simulator, http_client: HttpClient) -> None:
    response = await submit_decision(simulator, http_client, "deny")

    query = URL(response.headers["Location"]).query
    assert query == {"error": "access_denied", "state": "a state/+"}
    assert simulator.linking.status(simulator.client, simulator.account) == "none"


@pytest.mark.usefixtures("allow_listed")
@pytest.mark.parametrize("more", [{}, {"code_verifier": "wrong"}])
async def test_code_requires_verifier(
    simulator: Simulator, http_client: HttpClient, more: dict[str, str]
) -> None:
    code = await allow(simulator, http_client)

    status, body = await exchange(simulator, http_client, code, **more)
    assert (status, body["error"]) == (401, "invalid_grant")
    # the refused attempt does not use the code
    assert (await exchange(simulator, http_client, code, code_verifier=VERIFIER))[
        0
    ] == 200


@pytest.mark.usefixtures("allow_listed")
@pytest.mark.parametrize(("age", "status"), [(599.9, 200), (600, 401)])
async def test_code_is_valid_for_ten_minutes(
    simulator: Simulator, http_client: HttpClient, clock: Clock, age: float, status: int
) -> None:
    code = await allow(simulator, http_client)
    clock.now += age

    response_status, _ = await exchange(
        simulator, http_client, code, code_verifier=VERIFIER
    )
    assert response_status == status


@pytest.mark.usefixtures("allow_listed")
@pytest.mark.parametrize(
    "changes",
    [
        {"client_id": "nothing"},
        {"redirect_uri": f"{CALLBACK}/"},
        {"redirect_uri": ""},
        {"response_type": "token"},
        {"scope": "client"},
        {"code_challenge": ""},
        {"code_challenge_method": "plain"},
    ],
)
async def test_invalid_authorize_request(
    simulator: Simulator, http_client: HttpClient, changes: dict[str, str]
) -> None:
    response = await http_client.get(
        AUTHORIZE, params=query(simulator, **changes), allow_redirects=False
    )
    assert response.status == 400
    assert text_of(await response.text(), "error") == "Something went wrong"
    assert (
        await submit_decision(simulator, http_client, "allow", **changes)
    ).status == 400
    assert simulator.linking.all() == []


async def test_app_must_be_allow_listed(
    simulator: Simulator, http_client: HttpClient
) -> None:
    simulator.client.redirect_uri = CALLBACK
    assert (await http_client.get(AUTHORIZE, params=query(simulator))).status == 400


@pytest.mark.usefixtures("allow_listed")
async def test_unchecked_redirect_uri(
    simulator: Simulator, http_client: HttpClient
) -> None:
    simulator.settings.redirect_uri_check = "any"
    other = {"redirect_uri": "http://127.0.0.1:8123/auth/external/callback"}
    assert (
        await http_client.get(AUTHORIZE, params=query(simulator, **other))
    ).status == 200
    for bad in ("javascript:alert(1)", "app://home/callback", "/nowhere"):
        other = {"redirect_uri": bad}
        assert (
            await http_client.get(AUTHORIZE, params=query(simulator, **other))
        ).status == 400


@pytest.mark.usefixtures("allow_listed")
async def test_authorize_without_state(
    simulator: Simulator, http_client: HttpClient
) -> None:
    params = query(simulator)
    del params["state"]
    data = {"account": simulator.account.id, "decision": "allow"}
    response = await http_client.post(
        AUTHORIZE, params=params, data=data, allow_redirects=False
    )
    assert URL(response.headers["Location"]).query.keys() == {"code"}
    data["account"] = "unknown"
    response = await http_client.post(
        AUTHORIZE, params=params, data=data, allow_redirects=False
    )
    assert response.status == 400
