"""Installing an app from the Ring Appstore, until it is linked."""

import asyncio
from typing import Any
from urllib.parse import parse_qs

import pytest
from yarl import URL

from ring_simulator import Simulator
from ring_simulator.linking import LinkingError
from ring_simulator.tokens import TokenState

from .tools import START, Clock, Partner, Web, bearer

INTEGRATIONS = "/v1/accounts/me/app-integrations"


def test_the_nonce_of_the_reference(sim: Simulator) -> None:
    sim.client.hmac_key = "dGVzdC1obWFjLWtleS1mb3ItZG9jcw=="
    sim.account.id = "ava1.ring.account.XXXYYY"

    nonce = sim.linking.nonce(sim.client, sim.account, 1771130906289)

    assert nonce == "yTENabvy-NHUCZDXle2uCa1PnsuureJP19Ctg4lZaEs"


async def test_an_installation(sim: Simulator, partner: Partner) -> None:
    assert sim.linking.status(sim.client, sim.account) == "none"

    made = await sim.linking.install(sim.client, sim.account)
    await sim.outbound.finish()

    assert sim.linking.status(sim.client, sim.account) == "awaiting"
    (code,) = partner.codes
    assert code.headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert code.body == f"code={made.code}".encode()
    assert made.token_exchange_status == 200
    url = URL(made.redirect_url)
    assert url.with_query(None) == URL("https://home.example/link")
    time = str(round(START * 1000))
    nonce = sim.linking.nonce(sim.client, sim.account, time)
    assert url.query == {"flow": "7", "nonce": nonce, "time": time}
    assert (made.nonce, made.time) == (nonce, time)
    assert len(nonce) == 43
    # the E2EE camera is none that Ring would tell of
    assert partner.events == ["device_added"] * 11
    assert partner.received[0] is code


async def test_only_the_chosen_devices_are_shared(
    sim: Simulator, partner: Partner, web: Web
) -> None:
    chosen = [sim.device("Garden").id, sim.device("Back Door").id]

    made = await sim.linking.install(sim.client, sim.account, chosen)
    await sim.outbound.finish()

    told = {
        received.json["data"]["attributes"]["source"] for received in partner.webhooks
    }
    assert told == set(chosen)
    pair = sim.tokens.issue(sim.account, sim.client)
    answer = await web.get("/v1/devices", headers=bearer(pair.access_token))
    listed = [device["id"] for device in (await answer.json())["data"]]
    assert listed == chosen
    assert made.token_exchange_status == 200


@pytest.mark.parametrize("form", ["form", "json", "query"])
@pytest.mark.parametrize("key", ["code", "authorizationCode"])
async def test_forms_of_the_code(
    sim: Simulator, partner: Partner, form: Any, key: Any
) -> None:
    sim.behaviour.token_exchange_format = form
    sim.behaviour.token_exchange_key = key

    made = await sim.linking.install(sim.client, sim.account)

    (code,) = partner.codes
    found: Any = {}
    if form == "form":
        found = {name: value[0] for name, value in parse_qs(code.body.decode()).items()}
    elif form == "json":
        assert code.headers["Content-Type"] == "application/json"
        found = code.json
    else:
        assert code.body == b""
        found = code.query
    assert found == {key: made.code}


async def test_the_code_may_be_late(
    sim: Simulator, partner: Partner, clock: Clock
) -> None:
    sim.behaviour.code_delay = 61

    made = await sim.linking.install(sim.client, sim.account)

    assert clock.slept == [61]
    code = sim.tokens.find(made.code)
    assert code is not None
    assert code.state(clock()) is TokenState.EXPIRED
    assert len(partner.codes) == 1


async def test_the_redirect_may_come_first(
    sim: Simulator, partner: Partner, clock: Clock
) -> None:
    sim.behaviour.link_order = "redirect_first"

    made = await sim.linking.install(sim.client, sim.account)

    assert made.redirect_url
    assert partner.received == []
    before = made.token_exchange_status
    await sim.outbound.finish()
    assert before is None
    assert clock.slept == [2]
    assert partner.codes[0].body == f"code={made.code}".encode()
    assert made.token_exchange_status == 200
    assert "device_added" in partner.events


async def test_a_refused_code_changes_nothing(sim: Simulator, partner: Partner) -> None:
    partner.statuses = [500]

    made = await sim.linking.install(sim.client, sim.account)

    assert made.token_exchange_status == 500
    assert made.redirect_url
    assert len(partner.codes) == 1


async def test_a_server_that_is_not_there(sim: Simulator, partner: Partner) -> None:
    await partner.server.close()

    made = await sim.linking.install(sim.client, sim.account)

    assert made.token_exchange_status is None
    assert sim.linking.status(sim.client, sim.account) == "awaiting"


@pytest.mark.parametrize("missing", ["token_exchange_url", "account_link_url"])
async def test_what_an_installation_needs(
    sim: Simulator, partner: Partner, missing: str
) -> None:
    setattr(sim.client, missing, "")

    with pytest.raises(LinkingError, match="The app has no"):
        await sim.linking.install(sim.client, sim.account)

    assert partner.received == []
    assert sim.linking.status(sim.client, sim.account) == "none"


async def test_only_ones_own_devices_can_be_shared(
    sim: Simulator, partner: Partner
) -> None:
    with pytest.raises(LinkingError, match="has no such device"):
        await sim.linking.install(sim.client, sim.account, ["nothing"])
    assert sim.device("Garden").shared


async def test_removing_the_app(sim: Simulator, partner: Partner, linked: Web) -> None:
    other = sim.tokens.issue(sim.account, sim.add_client("Another app"))

    sim.linking.uninstall(sim.client, sim.account)
    await sim.outbound.finish()

    assert partner.events == ["app_integration_removed"]
    assert sim.linking.status(sim.client, sim.account) == "none"
    assert (await linked.get("/v1/users/me")).status == 401
    assert sim.tokens.bearer(other.access_token) is not None
    # once more is no error and tells nobody
    sim.linking.uninstall(sim.client, sim.account)
    await sim.outbound.finish()
    assert len(partner.events) == 1


async def test_nothing_goes_on_after_the_end(
    sim: Simulator, partner: Partner, web: Web, clock: Clock
) -> None:
    async def forever(seconds: float) -> None:
        await asyncio.Event().wait()

    sim._sleep = forever
    sim.behaviour.link_order = "redirect_first"
    await sim.linking.install(sim.client, sim.account)

    await web.close()

    assert partner.received == []
    await sim.outbound.finish()
