"""Identifiers in the media browser and in URLs: accounts, cameras, days, media.

They come back from browsers, so that they can have any content. They contain the IDs of
Home Assistant and times, and lead to no path of a file.

    <entry>                                             an account
    <entry>/<device>                                    a device
    <entry>/<device>/<component>                        a camera of the device
    <entry>/<device>/<component>/before/<date>          its days before a date
    <entry>/<device>/<component>/day/<date>             its recordings of a day
    <entry>/<device>/<component>/day/<date>/<time>      those before a time
    <entry>/<device>/<component>/clip/<time>/<length>   a recording
    <entry>/<device>/<component>/picture/<time>         the picture of a time

A component is `-` for a device with one camera, otherwise its ID as hexadecimal UTF-8.
Times and lengths are in milliseconds.
"""

from datetime import UTC, date, datetime, timedelta
import re
from typing import Final, NamedTuple

_ID: Final = re.compile(r"[0-9A-Za-z_-]{1,64}")
_HEX: Final = re.compile(r"(?:[0-9a-f]{2}){1,1024}")
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
# Up to 13 digits, which is the year 2286.
_MILLISECONDS: Final = re.compile(r"0|[1-9][0-9]{0,12}")
_ONE_CAMERA: Final = "-"
_MILLISECOND: Final = timedelta(milliseconds=1)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class AccountIdentifier(NamedTuple):
    """An account.

    Attributes:
        entry_id: ID of its config entry.

    """

    entry_id: str

    def __str__(self) -> str:
        return self.entry_id


class DeviceIdentifier(NamedTuple):
    """A device.

    Attributes:
        entry_id: ID of the config entry of its account.
        device_id: ID of the device in Home Assistant's device registry.

    """

    entry_id: str
    device_id: str

    def __str__(self) -> str:
        return f"{self.entry_id}/{self.device_id}"


class CameraIdentifier(NamedTuple):
    """A camera.

    Attributes:
        device: its device.
        component_id: the camera of a device with several; None for the only one.

    """

    device: DeviceIdentifier
    component_id: str | None

    def __str__(self) -> str:
        component = _ONE_CAMERA
        if self.component_id is not None:
            component = self.component_id.encode().hex()
        return f"{self.device}/{component}"


class DaysIdentifier(NamedTuple):
    """The days of a camera before a day."""

    camera: CameraIdentifier
    before: date

    def __str__(self) -> str:
        return f"{self.camera}/before/{self.before.isoformat()}"


class DayIdentifier(NamedTuple):
    """The recordings of a camera and a day.

    Attributes:
        camera: the camera.
        day: the day, in Home Assistant's time zone.
        before: only recordings that start before this time.

    """

    camera: CameraIdentifier
    day: date
    before: datetime | None = None

    def __str__(self) -> str:
        day = f"{self.camera}/day/{self.day.isoformat()}"
        if self.before is None:
            return day
        return f"{day}/{(self.before - _EPOCH) // _MILLISECOND}"


class ClipIdentifier(NamedTuple):
    """A recording of a camera.

    Attributes:
        camera: the camera.
        start: when it starts.
        duration: how long it lasts.

    """

    camera: CameraIdentifier
    start: datetime
    duration: timedelta

    def __str__(self) -> str:
        start = (self.start - _EPOCH) // _MILLISECOND
        return f"{self.camera}/clip/{start}/{self.duration // _MILLISECOND}"


class PictureIdentifier(NamedTuple):
    """The picture of a camera and a time, which the media browser does not show."""

    camera: CameraIdentifier
    at: datetime

    def __str__(self) -> str:
        return f"{self.camera}/picture/{(self.at - _EPOCH) // _MILLISECOND}"


type Identifier = (
    AccountIdentifier
    | DeviceIdentifier
    | CameraIdentifier
    | DaysIdentifier
    | DayIdentifier
    | ClipIdentifier
)


def parse_identifier(identifier: str) -> Identifier | PictureIdentifier:
    """Return what an identifier stands for.

    Raises:
        ValueError: it is malformed.

    """
    entry_id, *parts = identifier.split("/")
    if not parts:
        return AccountIdentifier(_id(entry_id))
    device = DeviceIdentifier(_id(entry_id), _id(parts[0]))
    if len(parts) == 1:
        return device
    return _parse_rest(CameraIdentifier(device, _component(parts[1])), parts[2:])


def _parse_rest(
    camera: CameraIdentifier, rest: list[str]
) -> Identifier | PictureIdentifier:
    match rest:
        case []:
            return camera
        case ["before", before]:
            return DaysIdentifier(camera, _date(before))
        case ["day", day]:
            return DayIdentifier(camera, _date(day))
        case ["day", day, before]:
            return DayIdentifier(camera, _date(day), _EPOCH + _length(before))
        case ["clip", start, duration]:
            return ClipIdentifier(camera, _EPOCH + _length(start), _length(duration))
        case ["picture", at]:
            return PictureIdentifier(camera, _EPOCH + _length(at))
    raise ValueError("malformed identifier")


def _matched(pattern: re.Pattern[str], text: str) -> str:
    if pattern.fullmatch(text) is None:
        raise ValueError("malformed identifier")
    return text


def _id(text: str) -> str:
    return _matched(_ID, text)


def _component(text: str) -> str | None:
    if text == _ONE_CAMERA:
        return None
    return bytes.fromhex(_matched(_HEX, text)).decode()


def _date(text: str) -> date:
    return date.fromisoformat(_matched(_DATE, text))


def _length(text: str) -> timedelta:
    return int(_matched(_MILLISECONDS, text)) * _MILLISECOND
