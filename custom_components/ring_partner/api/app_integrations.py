"""Requests that confirm, complete and end a link (Ring Partner API reference, 1.4)."""

from contextlib import suppress
from typing import Final, NamedTuple, Self

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
from .limiter import Priority
from .session import Request, RingSession
from .transport import Response

_PATH: Final = "/v1/accounts/me/app-integrations"

# Errors that don't tell whether Ring has carried out the request.
_UNKNOWN_OUTCOME: Final = (*SERVICE_FAILURES, ResponseError)


class AppIntegration(NamedTuple):
    """A link in Ring's response.

    Attributes:
        status: "awaiting" or "completed", None if Ring didn't send it.
        account_identifier: Masked name that the Ring app shows for the link, None if
            Ring didn't send it.
    """

    status: str | None
    account_identifier: str | None

    @classmethod
    def from_response(cls, response: Response) -> Self:
        """Read one of the two forms that Ring documents (1.4).

        An unreadable body isn't an error, as the link itself has succeeded.
        """
        try:
            document = parse_json(response.body)
        except ResponseError:
            return cls(None, None)
        attributes = mapping(mapping(document.get("data")).get("attributes"))
        members = attributes or document
        return cls(text(members.get("status")), text(members.get("account_identifier")))


async def confirm_link(
    session: RingSession, nonce: str, account_identifier: str | None
) -> AppIntegration:
    """Confirm to Ring that the user of a nonce has signed in (1.4).

    Works once for each nonce. After a CommunicationError, a ServerError or a
    ResponseError it is unknown whether Ring confirmed the link; `link_account` handles
    that.

    Args:
        session: Session of the account to link.
        nonce: Nonce of the redirect.
        account_identifier: Name of the signed-in user, masked with `linking.mask`.

    Raises:
        BadRequestError: Ring doesn't accept the nonce.
        NotFoundError: Ring isn't waiting for a link of this account.
        RingError: The request failed in another way; the subclass tells why.
    """
    return await _send(
        session, "POST", nonce=nonce, account_identifier=account_identifier
    )


async def complete_link(
    session: RingSession, account_identifier: str | None = None
) -> AppIntegration:
    """Complete a confirmed link (1.4); safe to repeat.

    Args:
        session: Session of the account to link.
        account_identifier: Name of the signed-in user, masked with `linking.mask`.

    Raises:
        BadRequestError: The link wasn't confirmed.
        NotFoundError: Ring has no link of this account.
        RingError: The request failed in another way; the subclass tells why.
    """
    return await _send(
        session, "PATCH", status="completed", account_identifier=account_identifier
    )


async def link_account(
    session: RingSession,
    nonce: str,
    account_identifier: str | None,
    *,
    resumed: bool = False,
) -> AppIntegration:
    """Confirm and complete a link, also if the response to the confirmation is lost.

    A confirmation isn't safe to repeat (1.4). If its outcome is unknown, completing the
    link shows whether Ring received it. Only if not, it is sent once more.

    Args:
        session: Session of the account to link.
        nonce: Nonce of the redirect.
        account_identifier: Name of the signed-in user, masked with `linking.mask`.
        resumed: Whether an earlier call may have used up this nonce.

    Raises:
        RingError: The account isn't linked; the subclass tells why. After a
            CommunicationError or a ServerError, call again with `resumed` within the
            lifetime of the nonce.
    """
    if await _try_confirm(session, nonce, account_identifier, nonce_used=resumed):
        return await complete_link(session, account_identifier)
    with suppress(BadRequestError, NotFoundError):
        return await complete_link(session, account_identifier)
    await _try_confirm(session, nonce, account_identifier, nonce_used=True)
    return await complete_link(session, account_identifier)


async def unlink_account(session: RingSession) -> None:
    """End a link (1.4).

    Does nothing if there is no link, and for Ring apps that may not end one.

    Raises:
        RingError: The request failed; the subclass tells why.
    """
    # Ring revokes the tokens with the link, so a retry after a lost response gets a
    # 401.
    with suppress(AuthenticationError, ForbiddenError, NotFoundError):
        await session.request(Request("DELETE", _PATH), priority=Priority.USER)


async def _try_confirm(
    session: RingSession,
    nonce: str,
    account_identifier: str | None,
    *,
    nonce_used: bool,
) -> bool:
    """Confirm a link, and return False if the outcome is unknown.

    Args:
        session: As for `link_account`.
        nonce: As for `link_account`.
        account_identifier: As for `link_account`.
        nonce_used: Whether an earlier confirmation may have used up the nonce.
    """
    try:
        await confirm_link(session, nonce, account_identifier)
    except _UNKNOWN_OUTCOME:
        return False
    except BadRequestError as error:
        if not (nonce_used and _is_invalid_nonce(error)):
            raise
    return True


def _is_invalid_nonce(error: BadRequestError) -> bool:
    message = f"{error.title} {error.detail} {error.code}".lower().replace("_", " ")
    return "invalid nonce" in message


async def _send(
    session: RingSession, method: str, **members: str | None
) -> AppIntegration:
    body = {name: value for name, value in members.items() if value is not None}
    response = await session.request(
        Request(method, _PATH, json=body), priority=Priority.USER
    )
    return AppIntegration.from_response(response)
