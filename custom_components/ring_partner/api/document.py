"""JSON:API documents as Ring sends them (Ring Partner API reference, 2.2 and 2.7)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

import orjson
from yarl import URL

from .errors import ResponseError
from .fields import Json, mapping, text, timestamp

MAX_ID_LENGTH: Final = 256
"""Maximum length of an ID in characters."""


class ParseFailure(StrEnum):
    """What of Ring's responses can't be used."""

    RESPONSE = "response"
    """A response that is incomplete or too large, or has an unknown status."""
    DOCUMENT = "document"
    """A response that isn't a JSON:API document."""
    RESOURCE = "resource"
    """A resource that isn't an object, or has no type or no ID."""
    RESOURCE_ID = "resource_id"
    """A resource whose ID can't be part of a path."""
    RESOURCE_ATTRIBUTES = "resource_attributes"
    """A resource whose attributes aren't an object."""
    HISTORY_EVENT = "history_event"
    """An event of the history without a type or a start."""


@dataclass(frozen=True, slots=True)
class Resource:
    """A JSON:API resource, such as a device, a status, an account or an event."""

    type: str
    id: str
    attributes: Json
    relationships: Json
    meta: Json

    def related(self, relationship: str) -> tuple[str, str] | None:
        """Return the type and ID that a to-one relationship refers to."""
        data = mapping(mapping(self.relationships.get(relationship)).get("data"))
        resource_type, resource_id = text(data.get("type")), text(data.get("id"))
        return (resource_type, resource_id) if resource_type and resource_id else None


@dataclass(frozen=True, slots=True)
class Document:
    """A JSON:API document without its unusable resources.

    Attributes:
        data: Primary resources.
        included: Included resources by type and ID.
        meta: Meta information of the document.
        next: URL of the next page, None on the last one.
        failures: Why resources are unusable, one for each of them.
        raw: The document as Ring sent it.
    """

    data: tuple[Resource, ...]
    included: Mapping[tuple[str, str], Resource]
    meta: Json
    next: URL | None
    failures: tuple[ParseFailure, ...]
    raw: Json

    @property
    def skipped(self) -> int:
        """Number of unusable resources."""
        return len(self.failures)

    @property
    def time(self) -> datetime | None:
        """When Ring created the document."""
        return timestamp(self.meta.get("time"))

    def of_type(self, resource_type: str) -> tuple[Resource, ...]:
        """Return the primary resources of a type."""
        return tuple(
            resource for resource in self.data if resource.type == resource_type
        )

    def one(self, resource_type: str) -> Resource:
        """Return the first primary resource of a type.

        Raises:
            ResponseError: The document has no such resource.
        """
        for resource in self.of_type(resource_type):
            return resource
        raise ResponseError(
            f"Ring's response has no usable resource of type {resource_type}"
        )

    def follow(self, resource: Resource, relationship: str) -> Resource | None:
        """Return the included resource that a relationship refers to."""
        reference = resource.related(relationship)
        return None if reference is None else self.included.get(reference)


def parse_json(body: bytes) -> Json:
    """Return the JSON object in a body.

    Raises:
        ResponseError: The body isn't JSON, or not an object.
    """
    try:
        document = orjson.loads(body)
    except ValueError as error:
        # The position shows whether the body is incomplete, without quoting it.
        position = getattr(error, "pos", 0)
        raise ResponseError(
            f"Ring's response is not JSON (at byte {position} of {len(body)})"
        ) from None
    if not isinstance(document, dict):
        raise ResponseError(
            f"Ring's response is a JSON {type(document).__name__}, not an object"
        )
    return document


def parse_document(body: bytes, origin: URL) -> Document:
    """Read the document in a body; see `read_document`."""
    return read_document(parse_json(body), origin)


def read_document(document: Json, origin: URL) -> Document:
    """Read a document of one or several resources.

    Args:
        document: JSON object of the document.
        origin: Origin of the API. A `links.next` of another origin is ignored.

    Raises:
        ResponseError: It isn't a JSON:API document.
    """
    if "data" not in document:
        raise ResponseError("Ring's response has no data")
    data = document["data"]
    if isinstance(data, dict):
        data = [data]
    elif data is None:
        data = []
    elif not isinstance(data, list):
        raise ResponseError("Ring's response has data of a wrong type")
    primary = [_resource(item) for item in data]
    items = document.get("included")
    included = [_resource(item) for item in items] if isinstance(items, list) else []
    return Document(
        data=tuple(each for each in primary if isinstance(each, Resource)),
        included={
            (resource.type, resource.id): resource
            for resource in included
            if isinstance(resource, Resource)
        },
        meta=mapping(document.get("meta")),
        next=_next_link(mapping(document.get("links")), origin),
        failures=tuple(
            each for each in (*primary, *included) if isinstance(each, ParseFailure)
        ),
        raw=document,
    )


def _resource(item: Any) -> Resource | ParseFailure:
    """Return a resource, or why it is unusable."""
    if not isinstance(item, dict):
        return ParseFailure.RESOURCE
    resource_type, resource_id = text(item.get("type")), text(item.get("id"))
    if not resource_type or not resource_id:
        return ParseFailure.RESOURCE
    if not is_valid_id(resource_id):
        return ParseFailure.RESOURCE_ID
    attributes = item.get("attributes")
    if attributes is not None and not isinstance(attributes, dict):
        return ParseFailure.RESOURCE_ATTRIBUTES
    return Resource(
        type=resource_type,
        id=resource_id,
        attributes=mapping(attributes),
        relationships=mapping(item.get("relationships")),
        meta=mapping(item.get("meta")),
    )


def is_valid_id(value: str) -> bool:
    """Return whether an ID can be part of a path: printable and not too long."""
    return (
        len(value) <= MAX_ID_LENGTH
        and value.isprintable()
        and not set(value) & set(" /\\?#%")
        and value.strip(".") != ""
    )


def _next_link(links: Json, origin: URL) -> URL | None:
    """Return the URL of the next page, if it is of the API's origin.

    The access token would be sent to that URL. With another origin, the page counts as
    the last one.
    """
    link = links.get("next")
    if isinstance(link, dict):  # JSON:API also allows a link object
        link = link.get("href")
    if not isinstance(link, str) or not link:
        return None
    try:
        url = origin.join(URL(link))
        return url if same_origin(url, origin) else None
    except ValueError, TypeError:
        return None


def same_origin(url: URL, origin: URL) -> bool:
    """Return whether a URL is of an origin and has no user name or password.

    Compares the parts: to yarl, a URL with an explicit default port differs from one
    without.
    """
    return (
        (url.scheme, url.host, url.port) == (origin.scheme, origin.host, origin.port)
        and not url.user
        and not url.password
    )
