"""The zip file of a release in a Home Assistant that has nothing else."""

import json
from pathlib import Path
import zipfile

from script.harness.accounts import add_playground_account
from script.harness.const import DOMAIN
from script.harness.home_assistant import RealHomeAssistant
from script.harness.simulator import RealSimulator
from script.harness.wait import wait_until
from tests.checkout_copy import Copy

from .helpers import all_available, warnings

VERSION = "99.0.0"


async def test_integration_of_the_zip_file_works(
    simulator: RealSimulator, tmp_path: Path
) -> None:
    await simulator.reset()
    archive = build_release(tmp_path / "checkout")
    folder = tmp_path / "config"
    with zipfile.ZipFile(archive) as file:
        file.extractall(folder / "custom_components" / DOMAIN)
    async with RealHomeAssistant(folder, env=simulator.environment) as home_assistant:
        manifest = await home_assistant.api.websocket_command(
            "manifest/get", integration=DOMAIN
        )
        assert manifest["version"] == VERSION
        entry_id = await add_playground_account(home_assistant.api, simulator)
        await wait_until(
            lambda: all_available(home_assistant, entry_id),
            "All devices are available",
        )
        assert warnings(home_assistant) == []


def build_release(folder: Path) -> Path:
    """Build the zip file of a release of a copy of the checkout."""
    folder.mkdir()
    copy = Copy(folder, "")
    copy.commit()
    for arguments in ("--version", VERSION), ("--tag", f"v{VERSION}"):
        done = copy.run("script.publishing.release", *arguments)
        assert done.returncode == 0, done.stderr
    hacs = json.loads(copy.path("hacs.json").read_text())
    return copy.path("dist") / hacs["filename"]
