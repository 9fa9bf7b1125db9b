"""Linking and unlinking an account, with a scripted server."""

from collections.abc import Awaitable, Callable, Sequence
import json

from aiohttp import web
import pytest

from custom_components.ring_partner.api import (
    AuthenticationError,
    BadRequestError,
    CommunicationError,
    ForbiddenError,
    NetworkRefusedError,
    NotFoundError,
    RateLimitError,
    RingError,
    RingSession,
    ServerError,
)
from custom_components.ring_partner.api.app_integrations import (
    AppIntegration,
    complete_link,
    confirm_link,
    link_account,
    unlink_account,
)

from .reference_examples import NONCE
from .scripted_server import ScriptedResponse, ScriptedServer, scripted_server

pytestmark = pytest.mark.usefixtures("socket_enabled")

PATH = "/v1/accounts/me/app-integrations"
IDENTIFIER = "u***r@example.com"
COMPLETED = AppIntegration("completed", IDENTIFIER)


def error(status: int, title: str = "") -> web.Response:
    """Return an error response, without a body if it has no title."""
    if not title:
        return web.Response(status=status)
    return web.json_response({"errors": [{"title": title}]}, status=status)


def flat_body(**members: str) -> web.Response:
    """Return the older form of a response."""
    return web.json_response(members)


def document_body(**attributes: str) -> web.Response:
    """Return the newer form of a response."""
    return web.json_response(
        {
            "data": {
                "type": "app-integrations",
                "id": "ava1.ring.client.XXX",
                "attributes": attributes,
            },
            "meta": {"time": "2026-07-21T07:07:15Z"},
        }
    )


def confirmation() -> web.Response:
    """Return the response to a confirmation."""
    return document_body(status="awaiting")


def completion() -> web.Response:
    """Return the response to a completion."""
    return document_body(status="completed", account_identifier=IDENTIFIER)


def invalid_nonce() -> web.Response:
    """Return the response to a used nonce."""
    return error(400, "Invalid Nonce")


def received_methods(server: ScriptedServer) -> list[str]:
    """Return the methods of the received requests."""
    assert {received.target for received in server.received} == {PATH}
    return [received.method for received in server.received]


type BodyForm = Callable[..., web.Response]


@pytest.mark.parametrize("body_form", [flat_body, document_body])
async def test_both_forms_of_the_response(body_form: BodyForm) -> None:
    async with scripted_server(
        [
            body_form(status="awaiting"),
            body_form(
                status="completed",
                account_identifier=IDENTIFIER,
                updated_at="2026-02-03T00:35:00Z",
            ),
        ]
    ) as server:
        confirmed = await confirm_link(server.session, NONCE, IDENTIFIER)
        completed = await complete_link(server.session, IDENTIFIER)
    assert confirmed == AppIntegration("awaiting", None)
    assert completed == COMPLETED
    assert received_methods(server) == ["POST", "PATCH"]
    assert [json.loads(received.body) for received in server.received] == [
        {"nonce": NONCE, "account_identifier": IDENTIFIER},
        {"status": "completed", "account_identifier": IDENTIFIER},
    ]


async def test_account_identifier_is_optional() -> None:
    async with scripted_server([confirmation(), completion()]) as server:
        await link_account(server.session, NONCE, None)
    assert [json.loads(received.body) for received in server.received] == [
        {"nonce": NONCE},
        {"status": "completed"},
    ]


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"<html>", b'{"data":null}', b'{"status":5}', b"[" * 9999]
)
async def test_success_with_an_unreadable_body(body: bytes) -> None:
    async with scripted_server(
        [web.Response(body=body), web.Response(body=body)]
    ) as server:
        linked = await link_account(server.session, NONCE, IDENTIFIER)
    assert linked == AppIntegration(None, None)


# The responses, the methods of the requests, and the error.
type LinkCase = tuple[
    Callable[[], Sequence[ScriptedResponse]], str, type[RingError] | None
]
LINK_CASES: dict[str, LinkCase] = {
    "both succeed": (lambda: [confirmation(), completion()], "POST PATCH", None),
    "confirmation rejected": (lambda: [invalid_nonce()], "POST", BadRequestError),
    "no link": (lambda: [error(404, "Not Found")], "POST", NotFoundError),
    "forbidden": (lambda: [error(403)], "POST", ForbiddenError),
    "network refused": (lambda: [error(406)], "POST", NetworkRefusedError),
    "signed out": (lambda: [error(401)], "POST", AuthenticationError),
    "completion rejected": (
        lambda: [confirmation(), error(400, "Invalid Status Transition")],
        "POST PATCH",
        BadRequestError,
    ),
    "response lost": (lambda: [None, completion()], "POST PATCH", None),
    "response lost with 500": (lambda: [error(500), completion()], "POST PATCH", None),
    "request lost": (
        lambda: [None, error(404, "Not Found"), confirmation(), completion()],
        "POST PATCH POST PATCH",
        None,
    ),
    "request lost, too early to complete": (
        lambda: [
            error(502),
            error(400, "Invalid Status Transition"),
            confirmation(),
            completion(),
        ],
        "POST PATCH POST PATCH",
        None,
    ),
    "request arrived late": (
        lambda: [None, error(404), invalid_nonce(), completion()],
        "POST PATCH POST PATCH",
        None,
    ),
    "nonce used, but not completed": (
        lambda: [None, error(404), invalid_nonce(), error(404)],
        "POST PATCH POST PATCH",
        NotFoundError,
    ),
    "second confirmation rejected": (
        lambda: [None, error(404), error(400, "Missing Required Fields")],
        "POST PATCH POST",
        BadRequestError,
    ),
    "lost twice, but confirmed": (
        lambda: [None, error(404), None, completion()],
        "POST PATCH POST PATCH",
        None,
    ),
    "lost twice": (
        lambda: [None, error(404), None, error(404)],
        "POST PATCH POST PATCH",
        NotFoundError,
    ),
    "completion lost, repeated": (
        lambda: [confirmation(), None, error(500), completion()],
        "POST PATCH PATCH PATCH",
        None,
    ),
    "completion lost": (
        lambda: [confirmation(), None, None, None],
        "POST PATCH PATCH PATCH",
        CommunicationError,
    ),
    "Ring is down": (
        lambda: [error(500)] + [error(503) for _ in range(3)],
        "POST PATCH PATCH PATCH",
        ServerError,
    ),
}


@pytest.mark.parametrize("case", LINK_CASES)
async def test_link(case: str) -> None:
    responses, received, error_type = LINK_CASES[case]
    async with scripted_server(responses()) as server:
        if error_type is None:
            assert await link_account(server.session, NONCE, IDENTIFIER) == COMPLETED
        else:
            with pytest.raises(RingError) as raised:
                await link_account(server.session, NONCE, IDENTIFIER)
            assert type(raised.value) is error_type
            assert NONCE not in f"{raised.value}{vars(raised.value)}"
    assert received_methods(server) == received.split()


async def test_429_is_not_an_unknown_outcome() -> None:
    too_many = web.Response(status=429, headers={"Retry-After": "60"})
    async with scripted_server([too_many]) as server:
        with pytest.raises(RateLimitError):
            await link_account(server.session, NONCE, IDENTIFIER)
    assert received_methods(server) == ["POST"]


async def test_resumed_link_with_a_used_nonce() -> None:
    async with scripted_server([invalid_nonce(), completion()]) as server:
        linked = await link_account(server.session, NONCE, IDENTIFIER, resumed=True)
    assert linked == COMPLETED
    assert received_methods(server) == ["POST", "PATCH"]


async def test_resumed_link_without_a_confirmation() -> None:
    async with scripted_server([invalid_nonce(), error(404)]) as server:
        with pytest.raises(NotFoundError):
            await link_account(server.session, NONCE, IDENTIFIER, resumed=True)
    assert received_methods(server) == ["POST", "PATCH"]


@pytest.mark.parametrize(
    "body",
    [
        {"errors": [{"title": "Bad Request", "detail": "Invalid nonce."}]},
        {"errors": [{"code": "INVALID_NONCE"}]},
    ],
)
async def test_forms_of_the_invalid_nonce_error(body: object) -> None:
    async with scripted_server(
        [web.json_response(body, status=400), completion()]
    ) as server:
        linked = await link_account(server.session, NONCE, IDENTIFIER, resumed=True)
    assert linked == COMPLETED


@pytest.mark.parametrize("status", [200, 204, 403, 404])
async def test_unlink(status: int) -> None:
    async with scripted_server([web.Response(status=status)]) as server:
        await unlink_account(server.session)
    assert received_methods(server) == ["DELETE"]


async def test_unlink_with_revoked_tokens() -> None:
    async with scripted_server([web.Response(status=401)]) as server:
        await unlink_account(server.session)
    assert received_methods(server) == ["DELETE"]


@pytest.mark.parametrize(
    ("call", "error_type"),
    [
        (lambda: web.Response(status=400), BadRequestError),
        (
            lambda: web.Response(status=403, text="<p>", content_type="text/html"),
            NetworkRefusedError,
        ),
    ],
)
async def test_unlink_raises_other_errors(
    call: Callable[[], web.Response], error_type: type[RingError]
) -> None:
    async with scripted_server([call()]) as server:
        with pytest.raises(error_type):
            await unlink_account(server.session)


@pytest.mark.parametrize(
    "call",
    [
        lambda session: confirm_link(session, NONCE, IDENTIFIER),
        complete_link,
        lambda session: link_account(session, NONCE, IDENTIFIER),
        unlink_account,
    ],
)
async def test_all_requests_are_user_requests(
    call: Callable[[RingSession], Awaitable[object]],
) -> None:
    async with scripted_server(
        [error(406), *[completion() for _ in range(2)]]
    ) as server:
        with pytest.raises(NetworkRefusedError):
            await complete_link(server.session)
        # After a 406, only user requests are sent.
        await call(server.session)
        server.unsent.clear()
