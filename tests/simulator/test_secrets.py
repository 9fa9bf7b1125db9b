"""The register of secrets has everything that the cloud has made."""

from ring_simulator import Simulator

from .helpers import HttpClient, PartnerServer, call_control


async def test_secrets_are_kept_after_their_use(
    simulator: Simulator, partner: PartnerServer, linked_client: HttpClient
) -> None:
    client, account = simulator.client, simulator.account
    code = simulator.tokens.issue_code(account, client)
    pair = simulator.tokens.issue_pair(account, client)
    nonce = simulator.linking.nonce(client, account, 1)
    simulator.tokens.revoke_all(account)
    other = simulator.add_client("Other")
    simulator.press(simulator.device("Front Door"))
    await simulator.webhooks.wait_until_idle()
    simulator.reset()
    (request,) = partner.webhooks
    assert {
        code: "code",
        pair.access_token: "access token",
        pair.refresh_token: "refresh token",
        nonce: "nonce",
        client.client_secret: "client secret",
        client.hmac_key: "HMAC key",
        other.client_secret: "client secret",
        other.hmac_key: "HMAC key",
        request.headers["X-Signature"]: "webhook signature",
    }.items() <= simulator.secrets.all().items()
    answer = await call_control(linked_client, "GET", "/secrets")
    assert answer == (200, simulator.secrets.all())


def test_presigned_url(simulator: Simulator) -> None:
    async def respond(_request: object) -> object: ...

    url = simulator.downloads.add(respond)  # type: ignore[arg-type]
    signature = url.rpartition("=")[2]
    assert simulator.secrets.all()[signature] == "signature of a pre-signed URL"
