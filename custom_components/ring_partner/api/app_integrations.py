"""Telling Ring that an account is linked (Ring Partner API reference, 1.4)."""

from contextlib import suppress
from dataclasses import dataclass
from typing import Final, Self

from .document import parse_json
from .errors import (
    SERVICE_FAILURES,
    AuthenticationError,
    BadRequestError,
    ForbiddenError,
    NotFoundError,
    ResponseError,
)
from .fields import mapping, text
from .resilience import Priority
from .session import Request, Response, RingSession

_PATH: Final = "/v1/accounts/me/app-integrations"

# After these nobody knows whether Ring did what it was asked.
_AMBIGUOUS: Final = (*SERVICE_FAILURES, ResponseError)


@dataclass(frozen=True, slots=True)
class Integration:
    """What Ring says of the link; None where it doesn't say.

    Attributes:
        status: "awaiting" or "completed".
        account_identifier: the masked name that the Ring app shows for our side.

    """

    status: str | None
    account_identifier: str | None

    @classmethod
    def from_response(cls, response: Response) -> Self:
        """Read either of the two shapes that Ring documents (1.4).

        An answer that can't be read says nothing more than its success: a link that
        Ring has made must not fail for the words in which Ring says so.
        """
        try:
            document = parse_json(response.body)
        except ResponseError:
            return cls(None, None)
        attributes = mapping(mapping(document.get("data")).get("attributes"))
        members = attributes or document
        return cls(text(members.get("status")), text(members.get("account_identifier")))


async def confirm(
    session: RingSession, nonce: str, account_identifier: str | None
) -> Integration:
    """Tell Ring that the person of a nonce has signed in with us (1.4).

    Works once for each nonce. What became of it is unknown after a
    CommunicationError, a ServerError or a ResponseError; `link` copes with that.

    Args:
        session: of the account to link.
        nonce: from the redirect.
        account_identifier: who signed in, as made by `linking.masked`.

    Raises:
        BadRequestError: Ring doesn't accept the nonce.
        NotFoundError: Ring doesn't wait for a link of this account.
        RingError: anything else; the subclass says what it means.

    """
    return await _tell(
        session, "POST", nonce=nonce, account_identifier=account_identifier
    )


async def complete(
    session: RingSession, account_identifier: str | None = None
) -> Integration:
    """Tell Ring that the link is complete (1.4); safe to repeat.

    Raises:
        BadRequestError: the link was not confirmed.
        NotFoundError: Ring doesn't know of a link.
        RingError: anything else; the subclass says what it means.

    """
    return await _tell(
        session, "PATCH", status="completed", account_identifier=account_identifier
    )


async def link(
    session: RingSession,
    nonce: str,
    account_identifier: str | None,
    *,
    resumed: bool = False,
) -> Integration:
    """Confirm and complete a link, whatever becomes of the first request (1.4).

    A confirmation is not safe to repeat. When it ends without a clear answer, the
    completion shows whether it arrived; only if not, it is sent once more.

    Args:
        session: of the account to link.
        nonce: from the redirect.
        account_identifier: who signed in, as made by `linking.masked`.
        resumed: an earlier call with this nonce failed, so that it may be used up.

    Raises:
        RingError: the account is not linked, as far as is known; the subclass says
            what it means. After a CommunicationError or a ServerError it makes sense
            to call again with `resumed`, within the ten minutes of the nonce.

    """
    if await _confirmed(session, nonce, account_identifier, doubtful=resumed):
        return await complete(session, account_identifier)
    with suppress(BadRequestError, NotFoundError):
        return await complete(session, account_identifier)
    await _confirmed(session, nonce, account_identifier, doubtful=True)
    return await complete(session, account_identifier)


async def unlink(session: RingSession) -> None:
    """Ask Ring to end the link (1.4).

    Ring allows that to some apps only; for the others, and when there is no link any
    more, this does nothing.

    Raises:
        RingError: the subclass says what it means.

    """
    # The tokens end with the link: after a lost answer the repeat meets void ones.
    with suppress(AuthenticationError, ForbiddenError, NotFoundError):
        await session.request(Request("DELETE", _PATH), priority=Priority.USER)


async def _confirmed(
    session: RingSession,
    nonce: str,
    account_identifier: str | None,
    *,
    doubtful: bool,
) -> bool:
    """Confirm, and return whether it is worth no second try.

    Args:
        session: as for `link`.
        nonce: as for `link`.
        account_identifier: as for `link`.
        doubtful: an earlier confirmation may have used up the nonce.

    """
    try:
        await confirm(session, nonce, account_identifier)
    except _AMBIGUOUS:
        return False
    except BadRequestError as error:
        if not (doubtful and _says_invalid_nonce(error)):
            raise
    return True


def _says_invalid_nonce(error: BadRequestError) -> bool:
    words = f"{error.title} {error.detail} {error.code}".lower().replace("_", " ")
    return "invalid nonce" in words


async def _tell(
    session: RingSession, method: str, **members: str | None
) -> Integration:
    body = {name: value for name, value in members.items() if value is not None}
    response = await session.request(
        Request(method, _PATH, json=body), priority=Priority.USER
    )
    return Integration.from_response(response)
