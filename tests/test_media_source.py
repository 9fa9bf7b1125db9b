"""The media browser: account, camera, day, recording."""

from datetime import timedelta

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.camera import async_get_image
from homeassistant.components.media_player import MediaClass
from homeassistant.components.media_source import async_resolve_media
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.util import dt as dt_util
import pytest

from custom_components.ring_partner.media import browse

from .link_flow_driver import linked_account
from .linked_home import LinkedHome
from .media_browser_driver import (
    HISTORY,
    PICTURES,
    ROOT,
    MediaBrowserDriver,
    child,
    titles,
)

CAMERAS = [
    "Front Door",
    "Garden",
    "Driveway",
    "Garage",
    "Nursery (end-to-end encrypted)",
]
DAY = 86_400


@pytest.fixture
def begin(freezer: FrozenDateTimeFactory, request: pytest.FixtureRequest) -> None:
    """Let the test begin at a time, by default at noon."""
    # Home Assistant's time zone in tests is US/Pacific.
    freezer.move_to(getattr(request, "param", "2026-11-25 12:00:00-08:00"))


async def test_devices(browser: MediaBrowserDriver) -> None:
    """With one account, its devices come first."""
    root = await browser.browse()
    assert root["title"] == "Ring Partner"
    assert titles(root) == CAMERAS
    for node in (root, *root["children"]):
        assert node["media_class"] == "directory"
        assert node["can_expand"]
        assert not node["can_play"]
        assert node["can_search"]
    assert child(root, "Garden")["thumbnail"] == "/api/camera_proxy/camera.garden"
    account = await browser.browse(f"{ROOT}/{browser.entry.entry_id}")
    assert account["title"] == browser.entry.title
    assert titles(account) == CAMERAS


async def test_camera_without_a_picture_has_an_icon(
    browser: MediaBrowserDriver,
) -> None:
    """A picture that cannot be loaded would be an empty tile."""
    with pytest.raises(HomeAssistantError):
        await async_get_image(browser.hass, "camera.garden")
    assert child(await browser.browse(), "Garden")["thumbnail"] is None
    assert child(await browser.browse(), "Driveway")["thumbnail"]


async def test_several_accounts(browser: MediaBrowserDriver, home: LinkedHome) -> None:
    simulator = home.simulator
    other = simulator.add_account("Sam", "Lee", "sam.lee@example.com")
    simulator.add_device("camera", "Barn", account=other)
    entry = linked_account(home.hass, simulator, other)
    assert await home.hass.config_entries.async_setup(entry.entry_id)
    root = await browser.browse()
    assert titles(root) == [home.entry.title, entry.title]
    assert titles(await browser.open(home.entry.title)) == CAMERAS
    assert titles(await browser.open(entry.title)) == ["Barn"]
    await home.hass.config_entries.async_unload(entry.entry_id)
    await home.hass.config_entries.async_unload(home.entry.entry_id)
    assert titles(await browser.browse()) == []


async def test_names_in_home_assistant(browser: MediaBrowserDriver) -> None:
    devices, entities = dr.async_get(browser.hass), er.async_get(browser.hass)
    entity = entities.async_get("camera.garden")
    assert entity is not None
    assert entity.device_id is not None
    devices.async_update_device(entity.device_id, name_by_user="Backyard")
    entities.async_update_entity("camera.garage_camera_1", name="Left")
    entities.async_remove("camera.garage_camera_2")
    root = await browser.browse()
    assert titles(root)[1] == "Backyard"
    assert titles(await browser.open("Garage")) == ["Left", "Camera 2"]
    entities.async_update_entity(
        "camera.garden", disabled_by=er.RegistryEntryDisabler.USER
    )
    assert child(await browser.browse(), "Backyard")["thumbnail"] is None


@pytest.mark.usefixtures("begin")
async def test_days(browser: MediaBrowserDriver) -> None:
    for hours in (1, 2, 13, 37, 24 * 100):
        browser.record("Garden", hours * 3600)
    garden = await browser.open("Garden")
    assert garden["title"] == "Garden"
    assert titles(garden) == [
        "Today, 2026-11-25",
        "Yesterday, 2026-11-24",
        "2026-11-23",
        "2026-08-17",
    ]
    for node in garden["children"]:
        assert node["media_class"] == "directory"
        assert node["children_media_class"] == "video"
        assert node["can_expand"]
    assert titles(await browser.open("Driveway")) == []
    # The folder of a device with one camera is that of the camera.
    device = await browser.browse(garden["media_content_id"].removesuffix("/-"))
    assert device == garden


@pytest.mark.usefixtures("begin")
async def test_days_are_paged(browser: MediaBrowserDriver) -> None:
    """Only some pages are read, although Ring keeps recordings for 180 days."""
    expected = []
    for number in range(400):
        event = browser.record("Garden", (number + 1) * 4 * 3600)
        start = dt_util.utc_from_timestamp(event.start / 1000)
        expected.append(dt_util.as_local(start).date().isoformat())
    before = browser.request_count("/events")
    page = await browser.open("Garden")
    assert browser.request_count("/events") - before == 4
    assert titles(page)[-2:] == ["2026-11-08", "Older days"]
    # The last day is complete, although not all of it was on the first page.
    assert titles(await browser.open("Garden", "2026-11-08")) == [
        f"{hour:02}:00 Motion" for hour in (20, 16, 12, 8, 4, 0)
    ]
    found = []
    while (shown := titles(page))[-1] == "Older days":
        found += shown[:-1]
        before = browser.request_count("/events")
        page = await browser.browse(page["children"][-1]["media_content_id"])
        assert browser.request_count("/events") - before <= 5
        assert page["title"] == "Garden"
    found += shown
    assert [title[-10:] for title in found] == [*dict.fromkeys(expected)]


@pytest.mark.usefixtures("begin")
async def test_recordings_of_a_day(browser: MediaBrowserDriver) -> None:
    browser.record("Front Door", 600, "ding", duration=30)
    browser.record("Front Door", 700, sub_type="human", duration=0)
    browser.record("Front Door", 800, sub_type="vehicle")
    browser.record("Front Door", 900, sub_type="animal")
    browser.record("Front Door", 1000, sub_type="other_motion")
    browser.record("Front Door", 1100, "on_demand")
    browser.record("Front Door", 13 * 3600)
    today = await browser.open("Front Door", "Today, 2026-11-25")
    assert today["title"] == "Today, 2026-11-25"
    assert titles(today) == [
        "🔔 11:50 Ring",
        "🚶 11:48 Person",
        "🚗 11:46 Vehicle",
        "🐾 11:45 Animal",
        "11:43 Motion",
    ]
    for node in today["children"]:
        assert node["media_class"] == "video"
        assert node["media_content_type"] == "video/mp4"
        assert node["can_play"]
        assert not node["can_expand"]
    start = int((dt_util.utcnow() - timedelta(seconds=600)).timestamp() * 1000)
    ring, person, *_ = today["children"]
    assert ring["media_content_id"].endswith(f"/-/clip/{start}/30000")
    assert ring["thumbnail"] == ring["media_content_id"].replace(
        f"{ROOT}/", "/api/ring_partner/thumbnail/"
    )
    # Ring accepts no clip without a length.
    assert person["media_content_id"].endswith("/1000")
    # Browsing alone requests no pictures, which would be events themselves.
    assert browser.request_count(PICTURES) == 0


@pytest.mark.usefixtures("begin")
async def test_recordings_of_a_day_are_paged(browser: MediaBrowserDriver) -> None:
    for number in range(119):
        browser.record("Garden", (number + 1) * 60)
    path = ["Garden", "Today, 2026-11-25"]
    first = await browser.open(*path)
    second = await browser.open(*path, "Older recordings")
    third = await browser.open(*path, "Older recordings", "Older recordings")
    assert [len(each["children"]) for each in (first, second, third)] == [51, 51, 19]
    found = [*titles(first)[:-1], *titles(second)[:-1], *titles(third)]
    assert len({*found}) == 119
    assert found == sorted(found, reverse=True)
    assert third["title"] == "Today, 2026-11-25"


@pytest.mark.parametrize(
    ("begin", "hours", "expected"),
    [
        ("2026-11-02 03:00:00-08:00", 25, "2026-11-01"),
        ("2026-11-02 03:00:00-08:00", 27.5, "2026-11-01"),
        ("2026-11-02 03:00:00-08:00", 28.5, "2026-10-31"),
        ("2026-03-09 03:00:00-07:00", 25, "2026-03-08"),
        ("2026-03-09 03:00:00-07:00", 25.9, "2026-03-08"),
        ("2026-03-09 03:00:00-07:00", 26.1, "2026-03-07"),
    ],
    indirect=["begin"],
)
async def test_days_when_the_clocks_change(
    begin: None, browser: MediaBrowserDriver, hours: float, expected: str
) -> None:
    browser.record("Garden", hours * 3600)
    (day,) = (await browser.open("Garden"))["children"]
    assert day["title"].endswith(expected)
    assert len((await browser.browse(day["media_content_id"]))["children"]) == 1


@pytest.mark.usefixtures("begin")
async def test_device_with_several_cameras(browser: MediaBrowserDriver) -> None:
    browser.record("Garage", 60)
    garage = await browser.open("Garage")
    assert titles(garage) == ["Camera 1", "Camera 2"]
    for number in (1, 2):
        camera = child(garage, f"Camera {number}")
        assert camera["thumbnail"].endswith(f"camera.garage_camera_{number}")
        day = await browser.open("Garage", f"Camera {number}", "Today, 2026-11-25")
        assert titles(day) == ["11:59 Motion"]
        component = str(number).encode().hex()
        assert f"/{component}/clip/" in day["children"][0]["media_content_id"]


@pytest.mark.usefixtures("begin")
async def test_recording(browser: MediaBrowserDriver) -> None:
    browser.record("Front Door", 600, "ding")
    today = await browser.open("Front Door", "Today, 2026-11-25")
    ring = today["children"][0]
    shown = await browser.browse(ring["media_content_id"])
    assert shown == {**ring, "children": [], "not_shown": 0}
    await browser.hass.config_entries.async_reload(browser.entry.entry_id)
    shown = await browser.browse(ring["media_content_id"])
    assert shown["title"] == "2026-11-25 11:50"


@pytest.mark.usefixtures("begin")
async def test_search(browser: MediaBrowserDriver) -> None:
    browser.record("Front Door", 600, "ding")
    browser.record("Garden", 700, sub_type="human")
    browser.record("Garden", 800, sub_type="vehicle")
    browser.record("Garden", 30 * 3600, sub_type="human")
    browser.record("Garage", 900)
    found = await browser.search("")
    assert titles(found) == [
        "Front Door, Today, 2026-11-25, 🔔 11:50 Ring",
        "Garden, Today, 2026-11-25, 🚶 11:48 Person",
        "Garden, Today, 2026-11-25, 🚗 11:46 Vehicle",
        "Garage Camera 1, Today, 2026-11-25, 11:45 Motion",
        "Garage Camera 2, Today, 2026-11-25, 11:45 Motion",
        "Garden, Yesterday, 2026-11-24, 🚶 06:00 Person",
    ]
    assert found["result"][0]["can_play"]
    assert found["result"][0]["thumbnail"].endswith("/20000")
    for words, number in (
        ("RING", 1),
        ("person garden", 2),
        ("yesterday person", 1),
        ("2026-11-24", 1),
        ("nobody", 0),
    ):
        assert len(titles(await browser.search(words))) == number
    root = await browser.browse()
    garden = child(root, "Garden")
    day = await browser.open("Garden", "Today, 2026-11-25")
    for node, number in (
        ({"media_content_id": f"{ROOT}/{browser.entry.entry_id}"}, 6),
        (child(root, "Garage"), 2),
        (child(await browser.open("Garage"), "Camera 2"), 1),
        (garden, 3),
        (day, 3),
        (day["children"][0], 3),
    ):
        assert len(titles(await browser.search("", node))) == number
    for classes, number in (("video", 3), ("image", 0)):
        query = {"media_filter_classes": [MediaClass(classes)]}
        assert len(titles(await browser.search("", garden, **query))) == number


async def test_search_is_limited(
    browser: MediaBrowserDriver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(browse, "RECORDINGS_TO_SEARCH", 3)
    monkeypatch.setattr(browse, "MAX_FOUND", 5)
    for number in range(4):
        browser.record("Garden", 600 + number)
        browser.record("Driveway", 800 + number)
    found = titles(await browser.search(""))
    assert [title.partition(",")[0] for title in found] == [
        *["Garden"] * 3,
        *["Driveway"] * 2,
    ]


async def test_search_with_errors(browser: MediaBrowserDriver) -> None:
    browser.record("Garden", 600)
    browser.record("Driveway", 600)
    garden = browser.device("Garden").id
    browser.fail(f"/v1/history/devices/{garden}/events", 403)
    (found,) = titles(await browser.search(""))
    assert found.startswith("Driveway")
    browser.fail(HISTORY, 403)
    assert "does not allow" in await browser.search_error(ROOT)
    assert "does not exist" in await browser.search_error(f"{ROOT}/../..")


async def test_file_of_a_recording(browser: MediaBrowserDriver) -> None:
    """Integrations that need a file get it, once the recording is downloaded."""
    browser.record("Garden", 600)
    (found,) = (await browser.search(""))["result"]
    for suffix in (None, ".mp4"):
        media = await async_resolve_media(browser.hass, found["media_content_id"], None)
        assert (media.path and media.path.suffix) == suffix
        await browser.hass.async_block_till_done(wait_background_tasks=True)
