"""Ring accounts, the Ring apps that have access to them, and app subscriptions."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True, eq=False)
class Client:
    """A Ring app, as registered in the developer console (API reference, 1.1).

    Attributes:
        client_id: Public ID of the app; the rate limit applies to each client ID.
        client_secret: Secret for the token endpoint.
        hmac_key: Key that signs webhooks and nonces; used as UTF-8 text, not decoded.
        name: Display name.
        token_exchange_url: URL to which Ring posts authorization codes; may be empty.
        account_link_url: URL to which Ring redirects the browser after installation.
        webhook_url: URL to which Ring posts events.
        homepage_url: URL of the app's website, shown in the Ring Appstore.
        redirect_uri: Registered redirect URI of partner-initiated sign-ins.
        allow_listed_for_pkce: Whether the app may start partner-initiated sign-ins.
    """

    client_id: str
    client_secret: str = field(repr=False)
    hmac_key: str = field(repr=False)
    name: str
    token_exchange_url: str = ""
    account_link_url: str = ""
    webhook_url: str = ""
    homepage_url: str = ""
    redirect_uri: str = ""
    allow_listed_for_pkce: bool = False


@dataclass(frozen=True, slots=True)
class Location:
    """A location of devices; Ring gives country and state only (API reference, 2.6)."""

    id: str
    country: str = "US"
    state: str | None = None

    def resource(self) -> dict[str, Any]:
        """Return the JSON:API resource."""
        attributes = {"country": self.country}
        if self.state is not None:
            attributes["state"] = self.state
        return {"type": "locations", "id": self.id, "attributes": attributes}


@dataclass(frozen=True, slots=True)
class Subscription:
    """A subscription to the app, not the user's Ring plan (API reference, 2.13).

    Attributes:
        id: Directed subscription ID.
        sub_type: ``paid`` or ``trial``.
        status: ``active`` or ``inactive``.
        plan_id: UUID of the plan, or None for a trial.
        created_at: ISO 8601.
        expires_at: ISO 8601.
        device_ids: Devices that the subscription covers.
    """

    id: str
    sub_type: str
    status: str
    plan_id: str | None
    created_at: str
    expires_at: str
    device_ids: tuple[str, ...] = ()

    def resource(self) -> dict[str, Any]:
        """Return the JSON:API resource."""
        return {
            "id": self.id,
            "type": "subscriptions",
            "attributes": {
                "sub_type": self.sub_type,
                "status": self.status,
                "plan_id": self.plan_id,
                "expires_at": self.expires_at,
                "created_at": self.created_at,
            },
            "relationships": {
                "devices": {
                    "data": [{"type": "devices", "id": id_} for id_ in self.device_ids]
                }
            },
        }


@dataclass(slots=True, eq=False)
class Account:
    """A Ring account.

    Attributes:
        id: Stable, opaque ID.
        location: Location of all devices of the account.
        subscriptions: Subscriptions to the app, in the order of the list endpoint.
    """

    id: str
    first_name: str
    last_name: str
    email: str
    location: Location
    subscriptions: list[Subscription] = field(default_factory=list)

    def resource(self) -> dict[str, Any]:
        """Return the JSON:API resource of ``/v1/users/me`` (API reference, 2.1)."""
        return {
            "type": "users",
            "id": self.id,
            "attributes": {
                "first_name": self.first_name,
                "last_name": self.last_name,
                "email": self.email,
            },
        }
