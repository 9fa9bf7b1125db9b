"""Tests of installing and removing Ring apps."""

import asyncio
from typing import Any
from urllib.parse import parse_qs

import pytest
from yarl import URL

from ring_simulator import Simulator
from ring_simulator.linking import LinkingError
from ring_simulator.tokens import TokenState

from .helpers import START, Clock, HttpClient, PartnerServer, bearer

INTEGRATIONS = "/v1/accounts/me/app-integrations"


def test_nonce_test_vector(simulator: Simulator) -> None:
    simulator.client.hmac_key = "dGVzdC1obWFjLWtleS1mb3ItZG9jcw=="
    simulator.account.id = "ava1.ring.account.XXXYYY"

    nonce = simulator.linking.nonce(simulator.client, simulator.account, 1771130906289)

    assert nonce == "yTENabvy-NHUCZDXle2uCa1PnsuureJP19Ctg4lZaEs"


async def test_install(simulator: Simulator, partner: PartnerServer) -> None:
    assert simulator.linking.status(simulator.client, simulator.account) == "none"

    installation = await simulator.linking.install(simulator.client, simulator.account)
    await simulator.outbound.wait_until_done()

    assert simulator.linking.status(simulator.client, simulator.account) == "awaiting"
    (code,) = partner.codes
    assert code.headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert code.body == f"code={installation.code}".encode()
    assert installation.token_exchange_status == 200
    url = URL(installation.redirect_url)
    assert url.with_query(None) == URL("https://home.example/link")
    time = str(round(START * 1000))
    nonce = simulator.linking.nonce(simulator.client, simulator.account, time)
    assert url.query == {"flow": "7", "nonce": nonce, "time": time}
    assert (installation.nonce, installation.time) == (nonce, time)
    assert len(nonce) == 43
    # all devices but the E2EE camera
    assert partner.event_types == ["device_added"] * 11
    assert partner.received[0] is code


async def test_install_shares_selected_devices(
    simulator: Simulator, partner: PartnerServer, http_client: HttpClient
) -> None:
    selected = [simulator.device("Garden").id, simulator.device("Back Door").id]

    installation = await simulator.linking.install(
        simulator.client, simulator.account, selected
    )
    await simulator.outbound.wait_until_done()

    device_ids = {
        received.json["data"]["attributes"]["source"] for received in partner.webhooks
    }
    assert device_ids == set(selected)
    pair = simulator.tokens.issue_pair(simulator.account, simulator.client)
    response = await http_client.get("/v1/devices", headers=bearer(pair.access_token))
    listed = [device["id"] for device in (await response.json())["data"]]
    assert listed == selected
    assert installation.token_exchange_status == 200


@pytest.mark.parametrize("form", ["form", "json", "query"])
@pytest.mark.parametrize("key", ["code", "authorizationCode"])
async def test_token_exchange_formats(
    simulator: Simulator, partner: PartnerServer, form: Any, key: Any
) -> None:
    simulator.settings.token_exchange_format = form
    simulator.settings.token_exchange_key = key

    installation = await simulator.linking.install(simulator.client, simulator.account)

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
    assert found == {key: installation.code}


async def test_code_delay(
    simulator: Simulator, partner: PartnerServer, clock: Clock
) -> None:
    simulator.settings.code_delay = 61

    installation = await simulator.linking.install(simulator.client, simulator.account)

    assert clock.slept == [61]
    code = simulator.tokens.find(installation.code)
    assert code is not None
    assert code.state(clock()) is TokenState.EXPIRED
    assert len(partner.codes) == 1


async def test_redirect_before_code(
    simulator: Simulator, partner: PartnerServer, clock: Clock
) -> None:
    simulator.settings.link_order = "redirect_first"

    installation = await simulator.linking.install(simulator.client, simulator.account)

    assert installation.redirect_url
    assert partner.received == []
    before = installation.token_exchange_status
    await simulator.outbound.wait_until_done()
    assert before is None
    assert clock.slept == [2]
    assert partner.codes[0].body == f"code={installation.code}".encode()
    assert installation.token_exchange_status == 200
    assert "device_added" in partner.event_types


async def test_failing_token_exchange_url(
    simulator: Simulator, partner: PartnerServer
) -> None:
    partner.statuses = [500]

    installation = await simulator.linking.install(simulator.client, simulator.account)

    assert installation.token_exchange_status == 500
    assert installation.redirect_url
    assert len(partner.codes) == 1


async def test_unreachable_token_exchange_url(
    simulator: Simulator, partner: PartnerServer
) -> None:
    await partner.server.close()

    installation = await simulator.linking.install(simulator.client, simulator.account)

    assert installation.token_exchange_status is None
    assert simulator.linking.status(simulator.client, simulator.account) == "awaiting"


@pytest.mark.parametrize("missing", ["token_exchange_url", "account_link_url"])
async def test_install_requires_urls(
    simulator: Simulator, partner: PartnerServer, missing: str
) -> None:
    setattr(simulator.client, missing, "")

    with pytest.raises(LinkingError, match="The app has no"):
        await simulator.linking.install(simulator.client, simulator.account)

    assert partner.received == []
    assert simulator.linking.status(simulator.client, simulator.account) == "none"


async def test_install_with_device_of_another_account(
    simulator: Simulator, partner: PartnerServer
) -> None:
    with pytest.raises(LinkingError, match="has no such device"):
        await simulator.linking.install(
            simulator.client, simulator.account, ["nothing"]
        )
    assert simulator.device("Garden").shared


async def test_uninstall(
    simulator: Simulator, partner: PartnerServer, linked_client: HttpClient
) -> None:
    other = simulator.tokens.issue_pair(
        simulator.account, simulator.add_client("Another app")
    )

    simulator.linking.uninstall(simulator.client, simulator.account)
    await simulator.outbound.wait_until_done()

    assert partner.event_types == ["app_integration_removed"]
    assert simulator.linking.status(simulator.client, simulator.account) == "none"
    assert (await linked_client.get("/v1/users/me")).status == 401
    assert simulator.tokens.find_valid_bearer(other.access_token) is not None
    # a repetition has no effect and sends no event
    simulator.linking.uninstall(simulator.client, simulator.account)
    await simulator.outbound.wait_until_done()
    assert len(partner.event_types) == 1


async def test_application_cleanup_cancels_tasks(
    simulator: Simulator, partner: PartnerServer, http_client: HttpClient, clock: Clock
) -> None:
    async def forever(seconds: float) -> None:
        await asyncio.Event().wait()

    simulator._sleep = forever
    simulator.settings.link_order = "redirect_first"
    await simulator.linking.install(simulator.client, simulator.account)

    await http_client.close()

    assert partner.received == []
    await simulator.outbound.wait_until_done()
