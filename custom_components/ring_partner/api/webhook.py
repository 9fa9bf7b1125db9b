"""Webhooks from Ring (Ring Partner API reference, 3).

`verify_signature` comes first; only verified bodies are parsed.
"""

from collections.abc import Iterator
from datetime import datetime
import hmac
import re
from typing import Final
from urllib.parse import unquote

from .document import parse_json
from .errors import ResponseError
from .events import (
    DEVICE_TYPES,
    RingEvent,
    component_ids,
    plain_values,
    short_text,
    valid_id,
)
from .fields import Json, mapping, mappings, timestamp, timestamp_ms

SIGNATURE_HEADER: Final = "X-Signature"
MAX_WEBHOOK_SIZE: Final = 64 * 1024
"""Maximum size of a webhook's body in bytes; those of Ring are below 2 KiB."""

_ACCOUNT_TYPES: Final = ("users",)
_DEVICE_LINK: Final = re.compile(r"/v1/devices/([^/?#]+)")

# Attributes with a field of their own, and `timestamp_readable`, which repeats one.
_READ_ATTRIBUTES: Final = frozenset(
    {
        "source",
        "source_type",
        "sub_type",
        "timestamp",
        "timestamp_readable",
    }
)


def verify_signature(hmac_key: str, body: bytes, signature: str | None) -> bool:
    """Return whether Ring signed a body (3.1). Never raises.

    Args:
        hmac_key: HMAC key of the Ring app, used as text although it looks like base64.
        body: Body of the request, unchanged.
        signature: `X-Signature` header, None without one.
    """
    # With an empty key, anyone could sign.
    if not hmac_key or signature is None:
        return False
    key = hmac_key.encode(errors="surrogatepass")
    expected = f"sha256={hmac.digest(key, body, 'sha256').hex()}"
    # `compare_digest` only accepts text that is ASCII, but any bytes.
    return hmac.compare_digest(expected.encode(), signature.encode(errors="replace"))


def parse_webhook(body: bytes) -> RingEvent:
    """Read a webhook of version 1.0 or 1.1 (3.2 and 3.3).

    Members that are missing or unusable are None in the event. Unknown event types are
    kept.

    Raises:
        ResponseError: The body isn't a webhook, or larger than `MAX_WEBHOOK_SIZE`.
    """
    if len(body) > MAX_WEBHOOK_SIZE:
        raise ResponseError(f"The webhook is larger than {MAX_WEBHOOK_SIZE} bytes")
    document = parse_json(body)
    meta, data = mapping(document.get("meta")), mapping(document.get("data"))
    event_type = short_text(data.get("type"))
    if event_type is None:
        raise ResponseError("The webhook has no event type")
    attributes = mapping(data.get("attributes"))
    return RingEvent(
        type=event_type,
        source="webhook",
        sub_type=short_text(data.get("subType"))
        or short_text(attributes.get("sub_type")),
        device_id=_device_id(attributes, mapping(data.get("relationships"))),
        account_id=valid_id(meta.get("account_id"))
        or _source_id(attributes, _ACCOUNT_TYPES),
        event_id=short_text(data.get("id")),
        request_id=short_text(meta.get("request_id")),
        time=_time(attributes, meta),
        component_ids=component_ids(attributes.get("component_ids")),
        values=plain_values(attributes, exclude=_READ_ATTRIBUTES),
    )


def _time(attributes: Json, meta: Json) -> datetime | None:
    """Return the time of the event, or else of the webhook."""
    return timestamp_ms(attributes.get("timestamp")) or timestamp(meta.get("time"))


def _source_id(attributes: Json, types: tuple[str, ...]) -> str | None:
    """Return the ID of the event's source, if it is of one of these types."""
    return (
        valid_id(attributes.get("source"))
        if attributes.get("source_type") in types
        else None
    )


def _device_id(attributes: Json, relationships: Json) -> str | None:
    """Return the ID of the event's device, None if it is about several."""
    if source_id := _source_id(attributes, DEVICE_TYPES):
        return source_id
    related = {
        device_id
        for name in DEVICE_TYPES
        for device_id in _related_devices(mapping(relationships.get(name)))
    }
    return related.pop() if len(related) == 1 else None


def _related_devices(relationship: Json) -> Iterator[str]:
    data = relationship.get("data")
    for item in mappings(data if isinstance(data, list) else [data]):
        if item.get("type") in DEVICE_TYPES and (found := valid_id(item.get("id"))):
            yield found
    link = mapping(relationship.get("links")).get("self")
    match = _DEVICE_LINK.search(link) if isinstance(link, str) else None
    if match and (found := valid_id(unquote(match[1]))):
        yield found
