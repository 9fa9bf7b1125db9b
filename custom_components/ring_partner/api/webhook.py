"""The webhooks that Ring calls (Ring Partner API reference, 3).

A body is verified as the bytes that came, and only then read.
"""

from collections.abc import Iterator
from datetime import datetime
import hmac
import re
from typing import Final
from urllib.parse import unquote

from .document import parse_json
from .errors import ResponseError
from .events import DEVICE_TYPES, RingEvent, component_ids, identifier, values, word
from .fields import Json, mapping, mappings, timestamp, timestamp_ms

SIGNATURE_HEADER: Final = "X-Signature"
MAX_BODY: Final = 64 * 1024
"""Bytes of a webhook that are accepted at most; Ring's are below 2 KiB."""

_ACCOUNT_TYPES: Final = ("users",)
_DEVICE_LINK: Final = re.compile(r"/v1/devices/([^/?#]+)")

# What has a field of its own, or, as `timestamp_readable`, says less than one.
_READ: Final = frozenset(
    {
        "source",
        "source_type",
        "sub_type",
        "timestamp",
        "timestamp_readable",
    }
)


def verify(hmac_key: str, body: bytes, signature: str | None) -> bool:
    """Tell whether Ring signed a body (3.1). Never raises.

    Args:
        hmac_key: the app's key, used as text although it looks like base64.
        body: the bytes as they came.
        signature: the header `X-Signature`, None if there was none.

    """
    # Everybody could sign with an empty key.
    if not hmac_key or signature is None:
        return False
    key = hmac_key.encode(errors="surrogatepass")
    expected = f"sha256={hmac.digest(key, body, 'sha256').hex()}"
    # As bytes, because text is only compared in constant time if it is ASCII.
    return hmac.compare_digest(expected.encode(), signature.encode(errors="replace"))


def parse(body: bytes) -> RingEvent:
    """Read the envelope of a webhook, of version 1.0 or 1.1 (3.2 and 3.3).

    Whatever is missing or odd is None in the event. Types nobody knows are kept.

    Raises:
        ResponseError: it is no envelope, or larger than `MAX_BODY`.

    """
    if len(body) > MAX_BODY:
        raise ResponseError(f"The webhook is larger than {MAX_BODY} bytes")
    envelope = parse_json(body)
    meta, data = mapping(envelope.get("meta")), mapping(envelope.get("data"))
    kind = word(data.get("type"))
    if kind is None:
        raise ResponseError("The webhook does not say what happened")
    attributes = mapping(data.get("attributes"))
    return RingEvent(
        type=kind,
        source="webhook",
        sub_type=word(data.get("subType")) or word(attributes.get("sub_type")),
        device_id=_device_id(attributes, mapping(data.get("relationships"))),
        account_id=identifier(meta.get("account_id"))
        or _source(attributes, _ACCOUNT_TYPES),
        event_id=word(data.get("id")),
        request_id=word(meta.get("request_id")),
        time=_time(attributes, meta),
        component_ids=component_ids(attributes.get("component_ids")),
        values=values(attributes, without=_READ),
    )


def _time(attributes: Json, meta: Json) -> datetime | None:
    """Return when it happened, or else when Ring first told it."""
    return timestamp_ms(attributes.get("timestamp")) or timestamp(meta.get("time"))


def _source(attributes: Json, types: tuple[str, ...]) -> str | None:
    """Return what an event is about, if that is of one of these types."""
    return (
        identifier(attributes.get("source"))
        if attributes.get("source_type") in types
        else None
    )


def _device_id(attributes: Json, relationships: Json) -> str | None:
    """Return the one device an event is about; a subscription may cover several."""
    if source := _source(attributes, DEVICE_TYPES):
        return source
    related = {
        device_id
        for name in DEVICE_TYPES
        for device_id in _related_devices(mapping(relationships.get(name)))
    }
    return related.pop() if len(related) == 1 else None


def _related_devices(relationship: Json) -> Iterator[str]:
    data = relationship.get("data")
    for item in mappings(data if isinstance(data, list) else [data]):
        if item.get("type") in DEVICE_TYPES and (found := identifier(item.get("id"))):
            yield found
    link = mapping(relationship.get("links")).get("self")
    match = _DEVICE_LINK.search(link) if isinstance(link, str) else None
    if match and (found := identifier(unquote(match[1]))):
        yield found
