"""How the list of a device's events ends."""

from datetime import timedelta
from typing import Any

from homeassistant.util import dt as dt_util
import pytest
from yarl import URL

from custom_components.ring_partner.api.history import HistoryPage
from custom_components.ring_partner.media import history_list
from custom_components.ring_partner.media.history_list import HistoryList

from .history_pages import page


@pytest.mark.parametrize(
    "pages",
    [
        {None: page("a", to="2"), URL("2"): page("b", to="2")},
        {None: page("a", to="2"), URL("2"): page("b", to="3"), URL("3"): page("b")},
        {
            None: page("a", to="2"),
            URL("2"): page("a", "b", to="3"),
            URL("3"): page("a", "b", to="4"),
        },
        {None: page("a", "b", to="2"), URL("2"): page(to="3"), URL("3"): page()},
    ],
)
async def test_ends_of_the_history(
    monkeypatch: pytest.MonkeyPatch, pages: dict[URL | None, HistoryPage]
) -> None:
    """Pages that lead to themselves or repeat events end the list."""

    async def read(_session: Any, _device: str, page: Any, **_: Any) -> HistoryPage:
        return pages[page]

    monkeypatch.setattr(history_list, "read_page", read)
    events = HistoryList(None, "garden")  # type: ignore[arg-type]
    for _ in range(2):
        now = dt_util.utcnow()
        await events.async_cover(now - timedelta(days=1), now)
        assert [event.event_id for event in events.events] == ["a", "b"]


async def test_limit_of_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    numbers = iter(range(10))

    async def read(*_args: Any, **_options: Any) -> HistoryPage:
        number = next(numbers)
        return page(str(number), to=f"/{number}")

    monkeypatch.setattr(history_list, "read_page", read)
    monkeypatch.setattr(history_list, "MAX_PAGES", 3)
    events = HistoryList(None, "garden")  # type: ignore[arg-type]
    now = dt_util.utcnow()
    await events.async_cover(now - timedelta(days=1), now)
    assert len(events.events) == 4
