"""Documents as Ring sends them."""

from copy import deepcopy
from pathlib import Path
from typing import Any, Final

from hypothesis import strategies as st
import orjson
from yarl import URL

from custom_components.ring_partner.api.device_list import (
    DEVICE_MODELS,
    DeviceList,
    DeviceListReader,
)
from custom_components.ring_partner.api.document import Document, parse_document

type Body = dict[str, Any]

ORIGIN: Final = URL("https://api.example.com")

PLAYGROUND_RESPONSE: Final = (
    Path(__file__).parent / "fixtures" / "playground_devices.json"
).read_bytes()
"""A recorded response with all includes (Ring Partner API reference, 2.2)."""

DEVICE: Final = "ava1.ring.device.DEV"

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
    | st.sampled_from(["on", "devices", "1970-01-01T00:00:00Z", "9999-12-31T23:59Z"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["value", "type", "id", "data", "attributes", "items"])
            | st.text(max_size=5),
            inner,
            max_size=4,
        )
    ),
    max_leaves=20,
)
"""Any JSON value."""


@st.composite
def changed(
    draw: st.DrawFn, document: Any, values: st.SearchStrategy[Any] = JSON
) -> Any:
    """Return a document with values that are removed or replaced."""
    document = deepcopy(document)
    for _ in range(draw(st.integers(0, 3))):
        parent, found = None, document
        while isinstance(found, dict | list) and found and draw(st.integers(0, 5)):
            keys = list(found) if isinstance(found, dict) else range(len(found))
            parent, key = found, draw(st.sampled_from(list(keys)))
            found = found[key]
        if parent is not None and draw(st.booleans()):
            del parent[key]
        elif parent is not None:
            parent[key] = draw(values)
    return document


def device_list(devices: int = 1) -> Body:
    """Return the recorded response with its device once or several times."""
    recorded = orjson.loads(PLAYGROUND_RESPONSE)
    body: Body = {"meta": recorded["meta"], "data": [], "included": []}
    for number in range(devices):
        suffix = str(number) if number else ""
        data, included = deepcopy(recorded["data"][0]), deepcopy(recorded["included"])
        data["id"] += suffix
        for relationship in data["relationships"].values():
            relationship["data"]["id"] += suffix
        for resource in included:
            resource["id"] += suffix
        body["data"].append(data)
        body["included"] += included
    return body


def single_resource(resource_type: str, **attributes: Any) -> Body:
    """Return a document with a single resource."""
    data = {
        "type": resource_type,
        "id": f"ava1.ring.{resource_type}.X",
        "attributes": attributes,
    }
    return {"meta": {"time": "2026-09-15T12:47:12Z"}, "data": data}


def parse_body(body: bytes) -> Document:
    """Parse a body as a whole, including the attributes of a device list."""
    return parse_document(body, ORIGIN, DEVICE_MODELS)


def parse(document: object) -> Document:
    """Serialize and parse a document."""
    return parse_body(orjson.dumps(document))


def read_devices(*pages: object) -> DeviceList:
    """Serialize, parse and read the pages of a device list."""
    return DeviceListReader().read([parse(page) for page in pages])
