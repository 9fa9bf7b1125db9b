"""Settings that select how the simulated cloud behaves."""

from dataclasses import dataclass, fields
from typing import Literal


@dataclass(slots=True)
class Settings:
    """Variants of Ring's API for which sources disagree, and webhook disturbances.

    The defaults are what was observed with Ring's live API (API reference, 6).

    Attributes:
        access_token_lifetime: Lifetime of access tokens in seconds; sent as
            ``expires_in``.
        refusal_status: Status of a refused code or refresh token: 400, 401 or 403.
        refusal_body: Body of a refused code or refresh token: ``json`` as in RFC 6749,
            or the ``html`` page of a proxy.
        unauthorized_body: Body of a 401 of the API: ``empty`` (observed) or ``json``
            (documented).
        device_page_size: Devices per page, or None for a single page (observed).
        link_order: Whether Ring posts the code before or after it redirects the
            browser.
        token_exchange_format: Format in which Ring posts the code.
        token_exchange_key: Name of the member that contains the code.
        code_delay: Seconds before Ring posts the code.
        app_integration_shape: Responses of the app-integrations endpoint as JSON:API
            ``envelope``, or ``flat`` as documented earlier.
        redirect_uri_check: Whether a partner-initiated sign-in requires the registered
            redirect URI.
        webhook_version: Version of the webhook envelope; 1.0 has no ``account_id``.
        sub_type_location: Location of the subtype: ``data.subType`` or
            ``data.attributes.sub_type``.
        retry_scale: Factor for the delays between webhook retries.
        webhook_duplicate_share: Share of webhooks that are delivered twice, 0 to 1.
        webhook_drop_share: Share of webhooks that are lost, 0 to 1.
        webhook_shuffle_window: Longest random delay of a webhook in seconds; webhooks
            arrive out of order.
        history_page_size: Events per page of the history.
        history_last_page: End of the history: ``links`` without ``next``, an empty page
            that has ``next``, or no ``links``.
    """

    access_token_lifetime: int = 14_400
    refusal_status: int = 401
    refusal_body: Literal["json", "html"] = "json"
    unauthorized_body: Literal["empty", "json"] = "empty"
    device_page_size: int | None = None
    link_order: Literal["code_first", "redirect_first"] = "code_first"
    token_exchange_format: Literal["form", "json", "query"] = "form"  # noqa: S105 - no secret
    token_exchange_key: Literal[
        "code", "authorization_code", "authorizationCode", "auth_code"
    ] = "code"  # noqa: S105 - no secret
    code_delay: float = 0.0
    app_integration_shape: Literal["envelope", "flat"] = "envelope"
    redirect_uri_check: Literal["exact", "any"] = "exact"
    webhook_version: Literal["1.1", "1.0"] = "1.1"
    sub_type_location: Literal["data", "attributes"] = "data"
    retry_scale: float = 1.0
    webhook_duplicate_share: float = 0.0
    webhook_drop_share: float = 0.0
    webhook_shuffle_window: float = 0.0
    history_page_size: int = 25
    history_last_page: Literal["no_next", "empty_with_next", "no_links"] = "no_next"

    def reset(self) -> None:
        """Restore the defaults."""
        for field in fields(self):
            setattr(self, field.name, field.default)
