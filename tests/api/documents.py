"""Documents as Ring sends them."""

from copy import deepcopy
from pathlib import Path
from typing import Any, Final

from hypothesis import strategies as st
import orjson
from yarl import URL

from custom_components.ring_partner.api.document import Document, read_document

type Body = dict[str, Any]

ORIGIN: Final = URL("https://api.example.com")

PLAYGROUND: Final = (
    Path(__file__).parent / "fixtures" / "playground_devices.json"
).read_bytes()
"""A real answer with all includes (Ring Partner API reference, 2.2)."""

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
"""Whatever JSON can say."""


def playground(devices: int = 1) -> Body:
    """Return the real answer, with several devices of their own parts."""
    original = orjson.loads(PLAYGROUND)
    body: Body = {"meta": original["meta"], "data": [], "included": []}
    for number in range(devices):
        suffix = str(number) if number else ""
        data, included = deepcopy(original["data"][0]), deepcopy(original["included"])
        data["id"] += suffix
        for relationship in data["relationships"].values():
            relationship["data"]["id"] += suffix
        for resource in included:
            resource["id"] += suffix
        body["data"].append(data)
        body["included"] += included
    return body


def single(kind: str, **attributes: Any) -> Body:
    """Return a document of one resource."""
    data = {"type": kind, "id": f"ava1.ring.{kind}.X", "attributes": attributes}
    return {"meta": {"time": "2026-09-15T12:47:12Z"}, "data": data}


def read(body: object) -> Document:
    """Read a body, once over the wire."""
    loaded = orjson.loads(orjson.dumps(body))
    return read_document(loaded, ORIGIN)
