"""Who owns devices, and which apps may see them."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True, eq=False)
class Client:
    """An app of the developer console (API reference, 1.1).

    Attributes:
        client_id: Public name of the app; requests are limited per client id.
        client_secret: Shared secret for the token endpoint.
        hmac_key: Signs webhooks and nonces; its raw text is the key.
        name: What people call the app.
        token_exchange_url: Where Ring posts authorization codes; empty for nowhere.
        account_link_url: Where Ring sends the browser after the installation.
        webhook_url: Where Ring posts events.
        homepage_url: Where the Ring Appstore sends people who want to know more.
        redirect_uri: Where a sign-in that the app has started comes back to.
        allow_listed_for_pkce: Whether the app may start sign-ins at all.
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
    """Where devices are; nothing finer than the state (API reference, 2.6)."""

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
        id: Directed subscription id.
        sub_type: ``paid`` or ``trial``.
        status: ``active`` or ``inactive``.
        plan_id: UUID of the plan, none for a trial.
        created_at: ISO 8601.
        expires_at: ISO 8601.
        device_ids: What it is for.
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
    """A person with Ring devices.

    Attributes:
        id: Stable, opaque; the only thing to recognise the account by.
        location: Where its devices are unless they say otherwise.
        subscriptions: Subscriptions to the app, in the order in which they are listed.
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
