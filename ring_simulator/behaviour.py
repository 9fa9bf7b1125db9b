"""Where Ring's documentation and Ring's answers disagree, or nobody knows."""

from dataclasses import dataclass, fields
from typing import Literal


@dataclass(slots=True)
class Behaviour:
    """Switches between the known variants; the defaults are what was observed live.

    Attributes:
        access_token_lifetime: Seconds; ``expires_in`` of every issued pair.
        refusal_status: 400, 401 or 403 for a code or refresh token that is refused.
        refusal_body: ``json`` as RFC 6749 has it, or the ``html`` of a proxy.
        unauthorized_body: Body of a 401 of the API: ``empty`` (observed) or the
            documented ``json``.
        device_page_size: Devices a page, or none for one single page (observed).
        link_order: Whether Ring posts the code before or after the browser's redirect.
        token_exchange_format: How Ring posts the code; a form is what was observed.
        token_exchange_key: How Ring spells the member that has the code.
        code_delay: Seconds that pass before Ring posts the code.
        app_integration_shape: Answers about an integration as JSON:API ``envelope`` or
            ``flat``, as they were documented earlier.
        redirect_uri_check: Whether a sign-in comes back to the registered address only.
        webhook_version: Version of the envelope; 1.0 names no account.
        sub_type_place: Member that has the subtype: ``data.subType`` or
            ``data.attributes.sub_type``.
        retry_scale: What the pauses before repeated webhooks are multiplied with.
        webhook_duplicate_share: Share of the webhooks that come twice, 0 to 1.
        webhook_drop_share: Share of the webhooks that are lost, 0 to 1.
        webhook_shuffle_window: Webhooks are late by up to so many seconds, each by its
            own, so that they overtake each other.
        history_page_size: Events a page of the history.
        history_last_page: How the history ends: ``links`` without ``next``, an empty
            page that still has one, or no ``links`` at all.
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
    sub_type_place: Literal["data", "attributes"] = "data"
    retry_scale: float = 1.0
    webhook_duplicate_share: float = 0.0
    webhook_drop_share: float = 0.0
    webhook_shuffle_window: float = 0.0
    history_page_size: int = 25
    history_last_page: Literal["no_next", "empty_with_next", "no_links"] = "no_next"

    def reset(self) -> None:
        """Go back to the defaults."""
        for field in fields(self):
            setattr(self, field.name, field.default)
