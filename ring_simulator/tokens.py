"""Authorization codes and tokens of the simulated cloud (API reference, 1.2)."""

import base64
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
import hashlib
import hmac
from random import Random

import orjson

from .account import Account, Client
from .secrets import Secrets
from .settings import Settings

CODE_LIFETIME = 60
"""Lifetime of an authorization code in seconds."""

PARTNER_CODE_LIFETIME = 600
"""Lifetime of the code of a partner-initiated sign-in in seconds."""

PLAYGROUND_LIFETIME = 1800
"""Lifetime of a Playground token in seconds."""

REFRESH_LIFETIME = 30 * 86_400
"""Seconds without use after which a refresh token expires."""

SCOPE = "ava.v1:read"
PLAYGROUND_CLIENT_ID = "playground"
_ISSUER = "RingOauthService-prod"


class TokenKind(StrEnum):
    """Kind of a token or code."""

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
    """A token or authorization code.

    Attributes:
        label: Name without secrets, such as ``access-3``, for logs and the panel.
        expires_at: Epoch seconds.
        used: Whether a code or refresh token was exchanged.
        code_challenge: S256 challenge of a code; its verifier is required to exchange
            the code (RFC 7636).
    """

    value: str = field(repr=False)
    kind: TokenKind
    label: str
    account_id: str
    client_id: str
    expires_at: float
    revoked: bool = False
    used: bool = False
    code_challenge: str | None = field(default=None, repr=False)

    @property
    def read_only(self) -> bool:
        """Whether it is a Playground token, which can't change anything."""
        return self.kind is TokenKind.PLAYGROUND

    @property
    def is_bearer(self) -> bool:
        """Whether it is a bearer token, unlike a refresh token or a code."""
        return self.kind in (TokenKind.ACCESS, TokenKind.PLAYGROUND)

    def matches_verifier(self, verifier: str | None) -> bool:
        """Return whether the verifier matches the challenge, if there is one."""
        if self.code_challenge is None:
            return True
        digest = hashlib.sha256((verifier or "").encode()).digest()
        return hmac.compare_digest(
            base64url(digest).encode(), self.code_challenge.encode()
        )

    def state(self, now: float) -> TokenState:
        """Return the state at a time in epoch seconds."""
        if self.revoked:
            return TokenState.REVOKED
        if self.used:
            return TokenState.USED
        if now >= self.expires_at:
            return TokenState.EXPIRED
        return TokenState.VALID


@dataclass(frozen=True, slots=True)
class TokenPair:
    """Response of the token endpoint; ``expires_in`` is in seconds."""

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    expires_in: int

    def as_dict(self) -> dict[str, str | int]:
        """Return the body of the response."""
        return {
            "access_token": self.access_token,
            "refresh_token": self.refresh_token,
            "scope": SCOPE,
            "expires_in": self.expires_in,
            "token_type": "Bearer",
        }


class Tokens:
    """Issues tokens and keeps all of them, including expired and revoked ones."""

    def __init__(
        self,
        clock: Callable[[], float],
        random: Random,
        settings: Settings,
        secrets: Secrets,
    ) -> None:
        """Start without tokens.

        Args:
            clock: Returns the time in epoch seconds.
            random: Source of the token values.
            settings: Contains the lifetime of access tokens.
            secrets: Register of the values.
        """
        self._clock = clock
        self._random = random
        self._settings = settings
        self._secrets = secrets
        self._tokens: dict[str, Token] = {}
        self._counts: dict[TokenKind, int] = {}

    def issue_pair(self, account: Account, client: Client) -> TokenPair:
        """Issue an access token and a refresh token."""
        return self._add_pair(account.id, client.client_id)

    def issue_playground(self, account: Account, value: str | None = None) -> str:
        """Issue a read-only Playground token that is valid for 30 minutes.

        Args:
            account: Account of the token.
            value: Value of the token; a new one by default.
        """
        return self._add(
            TokenKind.PLAYGROUND,
            account.id,
            PLAYGROUND_CLIENT_ID,
            PLAYGROUND_LIFETIME,
            value,
        ).value

    def issue_code(
        self, account: Account, client: Client, *, challenge: str | None = None
    ) -> str:
        """Issue an authorization code.

        Args:
            account: Account that signed in.
            client: The Ring app.
            challenge: S256 challenge of a partner-initiated sign-in. The code is then
                valid for 10 minutes instead of 60 seconds.
        """
        lifetime = CODE_LIFETIME if challenge is None else PARTNER_CODE_LIFETIME
        token = self._add(TokenKind.CODE, account.id, client.client_id, lifetime)
        token.code_challenge = challenge
        return token.value

    def exchange(
        self, kind: TokenKind, value: str, client: Client, verifier: str | None = None
    ) -> TokenPair | None:
        """Exchange a code or refresh token, which is then used.

        Returns:
            A new pair, or None if the value is not accepted from this client.
        """
        token = self.find(value)
        if (
            token is None
            or token.kind is not kind
            or token.client_id != client.client_id
            or token.state(self._clock()) is not TokenState.VALID
            or not token.matches_verifier(verifier)
        ):
            return None
        token.used = True
        return self._add_pair(token.account_id, client.client_id)

    def find(self, value: str) -> Token | None:
        """Return the token with this value, in any state."""
        return self._tokens.get(value)

    def find_valid_bearer(self, value: str) -> Token | None:
        """Return the token if the API accepts it as a bearer token now."""
        token = self.find(value)
        if token is None or not token.is_bearer:
            return None
        return token if token.state(self._clock()) is TokenState.VALID else None

    def revoke(self, value: str) -> None:
        """Revoke a token, given by value or label.

        Raises:
            KeyError: There is no such token.
        """
        self._get(value).revoked = True

    def expire(self, value: str) -> None:
        """Let a token, given by value or label, expire now.

        Raises:
            KeyError: There is no such token.
        """
        self._get(value).expires_at = self._clock()

    def revoke_all(self, account: Account, client: Client | None = None) -> None:
        """Revoke all tokens and codes of an account.

        Args:
            account: Account of the tokens.
            client: Ring app of the tokens; every app by default.
        """
        for token in self._tokens.values():
            if token.account_id == account.id and (
                client is None or token.client_id == client.client_id
            ):
                token.revoked = True

    def all(self) -> list[Token]:
        """Return all tokens, the oldest first."""
        return list(self._tokens.values())

    def _get(self, value: str) -> Token:
        if token := self.find(value):
            return token
        for token in self._tokens.values():
            if token.label == value:
                return token
        raise KeyError("no such token")

    def _add_pair(self, account_id: str, client_id: str) -> TokenPair:
        lifetime = self._settings.access_token_lifetime
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
            value = (
                self._random_text(40) if opaque else self._jwt(client_id, expires_at)
            )
        token = Token(
            value, kind, f"{kind}-{number}", account_id, client_id, expires_at
        )
        self._tokens[value] = token
        self._secrets.add("code" if kind is TokenKind.CODE else f"{kind} token", value)
        return token

    def _jwt(self, client_id: str, expires_at: float) -> str:
        parts = (
            {"alg": "RS256", "typ": "JWT"},
            {
                "iss": _ISSUER,
                "cid": client_id,
                "scope": [SCOPE],
                "exp": int(expires_at),
                "jti": self._random_text(12),
            },
        )
        encoded = [base64url(orjson.dumps(part)) for part in parts]
        return ".".join([*encoded, self._random_text(64)])

    def _random_text(self, size: int) -> str:
        return base64url(self._random.randbytes(size))


def base64url(raw: bytes) -> str:
    """Return base64url text without padding."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
