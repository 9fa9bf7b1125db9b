"""Register of the secrets that the cloud has made, for tests that look for leaks."""


class Secrets:
    """Everything that must not be in a log, a state or a URL.

    These are tokens, authorization codes, client secrets, HMAC keys, webhook
    signatures, nonces and the signatures of pre-signed URLs, also those that are no
    longer valid.
    """

    def __init__(self) -> None:
        """Start without secrets."""
        self._kinds: dict[str, str] = {}

    def add(self, kind: str, value: str) -> str:
        """Remember a secret, and return it."""
        self._kinds[value] = kind
        return value

    def all(self) -> dict[str, str]:
        """Return the kinds of all secrets, such as ``nonce``, by value."""
        return dict(self._kinds)
