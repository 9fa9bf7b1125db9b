"""The history of a device."""

from typing import Any

import pytest
from yarl import URL

from ring_simulator import HistoryEvent, SimDevice, Simulator

from .tools import START, Clock, Partner, Web, bearer

NOW = round(START * 1000)


def path(device: SimDevice) -> str:
    return f"/v1/history/devices/{device.id}/events"


def fill(sim: Simulator, count: int) -> list[HistoryEvent]:
    """Add recordings a minute apart and return them, the newest first."""
    device = sim.device("Front Door")
    return [
        sim.history.add(device, "motion", start=START - 60 * number)
        for number in range(count)
    ]


async def get(web: Web, url: str | URL, **kwargs: Any) -> Any:
    answer = await web.get(url, **kwargs)
    assert answer.status == 200
    return await answer.json()


def ids(document: Any) -> list[str]:
    return [event["id"] for event in document["data"]]


async def test_a_recording(sim: Simulator, api: Web) -> None:
    device = sim.device("Front Door")
    sim.press(device)

    document = await get(api, path(device))

    (event,) = document["data"]
    assert event["id"].startswith("ava1.ring.history.event.")
    assert event == {
        "type": "history-events",
        "id": event["id"],
        "attributes": {
            "event_type": "ding",
            "is_third_party_reviewed": False,
            "start": NOW,
            "end": NOW + 20_000,
        },
        "relationships": {
            "source": {"data": {"type": "devices", "id": device.id}},
            "cv_detections": {"data": []},
        },
        "meta": {"riid": None},
    }
    assert document["meta"] == {"time": "2026-09-15T23:47:12Z"}
    assert document["links"] == {}


async def test_the_newest_first(sim: Simulator, api: Web) -> None:
    device = sim.device("Front Door")
    old = sim.history.add(device, "on_demand", start=START - 100, duration=5)
    new = sim.history.add(device, "motion", start=START - 10)
    same = sim.history.add(device, "ding", start=START - 10)
    sim.history.add(sim.device("Garden"), "motion")
    old.reviewed = True

    document = await get(api, path(device))

    assert ids(document) == [same.id, new.id, old.id]
    attributes = document["data"][2]["attributes"]
    assert attributes["end"] - attributes["start"] == 5000
    assert attributes["is_third_party_reviewed"] is True


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ("ding", ["ding"]),
        ("motion", ["motion", "motion"]),
        ("motion.human", ["motion"]),
        ("ding,motion.vehicle", ["motion", "ding"]),
        ("motion.other_motion", []),
        ("on_demand,,", []),
        ("", ["motion", "motion", "ding"]),
    ],
)
async def test_filters(
    sim: Simulator, api: Web, wanted: str, expected: list[str], clock: Clock
) -> None:
    device = sim.device("Front Door")
    sim.press(device)
    for sub_type in ("human", "vehicle"):
        clock.now += 1
        sim.motion(device, sub_type)

    document = await get(api, path(device), params={"event_types": wanted})

    found = [event["attributes"]["event_type"] for event in document["data"]]
    assert found == expected
    assert "human" not in str(document)


async def test_what_is_ignored(sim: Simulator, api: Web, web: Web) -> None:
    device = sim.device("Front Door")
    sim.press(device)
    params = {"event_type": "motion", "page[limit]": "0", "filter[start]": "x"}
    assert len(ids(await get(api, path(device), params=params))) == 1

    # the Playground ignores the filter itself
    headers = bearer(sim.tokens.issue_playground(sim.account))
    params = {"event_types": "motion"}
    assert len(ids(await get(web, path(device), params=params, headers=headers))) == 1
    assert ids(await get(api, path(device), params=params)) == []


async def test_pages(sim: Simulator, api: Web) -> None:
    sim.behaviour.history_page_size = 2
    events = fill(sim, 5)
    device = sim.device("Front Door")

    pages = []
    url = f"{path(device)}?event_types=motion"
    while url:
        document = await get(api, url)
        pages.append(ids(document))
        url = document["links"].get("next")
        if url:
            assert url.startswith(f"{path(device)}?event_types=motion&page[key]=2026-")

    assert [len(page) for page in pages] == [2, 2, 1]
    assert [id_ for page in pages for id_ in page] == [event.id for event in events]


async def test_what_began_together_stays_together(sim: Simulator, api: Web) -> None:
    sim.behaviour.history_page_size = 2
    device = sim.device("Front Door")
    for _ in range(4):
        sim.history.add(device, "motion")
    sim.history.add(device, "ding", start=START - 1)

    first = await get(api, path(device))
    second = await get(api, first["links"]["next"])

    assert [len(first["data"]), len(second["data"])] == [4, 1]


async def test_no_links_at_the_end(sim: Simulator, api: Web) -> None:
    sim.behaviour.history_last_page = "no_links"
    sim.behaviour.history_page_size = 2
    fill(sim, 3)
    device = sim.device("Front Door")

    first = await get(api, path(device))
    second = await get(api, first["links"]["next"])

    assert "links" not in second


async def test_an_empty_page_that_has_a_next_one(sim: Simulator, api: Web) -> None:
    sim.behaviour.history_last_page = "empty_with_next"
    sim.behaviour.history_page_size = 2
    fill(sim, 2)
    device = sim.device("Front Door")

    first = await get(api, path(device))
    second = await get(api, first["links"]["next"])
    third = await get(api, second["links"]["next"])

    assert [len(page["data"]) for page in (first, second, third)] == [2, 0, 0]
    assert second["links"] == third["links"]
    # also if there was nothing at all
    empty = await get(api, path(sim.device("Garden")))
    assert empty["data"] == []
    assert "page[key]=2026-09-15T23:47:12Z" in empty["links"]["next"]


@pytest.mark.parametrize("cursor", ["nonsense", "", "2026-99-01T00:00:00Z", "7"])
async def test_a_bad_cursor(sim: Simulator, api: Web, cursor: str) -> None:
    answer = await api.get(path(sim.device("Front Door")), params={"page[key]": cursor})
    assert answer.status == 400


async def test_a_cursor_without_a_zone_is_utc(sim: Simulator, api: Web) -> None:
    device = sim.device("Garden")
    old = sim.history.add(device, "motion", start=START - 1)
    sim.history.add(device, "motion", start=START)
    document = await get(api, path(device), params={"page[key]": "2026-09-15T23:47:12"})
    assert ids(document) == [old.id]


async def test_consent(
    sim: Simulator, partner: Partner, web: Web, clock: Clock
) -> None:
    device = sim.device("Front Door")
    sim.history.add(device, "motion")
    await sim.linking.install(sim.client, sim.account)
    integration = sim.linking.find(sim.client.client_id, sim.account.id)
    assert integration is not None
    integration.confirmed = True
    headers = bearer(sim.tokens.issue(sim.account, sim.client).access_token)
    assert ids(await get(web, path(device), headers=headers)) == []

    clock.now += 10.0004
    sim.linking.change(integration, "completed")
    since = sim.history.add(device, "ding")
    clock.now += 10
    later = sim.history.add(device, "ding")
    seen = [later.id, since.id]
    assert ids(await get(web, path(device), headers=headers)) == seen

    # a pause doesn't take the consent back
    sim.linking.change(integration, "awaiting")
    sim.linking.change(integration, "completed")
    assert ids(await get(web, path(device), headers=headers)) == seen


async def test_which_devices_have_one(sim: Simulator, api: Web) -> None:
    assert ids(await get(api, path(sim.device("Back Door")))) == []
    sim.device("Garden").shared = False
    assert (await api.get(path(sim.device("Garden")))).status == 403
    assert (await api.get(path(sim.device("Safe Room")))).status == 404
    assert (await api.get("/v1/history/devices/nothing/events")).status == 404
    other = sim.add_account("Kim", "Lee", "kim@example.com")
    foreign = sim.add_device("camera", "Kim's", account=other)
    assert (await api.get(path(foreign))).status == 404


def test_what_can_not_be_added(sim: Simulator) -> None:
    with pytest.raises(ValueError, match="only cameras"):
        sim.history.add(sim.device("Back Door"), "motion")
    with pytest.raises(ValueError, match="must be one of ding, motion, on_demand"):
        sim.history.add(sim.device("Garden"), "party")  # type: ignore[arg-type]
