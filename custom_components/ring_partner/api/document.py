"""JSON:API documents as Ring sends them (Ring Partner API reference, 2.2 and 2.7)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
import re
from typing import Any, Final, NamedTuple

import orjson
from yarl import URL

from .errors import ResponseError
from .fields import Json, mapping, member, text, timestamp

MAX_ID_LENGTH: Final = 256
"""Maximum length of an ID in characters."""

_SPECIAL_IN_PATHS: Final = re.compile(r"[ /\\?#%]")

_NONE_RELATED: Final[Mapping[str, tuple[str, str]]] = {}


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


@dataclass(frozen=True, slots=True, eq=False)
class Resource:
    """A JSON:API resource, such as a device, a status, an account or an event.

    Attributes:
        type: Type of the resource.
        id: ID of the resource.
        attributes: Attributes as JSON, or what they were read as; see `Models`.
        related: Type and ID that each to-one relationship refers to.
    """

    type: str
    id: str
    attributes: Any
    related: Mapping[str, tuple[str, str]]


type Models = Mapping[str, Callable[[Json], object]]
"""How to read the attributes of a type of resources.

Attributes that are read as soon as their resource was parsed are still in the
processor's cache, and their JSON need not be kept.
"""

_NO_MODELS: Final[Models] = {}


class Document(NamedTuple):
    """A JSON:API document without its unusable resources.

    Attributes:
        data: Primary resources.
        included: Included resources by type and ID.
        meta: Meta information of the document.
        next: URL of the next page, None on the last one.
        failures: Why resources are unusable, one for each of them.
        body: The document as Ring sent it, empty if it comes from another source.
        sources: Resources by their bytes, for `parse_incrementally`.
    """

    data: tuple[Resource, ...]
    included: Mapping[tuple[str, str], Resource]
    meta: Json
    next: URL | None
    failures: tuple[ParseFailure, ...]
    body: bytes
    sources: Mapping[bytes, Resource]

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
        reference = resource.related.get(relationship)
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


def parse_document(body: bytes, origin: URL, models: Models = _NO_MODELS) -> Document:
    """Read the document in a body; see `read_document`."""
    return read_document(parse_json(body), origin, models, body=body)


def read_document(
    document: Json,
    origin: URL,
    models: Models = _NO_MODELS,
    *,
    body: bytes = b"",
    sources: Mapping[bytes, Resource] | None = None,
) -> Document:
    """Read a document of one or several resources.

    Args:
        document: JSON object of the document. Among its resources can be some that were
            read before.
        origin: Origin of the API. A `links.next` of another origin is ignored.
        models: How to read attributes.
        body: The document as Ring sent it.
        sources: Resources that were read before, by their bytes.

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
    failures: list[ParseFailure] = []
    primary = _resources(data, models, failures)
    included = _resources(document.get("included"), models, failures)
    return Document(
        data=tuple(primary),
        included={(each.type, each.id): each for each in included},
        meta=mapping(document.get("meta")),
        next=_next_link(mapping(document.get("links")), origin),
        failures=tuple(failures),
        body=body,
        sources=sources or {},
    )


def _resources(
    items: object, models: Models, failures: list[ParseFailure]
) -> list[Resource]:
    """Return the resources of a list, and add why others of it are unusable."""
    resources = []
    for item in items if isinstance(items, list) else ():
        resource = item if isinstance(item, Resource) else read_resource(item, models)
        if isinstance(resource, Resource):
            resources.append(resource)
        else:
            failures.append(resource)
    return resources


def read_resource(item: Any, models: Models) -> Resource | ParseFailure:
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
    read = models.get(resource_type, mapping)
    related = _related(mapping(item.get("relationships")))
    return Resource(resource_type, resource_id, read(mapping(attributes)), related)


def _related(relationships: Json) -> Mapping[str, tuple[str, str]]:
    """Return the type and ID that each to-one relationship refers to."""
    if not relationships:
        return _NONE_RELATED
    return {
        name: (resource_type, resource_id)
        for name, relationship in relationships.items()
        if isinstance(data := member(relationship, "data"), dict)
        and (resource_type := text(data.get("type"))) is not None
        and (resource_id := text(data.get("id"))) is not None
    }


def is_valid_id(value: str) -> bool:
    """Return whether an ID can be part of a path: printable and not too long."""
    return (
        len(value) <= MAX_ID_LENGTH
        and value.isprintable()
        and not _SPECIAL_IN_PATHS.search(value)
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
