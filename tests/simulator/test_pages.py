"""The pages on which people install an app or allow a sign-in."""

import base64
import hashlib
import re
from typing import Any

import pytest
from yarl import URL

from ring_simulator import Simulator

from .tools import Clock, Partner, Web

AUTHORIZE = "/account/integrations/partner-link/authorize"
CALLBACK = "https://my.home-assistant.io/redirect/oauth"
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"


def shop(sim: Simulator) -> str:
    return f"/appstore/{sim.client.client_id}"


def text_of(page: str, testid: str) -> str | None:
    found = re.search(rf'data-testid="{testid}"[^>]*>([^<]*)<', page)
    return found and found[1]


def install_form(sim: Simulator, *names: str) -> list[tuple[str, str]]:
    return [
        ("account", sim.account.id),
        ("devices_of", sim.account.id),
        *(("device", sim.device(name).id) for name in names),
    ]


async def test_the_appstore(sim: Simulator, partner: Partner, web: Web) -> None:
    sim.client.name = "Home <Assistant>"
    sim.device("Garden").shared = False

    answer = await web.get(shop(sim))

    assert answer.status == 200
    assert answer.headers["Cache-Control"] == "no-store"
    page = await answer.text()
    # a browser tells where a form comes from only if pages may say so
    assert '<meta name="referrer" content="same-origin">' in page
    assert "<h1>Home &lt;Assistant&gt;</h1>" in page
    assert text_of(page, "appstore-status") == "none"
    assert text_of(page, "appstore-problem") is None
    boxes = re.findall(r'name="device" value="([^"]+)"( checked)?', page)
    shared = {device: bool(checked) for device, checked in boxes}
    assert len(shared) == 11
    assert sim.device("Safe Room").id not in shared
    assert shared[sim.device("Garden").id] is False
    assert shared[sim.device("Front Door").id] is True


async def test_installing(sim: Simulator, partner: Partner, web: Web) -> None:
    answer = await web.post(
        shop(sim),
        data=install_form(sim, "Garden", "Back Door"),
        headers={"Origin": f"http://127.0.0.1:{web.port}"},
        allow_redirects=False,
    )

    assert answer.status == 303
    url = URL(answer.headers["Location"])
    assert url.host == "home.example"
    assert url.query.keys() == {"flow", "nonce", "time"}
    assert len(partner.codes) == 1
    assert sim.device("Garden").shared
    assert not sim.device("Front Door").shared
    page = await (await web.get(shop(sim))).text()
    assert text_of(page, "appstore-status") == "awaiting"


async def test_an_app_without_addresses(sim: Simulator, web: Web) -> None:
    page = await (await web.get(shop(sim))).text()
    assert "Token Exchange URL" in (text_of(page, "appstore-problem") or "")
    assert 'data-testid="appstore-install" disabled' in page

    answer = await web.post(shop(sim), data=install_form(sim), allow_redirects=False)
    assert answer.status == 200
    assert "no Token Exchange URL" in (
        text_of(await answer.text(), "appstore-problem") or ""
    )


async def test_the_devices_are_the_accounts(
    sim: Simulator, partner: Partner, web: Web
) -> None:
    other = sim.add_account("Kim", "Lee", "kim@example.com")
    page = await (await web.get(shop(sim), params={"account": other.id})).text()
    assert "This account has no devices." in page
    assert text_of(page, "appstore-show") == "Show devices"
    assert f'value="{other.id}" selected' in page

    # chosen without looking at its devices first
    form = {"account": other.id, "devices_of": sim.account.id}
    answer = await web.post(shop(sim), data=form, allow_redirects=False)
    assert answer.status == 200
    assert text_of(await answer.text(), "appstore-problem")
    assert partner.received == []


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_there_is_no_such_app(sim: Simulator, web: Web, method: str) -> None:
    answer = await web.request(method, "/appstore/nothing")
    assert answer.status == 404
    assert text_of(await answer.text(), "wrong") == "Something went wrong"


@pytest.mark.parametrize("headers", [{"Host": "evil.example"}, {"Origin": "null"}])
async def test_pages_are_for_people_here(
    sim: Simulator, partner: Partner, web: Web, headers: dict[str, str]
) -> None:
    data = install_form(sim, "Garden")
    answer = await web.post(shop(sim), data=data, headers=headers)
    assert answer.status == 403
    assert partner.received == []


async def test_pages_are_neither_logged_nor_disturbed(sim: Simulator, web: Web) -> None:
    style = await web.get("/account/website.css")
    assert style.content_type == "text/css"
    assert (await web.get(shop(sim))).status == 200
    assert not sim.requests


# ---- sign-ins that the app has started


@pytest.fixture
def listed(sim: Simulator) -> None:
    sim.client.allow_listed_for_pkce = True
    sim.client.redirect_uri = CALLBACK


def query(sim: Simulator, **changes: str) -> dict[str, str]:
    digest = hashlib.sha256(VERIFIER.encode()).digest()
    return {
        "client_id": sim.client.client_id,
        "redirect_uri": CALLBACK,
        "response_type": "code",
        "scope": "ava.v1:read",
        "state": "a state/+",
        "code_challenge": base64.urlsafe_b64encode(digest).decode().rstrip("="),
        "code_challenge_method": "S256",
        **changes,
    }


async def decide(sim: Simulator, web: Web, answer: str, **changes: str) -> Any:
    return await web.post(
        AUTHORIZE,
        params=query(sim, **changes),
        data={"account": sim.account.id, "answer": answer},
        allow_redirects=False,
    )


async def allow(sim: Simulator, web: Web) -> str:
    answer = await decide(sim, web, "allow")
    assert answer.status == 302
    return URL(answer.headers["Location"]).query["code"]


async def exchange(sim: Simulator, web: Web, code: str, **more: str) -> tuple[int, Any]:
    form = {
        "grant_type": "authorization_code",
        "client_id": sim.client.client_id,
        "client_secret": sim.client.client_secret,
        "code": code,
        **more,
    }
    answer = await web.post("/oauth/token", data=form)
    return answer.status, await answer.json()


@pytest.mark.usefixtures("listed")
async def test_the_authorize_page(sim: Simulator, web: Web) -> None:
    answer = await web.get(AUTHORIZE, params=query(sim))

    assert answer.status == 200
    page = await answer.text()
    assert text_of(page, "authorize-allow") == "Allow"
    assert text_of(page, "authorize-deny") == "Deny"
    action = re.search(r'action="([^"]+)"', page)
    assert action is not None
    assert URL(action[1].replace("&amp;", "&")).query == query(sim)


@pytest.mark.usefixtures("listed")
async def test_allowing(sim: Simulator, web: Web) -> None:
    answer = await decide(sim, web, "allow")

    assert answer.status == 302
    url = URL(answer.headers["Location"])
    assert url.with_query(None) == URL(CALLBACK)
    assert url.query.keys() == {"code", "state"}
    assert url.query["state"] == "a state/+"
    assert sim.linking.status(sim.client, sim.account) == "awaiting"

    status, tokens = await exchange(sim, web, url.query["code"], code_verifier=VERIFIER)
    assert status == 200
    headers = {"Authorization": f"Bearer {tokens['access_token']}"}
    path = "/v1/accounts/me/app-integrations"
    # there is no nonce to confirm
    answer = await web.patch(path, json={"status": "completed"}, headers=headers)
    assert answer.status == 200
    assert sim.linking.status(sim.client, sim.account) == "completed"
    # such an app may unlink by itself
    assert (await web.delete(path, headers=headers)).status == 200
    assert sim.linking.status(sim.client, sim.account) == "none"
    assert (await web.get("/v1/users/me", headers=headers)).status == 401


@pytest.mark.usefixtures("listed")
async def test_denying(sim: Simulator, web: Web) -> None:
    answer = await decide(sim, web, "deny")

    query = URL(answer.headers["Location"]).query
    assert query == {"error": "access_denied", "state": "a state/+"}
    assert sim.linking.status(sim.client, sim.account) == "none"


@pytest.mark.usefixtures("listed")
@pytest.mark.parametrize("more", [{}, {"code_verifier": "wrong"}])
async def test_a_code_is_for_who_knows_the_verifier(
    sim: Simulator, web: Web, more: dict[str, str]
) -> None:
    code = await allow(sim, web)

    status, body = await exchange(sim, web, code, **more)
    assert (status, body["error"]) == (401, "invalid_grant")
    # and nobody has used it up
    assert (await exchange(sim, web, code, code_verifier=VERIFIER))[0] == 200


@pytest.mark.usefixtures("listed")
@pytest.mark.parametrize(("age", "status"), [(599.9, 200), (600, 401)])
async def test_such_a_code_lives_for_ten_minutes(
    sim: Simulator, web: Web, clock: Clock, age: float, status: int
) -> None:
    code = await allow(sim, web)
    clock.now += age

    answered, _ = await exchange(sim, web, code, code_verifier=VERIFIER)
    assert answered == status


@pytest.mark.usefixtures("listed")
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
async def test_whatever_is_wrong_leads_nowhere(
    sim: Simulator, web: Web, changes: dict[str, str]
) -> None:
    answer = await web.get(
        AUTHORIZE, params=query(sim, **changes), allow_redirects=False
    )
    assert answer.status == 400
    assert text_of(await answer.text(), "wrong") == "Something went wrong"
    assert (await decide(sim, web, "allow", **changes)).status == 400
    assert sim.linking.all() == []


async def test_apps_must_be_on_the_list(sim: Simulator, web: Web) -> None:
    sim.client.redirect_uri = CALLBACK
    assert (await web.get(AUTHORIZE, params=query(sim))).status == 400


@pytest.mark.usefixtures("listed")
async def test_addresses_may_be_left_unchecked(sim: Simulator, web: Web) -> None:
    sim.behaviour.redirect_uri_check = "any"
    other = {"redirect_uri": "http://127.0.0.1:8123/auth/external/callback"}
    assert (await web.get(AUTHORIZE, params=query(sim, **other))).status == 200
    for bad in ("javascript:alert(1)", "app://home/callback", "/nowhere"):
        other = {"redirect_uri": bad}
        assert (await web.get(AUTHORIZE, params=query(sim, **other))).status == 400


@pytest.mark.usefixtures("listed")
async def test_a_sign_in_without_state(sim: Simulator, web: Web) -> None:
    params = query(sim)
    del params["state"]
    data = {"account": sim.account.id, "answer": "allow"}
    answer = await web.post(AUTHORIZE, params=params, data=data, allow_redirects=False)
    assert URL(answer.headers["Location"]).query.keys() == {"code"}
    data["account"] = "nobody"
    answer = await web.post(AUTHORIZE, params=params, data=data, allow_redirects=False)
    assert answer.status == 400
