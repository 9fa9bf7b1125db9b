"""The messages about media that could not be shown."""

import pytest

from custom_components.ring_partner import api
from custom_components.ring_partner.api.sdp import SdpError, SdpProblem
from custom_components.ring_partner.media.errors import (
    encrypted_error,
    media_error,
    offline_error,
)


@pytest.mark.parametrize(
    ("error", "key"),
    [
        (api.DeviceOfflineError("x"), "media_offline"),
        (api.MediaNotReadyError("x"), "media_not_ready"),
        (api.MediaNotFoundError("x"), "media_not_found"),
        (api.UndecodableMediaError("x"), "media_encrypted"),
        (api.ForbiddenError("x"), "media_forbidden"),
        (api.NotFoundError("x"), "media_device_not_found"),
        (api.AuthenticationError("x"), "signed_out"),
        (api.RateLimitError("x"), "media_busy"),
        (api.NetworkRefusedError("x"), "media_network_refused"),
        (api.CommunicationError("x"), "media_cannot_connect"),
        (api.ServerError("x"), "media_service_unavailable"),
        (api.CircuitOpenError("x"), "media_service_unavailable"),
        (api.ResponseError("x"), "media_failed"),
        (api.BadRequestError("x"), "media_failed"),
        (api.RingError("x"), "media_failed"),
    ],
)
def test_message_of_each_error(error: api.RingError, key: str) -> None:
    shown = media_error(error, "Garden")
    assert shown.translation_key == key
    assert shown.translation_placeholders == {"device": "Garden", "reason": "x"}


@pytest.mark.parametrize("problem", SdpProblem)
def test_formats_that_do_not_match(problem: SdpProblem) -> None:
    assert media_error(SdpError(problem), "Garden").translation_key == (
        "media_incompatible"
    )


def test_time_that_ring_does_not_accept() -> None:
    error = api.MediaRangeError(
        "The time is in the future", api.MediaRangeProblem.FUTURE
    )
    assert media_error(error, "Garden").translation_key == "media_out_of_range"


def test_errors_without_a_request() -> None:
    assert offline_error("Garden").translation_key == "media_offline"
    assert encrypted_error("Garden").translation_key == "media_encrypted"
