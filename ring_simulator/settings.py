"""Settings that select how the simulated cloud behaves."""

from dataclasses import dataclass, fields
from typing import Literal


@dataclass(slots=True)
class Settings:
    """Variants of Ring's API for which sources disagree, and webhook disturbances.

    The defaults are what others have observed with Ring's API (API reference, 6).

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
        on_demand_events: What adds an ``on_demand`` event to the history: nothing
            (``none``), live views, or also requests for pictures and clips (``all``).
        on_demand_media: Whether the recordings of live views are available.
        media_permission: Whether apps have access to media and live views.
        range_before_consent: Whether the time range of a picture that starts before the
            consent is limited to the time after it, or refused.
        media_error_step: Whether the response to a request for media, or to its
            pre-signed URL, says that there is no recording.
        media_redirect_status: Status of the redirect to a pre-signed URL.
        recording_delay: Seconds from an event until its recording is available.
        not_ready_status: Status before the recording is available: 425 or 416.
        not_ready_retry_after: Seconds of ``Retry-After`` with 425; 0 for no header.
        picture_origin: ``X-Media-Origin`` of pictures.
        clip_delivery: Whether a clip is the response, or a redirect leads to it.
        clip_length_header: Name of the header with the length of a clip.
        clip_not_found_code: ``code`` of 416 for a clip.
        clip_padding: Bytes that are added to a clip, to make it large.
        clip_status: Status of a clip: 200, or 206 for the recorded part of the time.
        clip_transfer: Whether a clip has a ``Content-Length`` or is ``chunked``.
        live_answer_direction: Direction of all media in the answer of a live view.
        live_answer_audio: Whether the answer has audio.
        live_answer_order: Whether the media of the answer have the order of the offer.
        live_busy_status: Status if the camera has too many live sessions.
        live_location: URL of a live session: ``absolute``, ``relative``, or one of them
            with a query (``query`` and ``relative_query``).
        live_session_limit: Live sessions that a camera can have at the same time.
        live_view_scale: Factor for the time after which Ring ends a live view.
        chime_body: Which of the two documented bodies chimes accept.
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
    on_demand_events: Literal["none", "live_views", "all"] = "live_views"
    on_demand_media: Literal["available", "refused"] = "available"
    media_permission: Literal["granted", "missing"] = "granted"
    range_before_consent: Literal["limited", "refused"] = "limited"
    media_error_step: Literal["request", "download"] = "download"
    media_redirect_status: int = 303
    recording_delay: float = 0.0
    not_ready_status: int = 425
    not_ready_retry_after: int = 0
    picture_origin: Literal["recording", "snapshot"] = "recording"
    clip_delivery: Literal["redirect", "direct"] = "redirect"
    clip_length_header: Literal["X-Media-Length", "X-Media-Duration"] = "X-Media-Length"
    clip_not_found_code: Literal["TIMESTAMP_NOT_FOUND", "MEDIA_NOT_FOUND"] = (
        "TIMESTAMP_NOT_FOUND"
    )
    clip_padding: int = 0
    clip_status: int = 200
    clip_transfer: Literal["length", "chunked"] = "length"
    live_answer_direction: Literal["sendonly", "sendrecv", "recvonly"] = "sendonly"
    live_answer_audio: Literal["present", "missing"] = "present"
    live_answer_order: Literal["offered", "reversed"] = "offered"
    live_busy_status: int = 429
    live_location: Literal["absolute", "relative", "query", "relative_query"] = "query"
    live_session_limit: int = 2
    live_view_scale: float = 1.0
    chime_body: Literal["both", "json_api", "flat"] = "both"

    def reset(self) -> None:
        """Restore the defaults."""
        for field in fields(self):
            setattr(self, field.name, field.default)
