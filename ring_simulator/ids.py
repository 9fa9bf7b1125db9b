"""Identifiers and secrets that look like Ring's and are the same in every run."""

import base64
import hashlib
from uuid import UUID

_LENGTH = 96


class IdGenerator:
    """Generates identifiers from a seed and a counter.

    No identifier can be derived from another one: the IDs of a device and of its
    status share only the prefix (API reference, 0, "Environment and identifiers").
    """

    def __init__(self, seed: int) -> None:
        """Start at the first identifier of the seed."""
        self._seed = seed
        self._count = 0

    def directed_id(self, kind: str) -> str:
        """Return ``ava1.ring.<kind>.`` followed by 96 characters A-Z and 2-7."""
        code = base64.b32encode(self._digest(kind)).decode()
        return f"ava1.ring.{kind}.{code[:_LENGTH]}"

    def uuid(self) -> str:
        """Return a version 4 UUID."""
        return str(UUID(bytes=self._digest("uuid")[:16], version=4))

    def client_secret(self) -> str:
        """Return 64 hexadecimal digits."""
        return self._digest("secret")[:32].hex()

    def hmac_key(self) -> str:
        """Return base64 text that ends in ``=``, as the developer console shows it."""
        return base64.b64encode(self._digest("key")[:32]).decode()

    def _digest(self, kind: str) -> bytes:
        self._count += 1
        return hashlib.sha512(f"{self._seed}/{kind}/{self._count}".encode()).digest()
