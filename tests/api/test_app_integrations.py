"""Telling Ring that an account is linked, over a real socket."""

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
    Integration,
    complete,
    confirm,
    link,
    unlink,
)

from .scripted import Answer, Script, scripted
from .vectors import NONCE

pytestmark = pytest.mark.usefixtures("socket_enabled")

PATH = "/v1/accounts/me/app-integrations"
NAME = "u***r@example.com"
COMPLETED = Integration("completed", NAME)


def refused(status: int, title: str = "") -> web.Response:
    """Return an error of Ring's; without a title its body is empty."""
    if not title:
        return web.Response(status=status)
    return web.json_response({"errors": [{"title": title}]}, status=status)


def flat(**members: str) -> web.Response:
    """Return the older shape."""
    return web.json_response(members)


def enveloped(**attributes: str) -> web.Response:
    """Return the newer shape."""
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


def awaiting() -> web.Response:
    """Return what answers a confirmation."""
    return enveloped(status="awaiting")


def done() -> web.Response:
    """Return what answers a completion."""
    return enveloped(status="completed", account_identifier=NAME)


def invalid_nonce() -> web.Response:
    """Return what answers a nonce that is used up."""
    return refused(400, "Invalid Nonce")


def methods(script: Script) -> list[str]:
    """Return what the server was asked."""
    assert {asked.target for asked in script.asked} == {PATH}
    return [asked.method for asked in script.asked]


type Shape = Callable[..., web.Response]


@pytest.mark.parametrize("shape", [flat, enveloped])
async def test_both_shapes(shape: Shape) -> None:
    async with scripted(
        [
            shape(status="awaiting"),
            shape(
                status="completed",
                account_identifier=NAME,
                updated_at="2026-02-03T00:35:00Z",
            ),
        ]
    ) as script:
        confirmed = await confirm(script.session, NONCE, NAME)
        completed = await complete(script.session, NAME)
    assert confirmed == Integration("awaiting", None)
    assert completed == COMPLETED
    assert methods(script) == ["POST", "PATCH"]
    assert [json.loads(asked.body) for asked in script.asked] == [
        {"nonce": NONCE, "account_identifier": NAME},
        {"status": "completed", "account_identifier": NAME},
    ]


async def test_the_identifier_is_optional() -> None:
    async with scripted([awaiting(), done()]) as script:
        await link(script.session, NONCE, None)
    assert [json.loads(asked.body) for asked in script.asked] == [
        {"nonce": NONCE},
        {"status": "completed"},
    ]


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"<html>", b'{"data":null}', b'{"status":5}', b"[" * 9999]
)
async def test_success_needs_no_words(body: bytes) -> None:
    async with scripted([web.Response(body=body), web.Response(body=body)]) as script:
        linked = await link(script.session, NONCE, NAME)
    assert linked == Integration(None, None)


# Each line: what Ring answers, then what it was asked, then what comes of it.
type Line = tuple[Callable[[], Sequence[Answer]], str, type[RingError] | None]
PATHS: dict[str, Line] = {
    "straight": (lambda: [awaiting(), done()], "POST PATCH", None),
    "refused": (lambda: [invalid_nonce()], "POST", BadRequestError),
    "no link": (lambda: [refused(404, "Not Found")], "POST", NotFoundError),
    "may not": (lambda: [refused(403)], "POST", ForbiddenError),
    "not this network": (lambda: [refused(406)], "POST", NetworkRefusedError),
    "signed out": (lambda: [refused(401)], "POST", AuthenticationError),
    "completion refused": (
        lambda: [awaiting(), refused(400, "Invalid Status Transition")],
        "POST PATCH",
        BadRequestError,
    ),
    "answer lost": (lambda: [None, done()], "POST PATCH", None),
    "answer lost at 500": (lambda: [refused(500), done()], "POST PATCH", None),
    "request lost": (
        lambda: [None, refused(404, "Not Found"), awaiting(), done()],
        "POST PATCH POST PATCH",
        None,
    ),
    "request lost, too early to complete": (
        lambda: [
            refused(502),
            refused(400, "Invalid Status Transition"),
            awaiting(),
            done(),
        ],
        "POST PATCH POST PATCH",
        None,
    ),
    "arrived late": (
        lambda: [None, refused(404), invalid_nonce(), done()],
        "POST PATCH POST PATCH",
        None,
    ),
    "used up, but not completed": (
        lambda: [None, refused(404), invalid_nonce(), refused(404)],
        "POST PATCH POST PATCH",
        NotFoundError,
    ),
    "refused at the second try": (
        lambda: [None, refused(404), refused(400, "Missing Required Fields")],
        "POST PATCH POST",
        BadRequestError,
    ),
    "lost twice, yet arrived": (
        lambda: [None, refused(404), None, done()],
        "POST PATCH POST PATCH",
        None,
    ),
    "lost twice": (
        lambda: [None, refused(404), None, refused(404)],
        "POST PATCH POST PATCH",
        NotFoundError,
    ),
    "completion lost, repeated": (
        lambda: [awaiting(), None, refused(500), done()],
        "POST PATCH PATCH PATCH",
        None,
    ),
    "completion lost": (
        lambda: [awaiting(), None, None, None],
        "POST PATCH PATCH PATCH",
        CommunicationError,
    ),
    "Ring is down": (
        lambda: [refused(500)] + [refused(503) for _ in range(3)],
        "POST PATCH PATCH PATCH",
        ServerError,
    ),
}


@pytest.mark.parametrize("path", PATHS)
async def test_link(path: str) -> None:
    answers, asked, error = PATHS[path]
    async with scripted(answers()) as script:
        if error is None:
            assert await link(script.session, NONCE, NAME) == COMPLETED
        else:
            with pytest.raises(RingError) as raised:
                await link(script.session, NONCE, NAME)
            assert type(raised.value) is error
            assert NONCE not in f"{raised.value}{vars(raised.value)}"
    assert methods(script) == asked.split()


async def test_what_was_not_sent_is_no_reason_for_doubt() -> None:
    too_many = web.Response(status=429, headers={"Retry-After": "60"})
    async with scripted([too_many]) as script:
        with pytest.raises(RateLimitError):
            await link(script.session, NONCE, NAME)
    assert methods(script) == ["POST"]


async def test_a_resumed_link_finds_its_nonce_used() -> None:
    async with scripted([invalid_nonce(), done()]) as script:
        linked = await link(script.session, NONCE, NAME, resumed=True)
    assert linked == COMPLETED
    assert methods(script) == ["POST", "PATCH"]


async def test_a_resumed_link_that_never_was() -> None:
    async with scripted([invalid_nonce(), refused(404)]) as script:
        with pytest.raises(NotFoundError):
            await link(script.session, NONCE, NAME, resumed=True)
    assert methods(script) == ["POST", "PATCH"]


@pytest.mark.parametrize(
    "answer",
    [
        {"errors": [{"title": "Bad Request", "detail": "Invalid nonce."}]},
        {"errors": [{"code": "INVALID_NONCE"}]},
    ],
)
async def test_the_words_for_a_used_nonce(answer: object) -> None:
    async with scripted([web.json_response(answer, status=400), done()]) as script:
        linked = await link(script.session, NONCE, NAME, resumed=True)
    assert linked == COMPLETED


@pytest.mark.parametrize("status", [200, 204, 403, 404])
async def test_unlink(status: int) -> None:
    async with scripted([web.Response(status=status)]) as script:
        await unlink(script.session)
    assert methods(script) == ["DELETE"]


async def test_unlink_is_done_when_the_tokens_are_void() -> None:
    async with scripted([web.Response(status=401)]) as script:
        await unlink(script.session)
    assert methods(script) == ["DELETE"]


@pytest.mark.parametrize(
    ("call", "error"),
    [
        (lambda: web.Response(status=400), BadRequestError),
        (
            lambda: web.Response(status=403, text="<p>", content_type="text/html"),
            NetworkRefusedError,
        ),
    ],
)
async def test_unlink_tells_trouble(
    call: Callable[[], web.Response], error: type[RingError]
) -> None:
    async with scripted([call()]) as script:
        with pytest.raises(error):
            await unlink(script.session)


@pytest.mark.parametrize(
    "call",
    [
        lambda session: confirm(session, NONCE, NAME),
        complete,
        lambda session: link(session, NONCE, NAME),
        unlink,
    ],
)
async def test_a_person_waits_for_each_of_them(
    call: Callable[[RingSession], Awaitable[object]],
) -> None:
    async with scripted([refused(406), *[done() for _ in range(2)]]) as script:
        with pytest.raises(NetworkRefusedError):
            await complete(script.session)
        # Background requests are held back after a 406; a person's are not.
        await call(script.session)
        script.left.clear()
