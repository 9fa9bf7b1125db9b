"""Parses documents of which little has changed since they were last requested.

Each poll returns all devices (Ring Partner API reference, 2.2). Parsing them takes most
of the time of a poll, so a resource is parsed only if its bytes have changed.
"""

from collections.abc import Iterator, Mapping
from secrets import token_hex
from typing import Any, Final

import orjson
from yarl import URL

from .document import (
    Document,
    Models,
    Resource,
    parse_document,
    parse_json,
    read_document,
    read_resource,
)
from .errors import ResponseError
from .fields import member, text

_START: Final = b'{"type":'
_END: Final = b"}"
_SEPARATOR: Final = _END + b"," + _START

# Random, so that it is in no document of Ring's.
_PLACEHOLDER: Final = token_hex()


def parse_incrementally(
    body: bytes, origin: URL, known: Mapping[bytes, Resource], models: Models
) -> Document:
    """Return what `parse_document` returns, with known resources as the same objects.

    The body is divided where one resource ends and the next one starts. A part of it is
    a resource if it is complete JSON, and is parsed only if it is not known. Resources
    that follow each other are replaced by a placeholder, and the rest is parsed. If a
    placeholder is not where resources belong, the body was divided in a wrong place,
    and is parsed as a whole.

    Args:
        body: Body of the response.
        origin: Origin of the API. A `links.next` of another origin is ignored.
        known: `Document.sources` of earlier documents.
        models: How to read attributes.

    Raises:
        ResponseError: It isn't a JSON:API document.
    """
    first, *parts = body.split(_SEPARATOR)
    rest = [first]
    sources: dict[bytes, Resource] = {}
    runs: dict[str, list[Resource]] = {}
    run: list[Resource] | None = None
    for part in parts[:-1]:
        resource = known.get(part) or _parse_resource(part, models)
        if resource is None:
            rest.append(part)
            run = None
            continue
        if run is None:
            placeholder = f"{_PLACEHOLDER}{len(runs)}"
            rest.append(orjson.dumps(placeholder))
            run = runs[placeholder] = []
        run.append(resource)
        sources[part] = resource
    try:
        document = parse_json(_SEPARATOR.join(rest + parts[-1:]))
    except ResponseError:
        return parse_document(body, origin, models)
    members = {
        name: list(_expand(value, runs)) if isinstance(value, list) else value
        for name, value in document.items()
    }
    if runs:
        return parse_document(body, origin, models)
    return read_document(members, origin, models, body=body, sources=sources)


def _parse_resource(part: bytes, models: Models) -> Resource | None:
    """Return the resource in a part of a body, None if it isn't a usable resource."""
    try:
        resource = read_resource(orjson.loads(_START + part + _END), models)
    except ValueError:
        return None
    return resource if isinstance(resource, Resource) else None


def _expand(items: list[Any], runs: dict[str, list[Resource]]) -> Iterator[Any]:
    """Yield the items of a list, with resources in place of their placeholders."""
    for item in items:
        placeholder = text(member(item, "type"))
        if placeholder in runs:
            yield from runs.pop(placeholder)
        else:
            yield item
