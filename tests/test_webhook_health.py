"""Whether deliveries arrive, and what the person is told."""

from datetime import timedelta
from typing import Any

from homeassistant.const import STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ring_partner.coordinator import RingDevicesCoordinator
from ring_simulator import SimDevice, Simulator

from .helpers import polls, reads, state_of
from .house import RING, House

STATUS = "sensor.alex_morgan_event_delivery"


def notices(hass: HomeAssistant) -> list[str | None]:
    return [issue.translation_key for issue in ir.async_get(hass).issues.values()]


def attributes(house: House) -> dict[str, Any]:
    state = house.hass.states.get(STATUS)
    assert state is not None
    return dict(state.attributes)


def interval(house: House) -> timedelta | None:
    coordinator: RingDevicesCoordinator = house.entry.runtime_data.coordinator
    return coordinator.update_interval


async def lose(house: House, presses: int) -> None:
    """Press without a delivery, and wait until that can be told."""
    house.simulator.behaviour.webhook_drop_share = 1.0
    for _ in range(presses):
        await house.pass_time(30)
        house.simulator.press(house.door)
        await house.pass_time(30)
    for _ in range(3):
        await house.pass_time(60)
    house.simulator.behaviour.webhook_drop_share = 0.0


async def test_not_used_with_a_playground_token(
    hass: HomeAssistant, simulator: Simulator, loaded: MockConfigEntry, pass_time: Any
) -> None:
    for _ in range(4):
        simulator.press(simulator.device("Front Door"))
        await pass_time(120)
    assert state_of(hass, STATUS) == "unused"
    assert loaded.runtime_data.webhooks.deliveries.missed_events == 0
    assert notices(hass) == []


async def test_the_first_delivery_proves_that_they_work(house: House) -> None:
    assert state_of(house.hass, STATUS) == "waiting"
    assert attributes(house)["last_delivery"] is None
    await house.press()
    assert state_of(house.hass, STATUS) == "working"
    assert attributes(house)["last_delivery"] is not None


async def test_polls_rest_while_deliveries_work(house: House) -> None:
    assert interval(house) == timedelta(minutes=1)
    await house.press()
    assert interval(house) == timedelta(minutes=15)
    await house.pass_time(60)  # the poll that was due already
    before = polls(house.simulator)
    for _ in range(60):
        await house.pass_time(60)
    assert polls(house.simulator) - before <= 4
    assert state_of(house.hass, "binary_sensor.garden_connectivity") == "on"

    house.simulator.behaviour.webhook_drop_share = 1.0
    for _ in range(2):
        house.simulator.press(house.door)
        await house.pass_time(60)
    for _ in range(61):
        await house.pass_time(60)
    assert state_of(house.hass, STATUS) == "missing"
    assert interval(house) == timedelta(minutes=1)


async def test_events_that_never_arrive_are_noticed(house: House) -> None:
    """From the first day: the address in Ring's console is wrong."""
    await lose(house, 1)
    assert state_of(house.hass, STATUS) == "waiting"
    assert notices(house.hass) == []

    await lose(house, 1)
    assert state_of(house.hass, STATUS) == "missing"
    assert attributes(house)["missed_events"] == 2
    assert notices(house.hass) == ["webhooks_missing"]

    await house.press()
    assert state_of(house.hass, STATUS) == "working"
    assert notices(house.hass) == []
    # they rang all the same, for the history was read in time
    assert len(house.event_ids(RING)) == 3


async def test_a_delivery_that_is_late_is_none_that_is_missed(house: House) -> None:
    for number in range(3):
        await house.pass_time(55)
        body = house.envelope("button_press", request_id=str(number))
        house.simulator.history.add(house.door, "ding")
        await house.pass_time(65)
        await house.deliver(body)
    await house.pass_time(180)
    assert state_of(house.hass, STATUS) == "working"
    assert attributes(house)["missed_events"] == 0


async def test_single_losses_are_counted_but_no_reason_to_worry(house: House) -> None:
    behaviour = house.simulator.behaviour
    for _ in range(4):
        for share in (1.0, 0.0):
            behaviour.webhook_drop_share = share
            await house.press()
            await house.pass_time(60)
    for _ in range(70):
        await house.pass_time(60)
    assert state_of(house.hass, STATUS) == "working"
    assert house.entry.runtime_data.webhooks.deliveries.missed_events == 4
    assert notices(house.hass) == []


async def record(house: House, device: SimDevice, events: int) -> None:
    """Let Ring record motion that it doesn't send, as alerts are off.

    Within the next hour the history is read.
    """
    for _ in range(events):
        await house.pass_time(60)
        house.simulator.history.add(device, "motion")
    for _ in range(63):
        await house.pass_time(60)


async def test_a_camera_whose_alerts_are_off(house: House) -> None:
    """The others are delivered, so the way is not to blame."""
    await house.press()
    for _ in range(2):
        await record(house, house.garden, 2)
        await house.press()
    assert state_of(house.hass, STATUS) == "working"
    issues = ir.async_get(house.hass).issues.values()
    assert [issue.translation_key for issue in issues] == ["webhooks_unsent"]
    assert [(issue.translation_placeholders or {})["device"] for issue in issues] == [
        "Garden"
    ]

    # The net is drawn closer for that one, so that its events are news all the same.
    before = {
        device.name: reads(house.simulator, device)
        for device in (house.garden, house.door)
    }
    for _ in range(10):
        await house.pass_time(60)
    assert reads(house.simulator, house.garden) == before["Garden"] + 10
    assert reads(house.simulator, house.door) <= before["Front Door"] + 1

    await house.move()
    assert notices(house.hass) == []
    assert state_of(house.hass, STATUS) == "working"


async def test_alerts_that_are_off_are_no_broken_delivery_after_a_restart(
    house: House,
) -> None:
    await house.press()
    await house.reload()
    await record(house, house.garden, 2)
    assert state_of(house.hass, STATUS) == "waiting"
    assert notices(house.hass) == []
    await record(house, house.garden, 1)
    assert notices(house.hass) == ["webhooks_unsent"]
    # But if the doorbell is not heard any more, that is what the person must know.
    await lose(house, 2)
    assert state_of(house.hass, STATUS) == "missing"
    assert notices(house.hass) == ["webhooks_missing"]


async def test_the_notice_goes_with_the_camera(house: House) -> None:
    await house.press()
    await record(house, house.garden, 3)
    assert notices(house.hass) == ["webhooks_unsent"]
    house.simulator.happenings.remove(house.garden)
    await house.settle()
    await house.pass_time(60)
    assert notices(house.hass) == []


async def test_the_first_loss_draws_the_net_closer(house: House) -> None:
    await house.press()
    await house.pass_time(60)
    house.simulator.behaviour.webhook_drop_share = 1.0
    house.simulator.press(house.door)
    for _ in range(62):
        await house.pass_time(60)
    assert state_of(house.hass, STATUS) == "working"
    assert len(house.late) == 1
    # The next one rings within a minute, although nobody has been told of trouble yet.
    await house.pass_time(30)
    house.simulator.press(house.door)
    await house.pass_time(30)
    assert len(house.event_ids(RING)) == 2
    assert interval(house) == timedelta(minutes=1)


async def test_nobody_delivers_live_views(house: House) -> None:
    for _ in range(4):
        await house.pass_time(60)
        house.simulator.history.add(house.garden, "on_demand")
    await house.pass_time(180)
    assert state_of(house.hass, STATUS) == "waiting"
    assert notices(house.hass) == []


async def test_nobody_can_deliver_to_who_is_off(house: House) -> None:
    await house.pass_time(60)
    assert await house.hass.config_entries.async_unload(house.entry.entry_id)
    house.simulator.behaviour.webhook_drop_share = 1.0
    for _ in range(4):
        await house.pass_time(60)
        house.simulator.press(house.door)
    await house.pass_time(600)
    assert await house.hass.config_entries.async_setup(house.entry.entry_id)
    await house.settle()
    await house.pass_time(180)
    assert len(house.late) == 4
    assert state_of(house.hass, STATUS) == "waiting"


async def test_another_key(house: House) -> None:
    body = house.envelope("button_press")
    for refused in range(1, 4):
        assert notices(house.hass) == []
        assert await house.deliver(body, hmac_key="another") == 401
        assert house.entry.runtime_data.webhooks.deliveries.wrong_signatures == refused
    assert state_of(house.hass, STATUS) == "wrong_signature"
    assert notices(house.hass) == ["webhooks_wrong_signature"]

    await house.press()
    assert state_of(house.hass, STATUS) == "working"
    assert notices(house.hass) == []


async def test_a_restart_mends_nothing(house: House) -> None:
    await lose(house, 2)
    await house.reload()
    assert state_of(house.hass, STATUS) == "missing"
    assert notices(house.hass) == ["webhooks_missing"]
    await house.press()
    await house.reload()
    assert notices(house.hass) == []


async def test_what_is_shown_is_right_in_the_end(house: House) -> None:
    await house.press()
    await house.pass_time(20)
    await house.press()
    shown = attributes(house)["last_delivery"]
    assert shown < house.entry.runtime_data.webhooks.deliveries.last
    await house.pass_time(11)
    shown = attributes(house)["last_delivery"]
    assert shown == house.entry.runtime_data.webhooks.deliveries.last


async def test_the_log_says_it_once(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.clear()
    await lose(house, 4)
    await house.press()
    assert [
        (record.levelname, record.getMessage())
        for record in caplog.records
        if record.name.endswith("webhook_health")
    ] == [
        ("WARNING", "Ring's events do not arrive for Alex Morgan"),
        ("INFO", "Ring's events arrive again for Alex Morgan"),
    ]


async def test_one_notice_takes_the_place_of_the_other(house: House) -> None:
    await lose(house, 2)
    assert notices(house.hass) == ["webhooks_missing"]
    for _ in range(3):
        await house.deliver(b"{}", hmac_key="another")
    assert notices(house.hass) == ["webhooks_wrong_signature"]


async def test_the_notice_goes_with_the_account(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    await lose(house, 2)
    caplog.clear()
    assert await house.hass.config_entries.async_unload(house.entry.entry_id)
    assert notices(house.hass) == []
    assert state_of(house.hass, STATUS) == STATE_UNAVAILABLE
    assert "arrive again" not in caplog.text


async def test_a_burst_of_deliveries_is_no_burst_of_states(house: House) -> None:
    await house.press()
    changes = sum(change.data["entity_id"] == STATUS for change in house.fired)
    for number in range(50):
        await house.pass_time(0.1)
        await house.deliver(house.envelope("button_press", request_id=str(number)))
    assert sum(c.data["entity_id"] == STATUS for c in house.fired) == changes
    await house.pass_time(30)
    await house.press()
    assert sum(c.data["entity_id"] == STATUS for c in house.fired) == changes + 1


async def test_going_online_proves_no_delivery_of_events(house: House) -> None:
    for online in (False, True):
        house.simulator.set_online(house.door, online=online)
        await house.settle()
    assert state_of(house.hass, STATUS) == "working"
    deliveries = house.entry.runtime_data.webhooks.deliveries
    assert deliveries.as_stored()["known"] == []
