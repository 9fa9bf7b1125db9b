"""Time to import the integration into a running Home Assistant.

It is compared with an integration that is an empty module. Both are imported by new
processes that have imported what Home Assistant with `default_config` has always loaded
before: itself, the dependencies in the manifest, the integrations that the platforms
are for, and the coordinators that most integrations use.

Home Assistant imports the flows, diagnostics, logbook, media source, repairs and system
health together with the package, and the platforms of entities right after it. The
second figure is therefore the time of a start, and importing a module later would only
move its time.

The figures are processor times, which other processes affect less. Garbage of the
imports before is collected first, as it would otherwise be collected while measuring.
"""

import asyncio
import json
from pathlib import Path
import statistics
import sys
import tempfile
from typing import Final

from .table import Row

_ROUNDS: Final = 15
_ROOT: Final = Path(__file__).parents[1]
_COMPONENTS: Final = _ROOT / "custom_components" / "ring_partner"
_PLATFORMS: Final = ("binary_sensor", "button", "camera", "event", "image", "sensor")
_LOADED_WITH_PACKAGE: Final = (
    "diagnostics",
    "logbook",
    "media_source",
    "repairs",
    "system_health",
)
_FLOW: Final = ("config_flow", "application_credentials")
_SCRIPT: Final = """
import gc
from importlib import import_module
import sys
from time import process_time

loaded, measured = (each.split(",") for each in sys.argv[1:])
for module in loaded:
    import_module(module)
gc.collect()
started = process_time()
for module in measured:
    import_module(module)
print(process_time() - started)
"""


async def run() -> list[Row]:
    """Measure the integration, and the integration with its platforms and its flow."""
    manifest = json.loads((_COMPONENTS / "manifest.json").read_text())
    package = "custom_components.ring_partner"
    modules = [
        f"{package}.{each}" for each in (*_PLATFORMS, *_LOADED_WITH_PACKAGE, *_FLOW)
    ]
    components = (*manifest["dependencies"], *_PLATFORMS, *_LOADED_WITH_PACKAGE)
    loaded = [
        "homeassistant.bootstrap",
        "homeassistant.helpers.update_coordinator",
        *(f"homeassistant.components.{each}" for each in components),
    ]
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "empty_integration.py").touch()
        return [
            await _compare(name, loaded, measured, folder, goal)
            for name, measured, goal in (
                ("Import of the integration", [package], "≤ 30 ms more"),
                ("Import with all platforms and flows", [package, *modules], ""),
            )
        ]


async def _compare(
    name: str, loaded: list[str], measured: list[str], folder: str, goal: str
) -> Row:
    """Measure the import of both integrations in turn."""
    seconds = [
        (
            await _import(loaded, measured, folder),
            await _import(loaded, ["empty_integration"], folder),
        )
        for _ in range(_ROUNDS)
    ]
    ours, other = (statistics.median(each) * 1e3 for each in zip(*seconds, strict=True))
    return Row(f"{name} (empty module)", ours, other, "ms", ours / other, goal)


async def _import(loaded: list[str], measured: list[str], folder: str) -> float:
    """Return the seconds of importing modules in a new process."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        _SCRIPT,
        ",".join(loaded),
        ",".join(measured),
        cwd=_ROOT,
        env={"PYTHONPATH": f"{_ROOT}:{folder}"},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    output, errors = await process.communicate()
    if process.returncode:
        raise RuntimeError(errors.decode())
    return float(output)
