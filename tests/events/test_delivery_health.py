"""Event delivery: the sensor, the repair issues and the polling interval."""

from datetime import timedelta
from typing import Any

from homeassistant.const import STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ring_partner.coordinator import RingDevicesCoordinator
from ring_simulator import SimDevice, Simulator

from ..helpers import history_read_count, poll_count, repair_issues, state_of
from ..linked_home import RING, LinkedHome

STATUS = "sensor.alex_morgan_event_delivery"


def issue_keys(hass: HomeAssistant) -> list[str | None]:
    return [issue.translation_key for issue in repair_issues(hass)]


def attributes(home: LinkedHome) -> dict[str, Any]:
    state = home.hass.states.get(STATUS)
    assert state is not None
    return dict(state.attributes)


def interval(home: LinkedHome) -> timedelta | None:
    coordinator: RingDevicesCoordinator = home.entry.runtime_data.coordinator
    return coordinator.update_interval


async def lose_webhooks(home: LinkedHome, presses: int) -> None:
    """Press the button without a webhook, and wait until the history is read."""
    home.simulator.settings.webhook_drop_share = 1.0
    for _ in range(presses):
        await home.pass_time(30)
        home.simulator.press(home.door)
        await home.pass_time(30)
    for _ in range(3):
        await home.pass_time(60)
    home.simulator.settings.webhook_drop_share = 0.0


async def test_event_delivery_is_unused_with_a_playground_token(
    hass: HomeAssistant,
    simulator: Simulator,
    loaded_entry: MockConfigEntry,
    pass_time: Any,
) -> None:
    for _ in range(4):
        simulator.press(simulator.device("Front Door"))
        await pass_time(120)
    assert state_of(hass, STATUS) == "unused"
    assert loaded_entry.runtime_data.delivery.tracker.missed_events == 0
    assert issue_keys(hass) == []


async def test_event_delivery_works_after_the_first_webhook(home: LinkedHome) -> None:
    assert state_of(home.hass, STATUS) == "waiting"
    assert attributes(home)["last_delivery"] is None
    await home.press()
    assert state_of(home.hass, STATUS) == "working"
    assert attributes(home)["last_delivery"] is not None


async def test_polls_are_rare_while_webhooks_arrive(home: LinkedHome) -> None:
    assert interval(home) == timedelta(minutes=1)
    await home.press()
    assert interval(home) == timedelta(minutes=15)
    await home.pass_time(60)  # the poll that was already due
    before = poll_count(home.simulator)
    for _ in range(60):
        await home.pass_time(60)
    assert poll_count(home.simulator) - before <= 4
    assert state_of(home.hass, "binary_sensor.garden_connectivity") == "on"

    home.simulator.settings.webhook_drop_share = 1.0
    for _ in range(2):
        home.simulator.press(home.door)
        await home.pass_time(60)
    for _ in range(61):
        await home.pass_time(60)
    assert state_of(home.hass, STATUS) == "missing"
    assert interval(home) == timedelta(minutes=1)


async def test_missing_webhooks_have_a_repair_issue(home: LinkedHome) -> None:
    """No webhook ever arrives, for example with a wrong URL in Ring's console."""
    await lose_webhooks(home, 1)
    assert state_of(home.hass, STATUS) == "waiting"
    assert issue_keys(home.hass) == []

    await lose_webhooks(home, 1)
    assert state_of(home.hass, STATUS) == "missing"
    assert attributes(home)["missed_events"] == 2
    assert issue_keys(home.hass) == ["events_missing"]

    await home.press()
    assert state_of(home.hass, STATUS) == "working"
    assert issue_keys(home.hass) == []
    # All presses fired, because the history was read in time.
    assert len(home.event_ids(RING)) == 3


async def test_late_webhook_is_not_missed(home: LinkedHome) -> None:
    for number in range(3):
        await home.pass_time(55)
        body = home.envelope("button_press", request_id=str(number))
        home.simulator.history.add(home.door, "ding")
        await home.pass_time(65)
        await home.deliver(body)
    await home.pass_time(180)
    assert state_of(home.hass, STATUS) == "working"
    assert attributes(home)["missed_events"] == 0


async def test_single_missed_webhooks_have_no_repair_issue(
    home: LinkedHome,
) -> None:
    settings = home.simulator.settings
    for _ in range(4):
        for share in (1.0, 0.0):
            settings.webhook_drop_share = share
            await home.press()
            await home.pass_time(60)
    for _ in range(70):
        await home.pass_time(60)
    assert state_of(home.hass, STATUS) == "working"
    assert home.entry.runtime_data.delivery.tracker.missed_events == 4
    assert issue_keys(home.hass) == []


async def record_motion(home: LinkedHome, device: SimDevice, events: int) -> None:
    """Record motion without a webhook, and wait until the history is read."""
    for _ in range(events):
        await home.pass_time(60)
        home.simulator.history.add(device, "motion")
    for _ in range(63):
        await home.pass_time(60)


async def test_camera_without_webhooks_has_a_repair_issue(home: LinkedHome) -> None:
    """Webhooks of other devices arrive, so event delivery works."""
    await home.press()
    for _ in range(2):
        await record_motion(home, home.garden, 2)
        await home.press()
    assert state_of(home.hass, STATUS) == "working"
    issues = repair_issues(home.hass)
    assert [issue.translation_key for issue in issues] == ["events_not_sent"]
    assert [(issue.translation_placeholders or {})["device"] for issue in issues] == [
        "Garden"
    ]

    # The history of this camera is read every minute, so that its events fire.
    before = {
        device.name: history_read_count(home.simulator, device)
        for device in (home.garden, home.door)
    }
    for _ in range(10):
        await home.pass_time(60)
    assert history_read_count(home.simulator, home.garden) == before["Garden"] + 10
    assert history_read_count(home.simulator, home.door) <= before["Front Door"] + 1

    await home.move()
    assert issue_keys(home.hass) == []
    assert state_of(home.hass, STATUS) == "working"


async def test_camera_without_webhooks_after_a_reload(
    home: LinkedHome,
) -> None:
    await home.press()
    await home.reload()
    await record_motion(home, home.garden, 2)
    assert state_of(home.hass, STATUS) == "waiting"
    assert issue_keys(home.hass) == []
    await record_motion(home, home.garden, 1)
    assert issue_keys(home.hass) == ["events_not_sent"]
    # Without the doorbell's webhooks, no webhook arrives at all.
    await lose_webhooks(home, 2)
    assert state_of(home.hass, STATUS) == "missing"
    assert issue_keys(home.hass) == ["events_missing"]


async def test_removed_camera_has_no_repair_issue(home: LinkedHome) -> None:
    await home.press()
    await record_motion(home, home.garden, 3)
    assert issue_keys(home.hass) == ["events_not_sent"]
    home.simulator.actions.remove(home.garden)
    await home.settle()
    await home.pass_time(60)
    assert issue_keys(home.hass) == []


async def test_first_missed_webhook_shortens_the_interval(home: LinkedHome) -> None:
    await home.press()
    await home.pass_time(60)
    home.simulator.settings.webhook_drop_share = 1.0
    home.simulator.press(home.door)
    for _ in range(62):
        await home.pass_time(60)
    assert state_of(home.hass, STATUS) == "working"
    assert len(home.late) == 1
    # The next press fires within a minute, although there is no repair issue yet.
    await home.pass_time(30)
    home.simulator.press(home.door)
    await home.pass_time(30)
    assert len(home.event_ids(RING)) == 2
    assert interval(home) == timedelta(minutes=1)


async def test_live_views_are_not_missed(home: LinkedHome) -> None:
    for _ in range(4):
        await home.pass_time(60)
        home.simulator.history.add(home.garden, "on_demand")
    await home.pass_time(180)
    assert state_of(home.hass, STATUS) == "waiting"
    assert issue_keys(home.hass) == []


async def test_events_of_an_unloaded_account_are_not_missed(home: LinkedHome) -> None:
    await home.pass_time(60)
    assert await home.hass.config_entries.async_unload(home.entry.entry_id)
    home.simulator.settings.webhook_drop_share = 1.0
    for _ in range(4):
        await home.pass_time(60)
        home.simulator.press(home.door)
    await home.pass_time(600)
    assert await home.hass.config_entries.async_setup(home.entry.entry_id)
    await home.settle()
    await home.pass_time(180)
    assert len(home.late) == 4
    assert state_of(home.hass, STATUS) == "waiting"


async def test_wrong_signatures_have_a_repair_issue(home: LinkedHome) -> None:
    body = home.envelope("button_press")
    for refused in range(1, 4):
        assert issue_keys(home.hass) == []
        assert await home.deliver(body, hmac_key="another") == 401
        assert home.entry.runtime_data.delivery.tracker.wrong_signatures == refused
    assert state_of(home.hass, STATUS) == "wrong_signature"
    assert issue_keys(home.hass) == ["events_wrong_signature"]

    await home.press()
    assert state_of(home.hass, STATUS) == "working"
    assert issue_keys(home.hass) == []


async def test_repair_issue_survives_a_reload(home: LinkedHome) -> None:
    await lose_webhooks(home, 2)
    await home.reload()
    assert state_of(home.hass, STATUS) == "missing"
    assert issue_keys(home.hass) == ["events_missing"]
    await home.press()
    await home.reload()
    assert issue_keys(home.hass) == []


async def test_time_of_the_last_webhook_is_updated_later(home: LinkedHome) -> None:
    await home.press()
    await home.pass_time(20)
    await home.press()
    shown = attributes(home)["last_delivery"]
    assert shown < home.entry.runtime_data.delivery.tracker.last_delivery
    await home.pass_time(11)
    shown = attributes(home)["last_delivery"]
    assert shown == home.entry.runtime_data.delivery.tracker.last_delivery


async def test_missing_webhooks_are_logged_once(
    home: LinkedHome, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.clear()
    await lose_webhooks(home, 4)
    await home.press()
    assert [
        (record.levelname, record.getMessage())
        for record in caplog.records
        if record.name.endswith("delivery_health")
    ] == [
        ("WARNING", "Ring's events do not arrive for Alex Morgan"),
        ("INFO", "Ring's events arrive again for Alex Morgan"),
    ]


async def test_repair_issue_is_replaced_by_another(home: LinkedHome) -> None:
    await lose_webhooks(home, 2)
    assert issue_keys(home.hass) == ["events_missing"]
    for _ in range(3):
        await home.deliver(b"{}", hmac_key="another")
    assert issue_keys(home.hass) == ["events_wrong_signature"]


async def test_unload_removes_the_repair_issue(
    home: LinkedHome, caplog: pytest.LogCaptureFixture
) -> None:
    await lose_webhooks(home, 2)
    caplog.clear()
    assert await home.hass.config_entries.async_unload(home.entry.entry_id)
    assert issue_keys(home.hass) == []
    assert state_of(home.hass, STATUS) == STATE_UNAVAILABLE
    assert "arrive again" not in caplog.text


async def test_burst_of_webhooks_does_not_update_the_sensor(home: LinkedHome) -> None:
    await home.press()
    changes = sum(change.data["entity_id"] == STATUS for change in home.fired)
    for number in range(50):
        await home.pass_time(0.1)
        await home.deliver(home.envelope("button_press", request_id=str(number)))
    assert sum(c.data["entity_id"] == STATUS for c in home.fired) == changes
    await home.pass_time(30)
    await home.press()
    assert sum(c.data["entity_id"] == STATUS for c in home.fired) == changes + 1


async def test_online_webhook_is_not_a_delivered_topic(home: LinkedHome) -> None:
    for online in (False, True):
        home.simulator.set_online(home.door, online=online)
        await home.settle()
    assert state_of(home.hass, STATUS) == "working"
    deliveries = home.entry.runtime_data.delivery.tracker
    assert deliveries.as_dict()["delivered"] == []
