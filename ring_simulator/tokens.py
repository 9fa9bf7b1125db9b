"""Every code and token that the simulated cloud has issued (API reference, 1.2)."""

import base64
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
import hashlib
import hmac
from random import Random

import orjson

from .account import Account, Client
from .behaviour import Behaviour

CODE_LIFETIME = 60
PARTNER_CODE_LIFETIME = 600
"""Seconds that the code of a sign-in lives which the app has started."""

PLAYGROUND_LIFETIME = 1800
REFRESH_LIFETIME = 30 * 86_400
"""Seconds without use after which a refresh token dies."""

SCOPE = "ava.v1:read"
PLAYGROUND_CLIENT = "playground"
_ISSUER = "RingOauthService-prod"


class TokenKind(StrEnum):
    """What a token is good for."""

    ACCESS = "access"
    REFRESH = "refresh"
    PLAYGROUND = "playground"
    CODE = "code"


class TokenState(StrEnum):
    """Whether a token is accepted, and if not, why."""

    VALID = "valid"
    EXPIRED = "expired"
    REVOKED = "revoked"
    USED = "used"


@dataclass(slots=True, eq=False)
class Token:
    """A token or code.

    Attributes:
        label: Harmless name such as ``access-3``, for logs and panels.
        expires_at: Epoch seconds.
        used: Set once a code or a refresh token was exchanged.
        challenge: Of a code: what only who knows its verifier may exchange (RFC 7636).
    """

    value: str = field(repr=False)
    kind: TokenKind
    label: str
    account_id: str
    client_id: str
    expires_at: float
    revoked: bool = False
    used: bool = False
    challenge: str | None = field(default=None, repr=False)

    @property
    def read_only(self) -> bool:
        """Whether it is a Playground token, which may change nothing."""
        return self.kind is TokenKind.PLAYGROUND

    @property
    def is_bearer(self) -> bool:
        """Whether the API may ever accept it, unlike a refresh token or a code."""
        return self.kind in (TokenKind.ACCESS, TokenKind.PLAYGROUND)

    def proves(self, verifier: str | None) -> bool:
        """Say whether the verifier is the one of the challenge, if there is any."""
        if self.challenge is None:
            return True
        digest = hashlib.sha256((verifier or "").encode()).digest()
        return hmac.compare_digest(base64url(digest).encode(), self.challenge.encode())

    def state(self, now: float) -> TokenState:
        """Say whether it is accepted at this time (epoch seconds)."""
        if self.revoked:
            return TokenState.REVOKED
        if self.used:
            return TokenState.USED
        if now >= self.expires_at:
            return TokenState.EXPIRED
        return TokenState.VALID


@dataclass(frozen=True, slots=True)
class TokenPair:
    """What the token endpoint answers with; ``expires_in`` is in seconds."""

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    expires_in: int

    def as_dict(self) -> dict[str, str | int]:
        """Return the body of the answer."""
        return {
            "access_token": self.access_token,
            "refresh_token": self.refresh_token,
            "scope": SCOPE,
            "expires_in": self.expires_in,
            "token_type": "Bearer",
        }


class Tokens:
    """Issues tokens and knows them all, dead ones too."""

    def __init__(
        self, clock: Callable[[], float], random: Random, behaviour: Behaviour
    ) -> None:
        """Start without any token."""
        self._clock = clock
        self._random = random
        self._behaviour = behaviour
        self._tokens: dict[str, Token] = {}
        self._counts: dict[TokenKind, int] = {}

    def issue(self, account: Account, client: Client) -> TokenPair:
        """Issue what a completed sign-in yields."""
        return self._pair(account.id, client.client_id)

    def issue_playground(self, account: Account, value: str | None = None) -> str:
        """Issue a read-only token of 30 minutes, with a value of one's own if given."""
        return self._add(
            TokenKind.PLAYGROUND,
            account.id,
            PLAYGROUND_CLIENT,
            PLAYGROUND_LIFETIME,
            value,
        ).value

    def issue_code(
        self, account: Account, client: Client, *, challenge: str | None = None
    ) -> str:
        """Issue an authorization code, to be used once.

        Args:
            account: Who signed in.
            client: The app.
            challenge: S256 challenge of a sign-in that the app has started. Its code
                lives for 10 minutes instead of 60 seconds.
        """
        lifetime = CODE_LIFETIME if challenge is None else PARTNER_CODE_LIFETIME
        value = self._add(TokenKind.CODE, account.id, client.client_id, lifetime).value
        self._tokens[value].challenge = challenge
        return value

    def exchange(
        self, kind: TokenKind, value: str, client: Client, verifier: str | None = None
    ) -> TokenPair | None:
        """Use up a code or a refresh token.

        Returns:
            A new pair, or none if the value isn't accepted from this client.
        """
        token = self.find(value)
        if (
            token is None
            or token.kind is not kind
            or token.client_id != client.client_id
            or token.state(self._clock()) is not TokenState.VALID
            or not token.proves(verifier)
        ):
            return None
        token.used = True
        return self._pair(token.account_id, client.client_id)

    def find(self, value: str) -> Token | None:
        """Return the token with this value, in whatever state."""
        return self._tokens.get(value)

    def bearer(self, value: str) -> Token | None:
        """Return the token if the API accepts it as a bearer now."""
        token = self.find(value)
        if token is None or not token.is_bearer:
            return None
        return token if token.state(self._clock()) is TokenState.VALID else None

    def revoke(self, value: str) -> None:
        """Refuse this token, given by value or label, from now on.

        Raises:
            KeyError: There is no such token.
        """
        self._get(value).revoked = True

    def expire(self, value: str) -> None:
        """Let this token, given by value or label, have expired now.

        Raises:
            KeyError: There is no such token.
        """
        self._get(value).expires_at = self._clock()

    def revoke_all(self, account: Account, client: Client | None = None) -> None:
        """Refuse all tokens of the account, as when the user removes the app.

        Args:
            account: Whose tokens.
            client: Only those that this app has, and its codes too.
        """
        for token in self._tokens.values():
            if token.account_id == account.id and (
                client is None or token.client_id == client.client_id
            ):
                token.revoked = True

    def all(self) -> list[Token]:
        """Return every token, the oldest first."""
        return list(self._tokens.values())

    def _get(self, value: str) -> Token:
        if token := self.find(value):
            return token
        for token in self._tokens.values():
            if token.label == value:
                return token
        raise KeyError("no such token")

    def _pair(self, account_id: str, client_id: str) -> TokenPair:
        lifetime = self._behaviour.access_token_lifetime
        access = self._add(TokenKind.ACCESS, account_id, client_id, lifetime)
        refresh = self._add(TokenKind.REFRESH, account_id, client_id, REFRESH_LIFETIME)
        return TokenPair(access.value, refresh.value, lifetime)

    def _add(
        self,
        kind: TokenKind,
        account_id: str,
        client_id: str,
        lifetime: float,
        value: str | None = None,
    ) -> Token:
        number = self._counts[kind] = self._counts.get(kind, 0) + 1
        expires_at = self._clock() + lifetime
        if value is None:
            opaque = kind in (TokenKind.REFRESH, TokenKind.CODE)
            value = self._noise(40) if opaque else self._jwt(client_id, expires_at)
        token = Token(
            value, kind, f"{kind}-{number}", account_id, client_id, expires_at
        )
        self._tokens[value] = token
        return token

    def _jwt(self, client_id: str, expires_at: float) -> str:
        parts = (
            {"alg": "RS256", "typ": "JWT"},
            {
                "iss": _ISSUER,
                "cid": client_id,
                "scope": [SCOPE],
                "exp": int(expires_at),
                "jti": self._noise(12),
            },
        )
        encoded = [base64url(orjson.dumps(part)) for part in parts]
        return ".".join([*encoded, self._noise(64)])

    def _noise(self, size: int) -> str:
        return base64url(self._random.randbytes(size))


def base64url(raw: bytes) -> str:
    """Return base64 for URLs, without padding."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
