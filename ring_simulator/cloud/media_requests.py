"""Reads requests for pictures and clips (API reference, 2.8 and 2.9)."""

from dataclasses import dataclass
from math import inf
from typing import Any, Literal

import orjson

from ring_simulator.device import SimDevice
from ring_simulator.media.drawing import PictureFormat
from ring_simulator.media_errors import MediaError

MAX_AGE = 180 * 86_400
"""Seconds for which recordings are kept."""
_MAX_WINDOW = 86_400
_MAX_DURATION = 900_000
_MAX_FRAME_RATE = 25
_MAX_WIDTH, _MAX_HEIGHT = 1920, 1080
# of the clocks
_TOLERANCE = 1
_TYPES = ("at_timestamp", "latest_in_range")


@dataclass(frozen=True, slots=True)
class PictureRequest:
    """A request for a picture.

    Attributes:
        component_id: The camera of a device with several.
        start: Epoch seconds.
        end: End of the range in epoch seconds, or None for a picture of ``start``.
        format: Format of the picture.
        width: Pixels.
        height: Pixels.
    """

    component_id: str | None
    start: float
    end: float | None
    format: PictureFormat
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class ClipRequest:
    """A request for a clip.

    Attributes:
        component_id: The camera of a device with several.
        start: Epoch seconds.
        duration: Seconds.
        audio: Whether the clip has sound.
    """

    component_id: str | None
    start: float
    duration: float
    audio: bool


@dataclass(frozen=True, slots=True)
class Access:
    """The time that an app has access to.

    Attributes:
        now: Epoch seconds.
        since: Epoch seconds of the consent.
        before_consent: What happens to a range that starts before it.
    """

    now: float
    since: float
    before_consent: Literal["limited", "refused"]

    def check(self, time: float) -> None:
        """Check that the app has access to the media of a time.

        Raises:
            MediaError: It has not.
        """
        if time < self.since - _TOLERANCE:
            raise MediaError(
                403, "Time range not authorized", code="TIME_RANGE_NOT_AUTHORIZED"
            )


def read_body(content: bytes) -> dict[str, Any]:
    """Return the body of a request, which Ring first needs to authorize it.

    Raises:
        MediaError: 403 without a body or a timestamp, 400 for a body of another form.
    """
    if not content.strip():
        raise MediaError(403, "Cannot authorize: empty request body")
    try:
        body = orjson.loads(content)
    except orjson.JSONDecodeError:
        raise MediaError(400, "the body is not valid JSON") from None
    if not isinstance(body, dict):
        raise MediaError(400, "the body is not an object")
    if body.get("timestamp") is None and body.get("start_timestamp") is None:
        raise MediaError(403, "Cannot authorize: missing required timestamp fields")
    return body


def read_picture_request(
    body: dict[str, Any], device: SimDevice, query_component: str | None, access: Access
) -> PictureRequest:
    """Return the request for a picture.

    Args:
        body: Body of the request.
        device: The camera.
        query_component: Component ID in the query; ``components`` comes first.
        access: The time that the app has access to.

    Raises:
        MediaError: The request is not as documented, or the app has no access.
    """
    type_ = body.get("type")
    end = None
    length: float = _MAX_WINDOW
    if type_ == "latest_in_range":
        start = _time(body, "start_timestamp", access.now)
        end = access.now
        if body.get("end_timestamp") is not None:
            end = _time(body, "end_timestamp", access.now)
        length = end - start
        if access.before_consent == "limited":
            access.check(end)
            start = max(start, min(access.since, end))
        access.check(start)
    else:
        start = _time(body, "timestamp", access.now, required=type_ == _TYPES[0])
        access.check(start)
    if type_ is None:
        raise MediaError(400, "type is required", pointer="type")
    if type_ not in _TYPES:
        valid = ", ".join(_TYPES)
        raise MediaError(
            400, f"type not supported, valid values: {valid}", pointer="type"
        )
    if not 0 < length <= _MAX_WINDOW:
        raise MediaError(
            400, "the time range must be at most 24 hours", pointer="end_timestamp"
        )
    options = _object(body, "image_options")
    picture_format = _choice(options, "format", ("jpeg", "png"))
    width, height = _resolution(options)
    return PictureRequest(
        _component_id(body, device, query_component),
        start,
        end,
        "png" if picture_format == "png" else "jpeg",
        width or 640,
        height or 360,
    )


def read_clip_request(
    body: dict[str, Any], device: SimDevice, query_component: str | None, access: Access
) -> ClipRequest:
    """Return the request for a clip; see ``read_picture_request``."""
    start = _time(body, "timestamp", access.now)
    access.check(start)
    duration = _integer(body, "duration", -inf, _MAX_DURATION)
    if duration is None or duration <= 0:
        raise MediaError(400, "duration must be positive", pointer="duration")
    options = _object(body, "video_options")
    _choice(options, "codec", ("avc", "hevc"))
    _integer(options, "frame_rate", 1, _MAX_FRAME_RATE)
    _resolution(options)
    audio = _object(body, "audio_options").get("audio_enabled", False)
    if not isinstance(audio, bool):
        raise _invalid("audio_enabled")
    component_id = _component_id(body, device, query_component)
    return ClipRequest(component_id, start, duration / 1000, audio)


def _time(
    body: dict[str, Any], name: str, now: float, *, required: bool = True
) -> float:
    """Return a time in epoch seconds.

    Raises:
        MediaError: It is missing, in the future or too old.
    """
    milliseconds = _integer(body, name, 0, inf)
    if milliseconds is None:
        if required:
            raise MediaError(400, f"{name} is required", pointer=name)
        return now
    time = milliseconds / 1000
    if time > now + _TOLERANCE:
        raise MediaError(400, f"{name} must not be in the future", pointer=name)
    if time < now - MAX_AGE:
        raise MediaError(400, f"{name} must be within the last 180 days", pointer=name)
    return time


def _component_id(
    body: dict[str, Any], device: SimDevice, query_component: str | None
) -> str | None:
    """Return the only component of a request, or None."""
    components = body.get("components")
    if components is None:
        component_id = query_component
    elif (
        isinstance(components, list)
        and len(components) == 1
        and isinstance(components[0], dict)
    ):
        component_id = components[0].get("component_id")
        if component_id is None:
            raise _invalid("components")
    else:
        raise _invalid("components")
    if component_id is not None and component_id not in device.component_ids:
        raise _invalid("components")
    return component_id


def _resolution(options: dict[str, Any]) -> tuple[int | None, int | None]:
    resolution = _object(options, "resolution")
    return (
        _integer(resolution, "width", 1, _MAX_WIDTH),
        _integer(resolution, "height", 1, _MAX_HEIGHT),
    )


def _object(body: dict[str, Any], name: str) -> dict[str, Any]:
    value = body.get(name)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise _invalid(name)
    return value


def _choice(body: dict[str, Any], name: str, allowed: tuple[str, ...]) -> str:
    """Return one of the allowed values, by default the first one."""
    value = body.get(name, allowed[0])
    for item in allowed:
        if item == value:
            return item
    raise _invalid(name)


def _integer(
    body: dict[str, Any], name: str, minimum: float, maximum: float
) -> int | None:
    value = body.get(name)
    if value is None:
        return None
    if type(value) is not int or not minimum <= value <= maximum:
        raise _invalid(name)
    return value


def _invalid(name: str) -> MediaError:
    return MediaError(400, f"{name} is invalid", pointer=name)
