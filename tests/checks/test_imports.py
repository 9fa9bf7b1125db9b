"""Who imports whom."""

import pytest

from script.checks import imports
from script.checks.tree import API, INTEGRATION, SIMULATOR

from .copies import EXTRA, MANIFEST, Check, Copy, expect

IN_API = str(API / "extra.py")
IN_SIMULATOR = str(SIMULATOR / "extra.py")


@pytest.mark.parametrize(
    ("check", "path", "code"),
    [
        (imports.check_api, IN_API, "from homeassistant.core import callback"),
        (imports.check_api, IN_API, "import homeassistant.core"),
        (imports.check_api, IN_API, "import httpx"),
        (imports.check_api, IN_API, "from ..const import DOMAIN"),
        (imports.check_api, IN_API, "from .. import const"),
        (imports.check_api, IN_API, "def f():\n    from ..app import RingApp"),
        (imports.check_simulator, IN_SIMULATOR, "import homeassistant"),
        (
            imports.check_simulator,
            IN_SIMULATOR,
            "from custom_components.ring_partner.api import Device",
        ),
        (imports.check_simulator, IN_SIMULATOR, "from tests.helpers import POLL"),
        (imports.check_simulator, EXTRA, "from ring_simulator import Simulator"),
    ],
)
def test_forbidden(copy: Copy, check: Check, path: str, code: str) -> None:
    copy.write(path, code)
    expect(copy, check, f"{path}:{code.count(chr(10)) + 1}: ")


@pytest.mark.parametrize(
    "code",
    ["import asyncio", "from yarl import URL", "import orjson", "from . import errors"],
)
def test_allowed_in_the_client(copy: Copy, code: str) -> None:
    copy.write(IN_API, code)
    assert not copy.found(imports.check_api)


def test_circles(copy: Copy) -> None:
    copy.write(EXTRA, "from .other import x")
    copy.write(str(INTEGRATION / "other.py"), "from . import extra")
    expect(copy, imports.check_circles, "imports in a circle: ")


def test_a_circle_for_types_is_none(copy: Copy) -> None:
    copy.write(EXTRA, "if TYPE_CHECKING:\n    from .other import x")
    copy.write(str(INTEGRATION / "other.py"), "from . import extra")
    assert not copy.found(imports.check_circles)


@pytest.mark.parametrize(
    "code",
    [
        "from homeassistant.components import mqtt",
        "from homeassistant.components.mqtt import async_publish",
        "import homeassistant.components.mqtt as mqtt",
    ],
)
def test_dependencies(copy: Copy, code: str) -> None:
    copy.write(EXTRA, code)
    expect(copy, imports.check_dependencies, f"{EXTRA}:1: mqtt is not among")
    copy.change(MANIFEST, "dependencies", to=["mqtt"])
    assert not any(EXTRA in one for one in copy.found(imports.check_dependencies))


@pytest.mark.parametrize(
    "code",
    [
        "from homeassistant.components import webhook",
        "from homeassistant.components.camera import Camera",
        "from homeassistant.components.diagnostics import async_redact_data",
        "from homeassistant.components.http.auth import async_sign_path",
        "if TYPE_CHECKING:\n    from homeassistant.components import mqtt",
    ],
)
def test_components_that_need_no_mention(copy: Copy, code: str) -> None:
    copy.write(EXTRA, code)
    assert not copy.found(imports.check_dependencies)
