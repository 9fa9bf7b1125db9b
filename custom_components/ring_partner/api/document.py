"""JSON:API documents as Ring sends them (Ring Partner API reference, 2.2 and 2.7)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import orjson
from yarl import URL

from .errors import ResponseError
from .fields import Json, mapping, text, timestamp

MAX_ID: Final = 256


@dataclass(frozen=True, slots=True)
class Resource:
    """One resource: a device, a status, an account, an event."""

    type: str
    id: str
    attributes: Json
    relationships: Json
    meta: Json

    def related(self, relationship: str) -> tuple[str, str] | None:
        """Return type and id of a to-one relationship, if it names one."""
        data = mapping(mapping(self.relationships.get(relationship)).get("data"))
        kind, identifier = text(data.get("type")), text(data.get("id"))
        return (kind, identifier) if kind and identifier else None


@dataclass(frozen=True, slots=True)
class Document:
    """A document whose good resources are kept and whose bad ones are counted."""

    data: tuple[Resource, ...]
    included: Mapping[tuple[str, str], Resource]
    meta: Json
    next: URL | None
    skipped: int
    source: Json

    @property
    def time(self) -> datetime | None:
        """When Ring wrote the document."""
        return timestamp(self.meta.get("time"))

    def of_type(self, kind: str) -> tuple[Resource, ...]:
        """Return the primary resources of one type; unknown types stay aside."""
        return tuple(resource for resource in self.data if resource.type == kind)

    def one(self, kind: str) -> Resource:
        """Return the first primary resource of a type.

        Raises:
            ResponseError: there is none.

        """
        for resource in self.of_type(kind):
            return resource
        raise ResponseError(f"Ring's answer holds no usable resource of type {kind}")

    def follow(self, resource: Resource, relationship: str) -> Resource | None:
        """Return what a relationship points to, if the document includes it."""
        reference = resource.related(relationship)
        return None if reference is None else self.included.get(reference)


def parse_json(body: bytes) -> Json:
    """Return the object that a body holds.

    Raises:
        ResponseError: the body is not JSON, or no object.

    """
    try:
        document = orjson.loads(body)
    except ValueError as error:
        # The position tells truncated from foreign without quoting the body.
        position = getattr(error, "pos", 0)
        raise ResponseError(
            f"Ring's answer is not JSON (at byte {position} of {len(body)})"
        ) from None
    if not isinstance(document, dict):
        raise ResponseError(
            f"Ring's answer is a JSON {type(document).__name__}, not an object"
        )
    return document


def parse_document(body: bytes, origin: URL) -> Document:
    """Read a body as a document; see `read_document`."""
    return read_document(parse_json(body), origin)


def read_document(document: Json, origin: URL) -> Document:
    """Read a document of one or many resources.

    Args:
        document: what the answer's body holds.
        origin: the API's origin, the only one `links.next` may lead to.

    Raises:
        ResponseError: it is no JSON:API document.

    """
    if "data" not in document:
        raise ResponseError("Ring's answer has no data")
    data = document["data"]
    if isinstance(data, dict):
        data = [data]
    elif data is None:
        data = []
    elif not isinstance(data, list):
        raise ResponseError("Ring's answer has data of a wrong type")
    resources = [_resource(item) for item in data]
    included = document.get("included")
    others = (
        [_resource(item) for item in included] if isinstance(included, list) else []
    )
    good = tuple(resource for resource in resources if resource is not None)
    known = {(other.type, other.id): other for other in others if other is not None}
    return Document(
        data=good,
        included=known,
        meta=mapping(document.get("meta")),
        next=_next_link(mapping(document.get("links")), origin),
        skipped=resources.count(None) + others.count(None),
        source=document,
    )


def _resource(item: Any) -> Resource | None:
    if not isinstance(item, dict):
        return None
    kind, identifier = text(item.get("type")), text(item.get("id"))
    if not kind or not identifier or not is_usable_id(identifier):
        return None
    attributes = item.get("attributes")
    if attributes is not None and not isinstance(attributes, dict):
        return None
    return Resource(
        type=kind,
        id=identifier,
        attributes=mapping(attributes),
        relationships=mapping(item.get("relationships")),
        meta=mapping(item.get("meta")),
    )


def is_usable_id(identifier: str) -> bool:
    """Tell whether an id can stand in a path: opaque, but printable and bounded."""
    return (
        len(identifier) <= MAX_ID
        and identifier.isprintable()
        and not set(identifier) & set(" /\\?#%")
        and identifier.strip(".") != ""
    )


def _next_link(links: Json, origin: URL) -> URL | None:
    """Return the next page's address, unless it leads to another origin.

    A foreign address would be sent the bearer token; the page is then the last.
    """
    link = links.get("next")
    if isinstance(link, dict):  # JSON:API also allows a link object
        link = link.get("href")
    if not isinstance(link, str) or not link:
        return None
    try:
        address = origin.join(URL(link))
        return address if same_origin(address, origin) else None
    except ValueError, TypeError:
        return None


def same_origin(address: URL, origin: URL) -> bool:
    """Tell whether an address is one of an origin; a name or password makes it none.

    Compared part by part: yarl tells a default port that is written from one that
    isn't.

    """
    return (
        (address.scheme, address.host, address.port)
        == (origin.scheme, origin.host, origin.port)
        and not address.user
        and not address.password
    )
