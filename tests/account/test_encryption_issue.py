"""The repair issue for cameras with end-to-end encryption."""

from ..polling_driver import PollingDriver


async def test_encrypted_cameras(polling: PollingDriver) -> None:
    issue = polling.all_issues["encrypted"]
    assert issue.translation_placeholders == {"devices": "Nursery"}
    vault = polling.simulator.add_device("camera", "Vault", encryption="take")
    await polling.poll()
    issue = polling.all_issues["encrypted"]
    assert issue.translation_placeholders == {"devices": "Nursery, Vault"}
    for camera in (vault, polling.simulator.device("Nursery")):
        camera.configurations["e2e_encryption"]["enabled"] = False
    await polling.poll()
    assert "encrypted" not in polling.all_issues


async def test_unloaded_account(polling: PollingDriver) -> None:
    await polling.hass.config_entries.async_unload(polling.entry.entry_id)
    assert "encrypted" not in polling.all_issues
