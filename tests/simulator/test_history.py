"""Tests of the history endpoint."""

from typing import Any

import pytest
from yarl import URL

from ring_simulator import HistoryEvent, SimDevice, Simulator

from .helpers import START, Clock, HttpClient, PartnerServer, bearer

NOW = round(START * 1000)


def path(device: SimDevice) -> str:
    return f"/v1/history/devices/{device.id}/events"


def add_recordings(simulator: Simulator, count: int) -> list[HistoryEvent]:
    """Add recordings one minute apart, and return them, the newest first."""
    device = simulator.device("Front Door")
    return [
        simulator.history.add(device, "motion", start=START - 60 * number)
        for number in range(count)
    ]


async def get(http_client: HttpClient, url: str | URL, **kwargs: Any) -> Any:
    response = await http_client.get(url, **kwargs)
    assert response.status == 200
    return await response.json()


def ids(document: Any) -> list[str]:
    return [event["id"] for event in document["data"]]


async def test_recording(simulator: Simulator, api_client: HttpClient) -> None:
    device = simulator.device("Front Door")
    simulator.press(device)

    document = await get(api_client, path(device))

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


async def test_newest_first(simulator: Simulator, api_client: HttpClient) -> None:
    device = simulator.device("Front Door")
    old = simulator.history.add(device, "on_demand", start=START - 100, duration=5)
    new = simulator.history.add(device, "motion", start=START - 10)
    same = simulator.history.add(device, "ding", start=START - 10)
    simulator.history.add(simulator.device("Garden"), "motion")
    old.reviewed = True

    document = await get(api_client, path(device))

    assert ids(document) == [same.id, new.id, old.id]
    attributes = document["data"][2]["attributes"]
    assert attributes["end"] - attributes["start"] == 5000
    assert attributes["is_third_party_reviewed"] is True


@pytest.mark.parametrize(
    ("event_types", "expected"),
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
async def test_event_types_filter(
    simulator: Simulator,
    api_client: HttpClient,
    event_types: str,
    expected: list[str],
    clock: Clock,
) -> None:
    device = simulator.device("Front Door")
    simulator.press(device)
    for sub_type in ("human", "vehicle"):
        clock.now += 1
        simulator.motion(device, sub_type)

    document = await get(api_client, path(device), params={"event_types": event_types})

    found = [event["attributes"]["event_type"] for event in document["data"]]
    assert found == expected
    assert "human" not in str(document)


async def test_ignored_parameters(
    simulator: Simulator, api_client: HttpClient, http_client: HttpClient
) -> None:
    device = simulator.device("Front Door")
    simulator.press(device)
    params = {"event_type": "motion", "page[limit]": "0", "filter[start]": "x"}
    assert len(ids(await get(api_client, path(device), params=params))) == 1

    # the Playground ignores the filter too
    headers = bearer(simulator.tokens.issue_playground(simulator.account))
    params = {"event_types": "motion"}
    assert (
        len(ids(await get(http_client, path(device), params=params, headers=headers)))
        == 1
    )
    assert ids(await get(api_client, path(device), params=params)) == []


async def test_pages(simulator: Simulator, api_client: HttpClient) -> None:
    simulator.settings.history_page_size = 2
    events = add_recordings(simulator, 5)
    device = simulator.device("Front Door")

    pages = []
    url = f"{path(device)}?event_types=motion"
    while url:
        document = await get(api_client, url)
        pages.append(ids(document))
        url = document["links"].get("next")
        if url:
            assert url.startswith(f"{path(device)}?event_types=motion&page[key]=2026-")

    assert [len(page) for page in pages] == [2, 2, 1]
    assert [id_ for page in pages for id_ in page] == [event.id for event in events]


async def test_events_with_same_start_are_on_one_page(
    simulator: Simulator, api_client: HttpClient
) -> None:
    simulator.settings.history_page_size = 2
    device = simulator.device("Front Door")
    for _ in range(4):
        simulator.history.add(device, "motion")
    simulator.history.add(device, "ding", start=START - 1)

    first = await get(api_client, path(device))
    second = await get(api_client, first["links"]["next"])

    assert [len(first["data"]), len(second["data"])] == [4, 1]


async def test_last_page_without_links(
    simulator: Simulator, api_client: HttpClient
) -> None:
    simulator.settings.history_last_page = "no_links"
    simulator.settings.history_page_size = 2
    add_recordings(simulator, 3)
    device = simulator.device("Front Door")

    first = await get(api_client, path(device))
    second = await get(api_client, first["links"]["next"])

    assert "links" not in second


async def test_empty_last_page_with_next(
    simulator: Simulator, api_client: HttpClient
) -> None:
    simulator.settings.history_last_page = "empty_with_next"
    simulator.settings.history_page_size = 2
    add_recordings(simulator, 2)
    device = simulator.device("Front Door")

    first = await get(api_client, path(device))
    second = await get(api_client, first["links"]["next"])
    third = await get(api_client, second["links"]["next"])

    assert [len(page["data"]) for page in (first, second, third)] == [2, 0, 0]
    assert second["links"] == third["links"]
    # the same for an empty history
    empty = await get(api_client, path(simulator.device("Garden")))
    assert empty["data"] == []
    assert "page[key]=2026-09-15T23:47:12Z" in empty["links"]["next"]


@pytest.mark.parametrize("cursor", ["nonsense", "", "2026-99-01T00:00:00Z", "7"])
async def test_invalid_cursor(
    simulator: Simulator, api_client: HttpClient, cursor: str
) -> None:
    response = await api_client.get(
        path(simulator.device("Front Door")), params={"page[key]": cursor}
    )
    assert response.status == 400


async def test_cursor_without_time_zone_is_utc(
    simulator: Simulator, api_client: HttpClient
) -> None:
    device = simulator.device("Garden")
    old = simulator.history.add(device, "motion", start=START - 1)
    simulator.history.add(device, "motion", start=START)
    document = await get(
        api_client, path(device), params={"page[key]": "2026-09-15T23:47:12"}
    )
    assert ids(document) == [old.id]


async def test_no_history_before_consent(
    simulator: Simulator, partner: PartnerServer, http_client: HttpClient, clock: Clock
) -> None:
    device = simulator.device("Front Door")
    simulator.history.add(device, "motion")
    await simulator.linking.install(simulator.client, simulator.account)
    integration = simulator.linking.find(
        simulator.client.client_id, simulator.account.id
    )
    assert integration is not None
    integration.confirmed = True
    headers = bearer(
        simulator.tokens.issue_pair(simulator.account, simulator.client).access_token
    )
    assert ids(await get(http_client, path(device), headers=headers)) == []

    clock.now += 10.0004
    simulator.linking.set_status(integration, "completed")
    since = simulator.history.add(device, "ding")
    clock.now += 10
    later = simulator.history.add(device, "ding")
    seen = [later.id, since.id]
    assert ids(await get(http_client, path(device), headers=headers)) == seen

    # changing to awaiting keeps the time of the consent
    simulator.linking.set_status(integration, "awaiting")
    simulator.linking.set_status(integration, "completed")
    assert ids(await get(http_client, path(device), headers=headers)) == seen


async def test_devices_without_history(
    simulator: Simulator, api_client: HttpClient
) -> None:
    assert ids(await get(api_client, path(simulator.device("Back Door")))) == []
    simulator.device("Garden").shared = False
    assert (await api_client.get(path(simulator.device("Garden")))).status == 403
    assert (await api_client.get(path(simulator.device("Safe Room")))).status == 404
    assert (await api_client.get("/v1/history/devices/nothing/events")).status == 404
    other = simulator.add_account("Kim", "Lee", "kim@example.com")
    foreign = simulator.add_device("camera", "Kim's", account=other)
    assert (await api_client.get(path(foreign))).status == 404


def test_invalid_recording(simulator: Simulator) -> None:
    with pytest.raises(ValueError, match="only cameras"):
        simulator.history.add(simulator.device("Back Door"), "motion")
    with pytest.raises(ValueError, match="must be one of ding, motion, on_demand"):
        simulator.history.add(simulator.device("Garden"), "party")  # type: ignore[arg-type]
