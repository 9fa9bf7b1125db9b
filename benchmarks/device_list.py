"""CPU time from the bytes of a device list to the devices.

It is compared with orjson, which only parses the JSON, and with other packages for
Ring's API. ringpartner leaves the attributes as Ring sent them. ringwire does not look
up included resources; here, each of them is given to the class that reads it.
"""

from collections.abc import Callable
from typing import Any, Final

import httpx
import orjson
import ringpartner.models
import ringwire
import ringwire.types
from yarl import URL

from custom_components.ring_partner.api.device_list import DeviceList, DeviceListReader

from .large_account import LargeAccount
from .rounds import measure
from .table import Row, rounds_row

_DEVICES: Final = 1_000
_ROUNDS: Final = 40
_ORIGIN: Final = URL("https://api.amazonvision.com")
_RINGWIRE_CLASSES: Final = {
    "device-status": ringwire.types.DeviceStatus,
    "device-capabilities": ringwire.types.DeviceCapabilities,
    "device-configurations": ringwire.types.DeviceConfigurations,
}


async def run() -> list[Row]:
    """Measure first reads, and reads after different changes."""
    return [*_first_read(), *_unchanged(), *_changed(), *_shuffled()]


def _first_read() -> list[Row]:
    body = LargeAccount(_DEVICES).body()
    seconds = measure(
        {
            "ours": lambda: _read(DeviceListReader(), body),
            "orjson": lambda: orjson.loads(body),
            "ringpartner": lambda: _read_with_ringpartner(body),
        },
        rounds=_ROUNDS,
    )
    name = f"{_DEVICES:,} devices, first read"
    return [
        rounds_row(
            f"{name} (orjson)", seconds["ours"], seconds["orjson"], goal="≤ 2.50"
        ),
        rounds_row(f"{name} (ringpartner)", seconds["ours"], seconds["ringpartner"]),
    ]


def _unchanged() -> list[Row]:
    seconds = _poll(LargeAccount(_DEVICES), lambda _: None, others=True)
    name = f"{_DEVICES:,} devices, unchanged"
    return [
        rounds_row(
            f"{name} (orjson)", seconds["ours"], seconds["orjson"], goal="≤ 1.25"
        ),
        rounds_row(
            f"{name} (ringpartner)",
            seconds["ours"],
            seconds["ringpartner"],
            goal="≤ 0.70",
        ),
        rounds_row(f"{name} (ringwire)", seconds["ours"], seconds["ringwire"]),
    ]


def _changed() -> list[Row]:
    seconds = _poll(LargeAccount(_DEVICES), lambda account: account.change(0.01))
    return [
        rounds_row(
            f"{_DEVICES:,} devices, 1 % of them changed (orjson)",
            seconds["ours"],
            seconds["orjson"],
            goal="≤ 1.35",
        )
    ]


def _shuffled() -> list[Row]:
    seconds = _poll(LargeAccount(_DEVICES), LargeAccount.shuffle)
    return [
        rounds_row(
            f"{_DEVICES:,} devices, unchanged in another order (orjson)",
            seconds["ours"],
            seconds["orjson"],
        )
    ]


def _poll(
    account: LargeAccount,
    change: Callable[[LargeAccount], None],
    *,
    others: bool = False,
) -> dict[str, list[float]]:
    """Measure polls of an account that changes before each of them."""
    body = account.body()
    reader = DeviceListReader()

    def before_round() -> None:
        nonlocal body
        change(account)
        body = account.body()

    calls: dict[str, Callable[[], Any]] = {
        "ours": lambda: _read(reader, body),
        "orjson": lambda: orjson.loads(body),
    }
    if others:
        calls |= {
            "ringpartner": lambda: _read_with_ringpartner(body),
            "ringwire": lambda: _read_with_ringwire(body),
        }
    return measure(calls, rounds=_ROUNDS, before_round=before_round)


def _read(reader: DeviceListReader, body: bytes) -> DeviceList:
    return reader.read([reader.parse(body, _ORIGIN)])


def _read_with_ringpartner(body: bytes) -> list[ringpartner.models.Device]:
    """Do what `RingClient.devices` does with a response."""
    document = httpx.Response(200, content=body).json()
    included = ringpartner.models.index_included(document)
    return [
        ringpartner.models.Device.from_resource(resource, included)
        for resource in document["data"]
    ]


def _read_with_ringwire(body: bytes) -> list[Any]:
    document = httpx.Response(200, content=body).json()
    devices = [ringwire.Device.from_json(each) for each in document["data"]]
    parts = [
        _RINGWIRE_CLASSES[resource["type"]].from_json(resource)
        for resource in document["included"]
        if resource["type"] in _RINGWIRE_CLASSES
    ]
    return [*devices, *parts]
