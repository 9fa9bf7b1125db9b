"""Browses, searches and plays recordings as Home Assistant's frontend does."""

from typing import Any

from aiohttp import ClientResponse
from aiohttp.test_utils import TestClient
from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import (
    ClientSessionGenerator,
    MockHAClientWebSocket,
    WebSocketGenerator,
)

from custom_components.ring_partner.const import DOMAIN
from custom_components.ring_partner.media.picture_files import media_folder
from ring_simulator import Fault, SimDevice, Simulator
from ring_simulator.history import EventType, HistoryEvent

ROOT = f"media-source://{DOMAIN}"
HISTORY = "/v1/history/*"
CLIPS = "*/media/video/download"
PICTURES = "*/media/image/download"

type Node = dict[str, Any]


class MediaBrowserDriver:
    """The media browser of a user."""

    def __init__(
        self, hass: HomeAssistant, simulator: Simulator, entry: MockConfigEntry
    ) -> None:
        self.hass = hass
        self.simulator = simulator
        self.entry = entry
        self._websocket: MockHAClientWebSocket
        self.client: TestClient[Any, Any]

    async def connect(
        self,
        hass_ws_client: WebSocketGenerator,
        hass_client: ClientSessionGenerator,
        access_token: str | None = None,
    ) -> None:
        """Sign in to Home Assistant, by default as an administrator."""
        tokens = () if access_token is None else (access_token,)
        self._websocket = await hass_ws_client(self.hass, *tokens)
        self.client = await hass_client(*tokens)

    def device(self, name: str) -> SimDevice:
        """Return a simulated device."""
        return self.simulator.device(name)

    def record(
        self, name: str, ago: float, type_: EventType = "motion", **details: Any
    ) -> HistoryEvent:
        """Add a recording that began some seconds ago."""
        start = self.simulator.clock() - ago
        return self.simulator.history.add(
            self.device(name), type_, start=start, **details
        )

    def fail(self, path: str, status: int = 500) -> None:
        """Let Ring fail."""
        self.simulator.faults.add(Fault(status=status, path=path))

    async def browse(self, media_content_id: str = ROOT) -> Node:
        """Return a folder with its content, or a recording."""
        return await self._result("browse_media", media_content_id)

    async def open(self, *titles: str) -> Node:
        """Return a folder; `titles` lead to it from the top."""
        node = await self.browse()
        for title in titles:
            node = await self.browse(child(node, title)["media_content_id"])
        return node

    async def browse_error(self, media_content_id: str) -> str:
        """Return the sentence for what cannot be browsed."""
        return await self._error("browse_media", media_content_id)

    async def search(self, words: str, node: Node | None = None, **query: Any) -> Node:
        """Search in a folder."""
        media_content_id = node["media_content_id"] if node else ROOT
        return await self._result(
            "search_media", media_content_id, search_query=words, **query
        )

    async def search_error(self, media_content_id: str) -> str:
        """Return the sentence for what cannot be searched."""
        return await self._error("search_media", media_content_id, search_query="x")

    async def resolve(self, media_content_id: str) -> str:
        """Return the signed path of a recording."""
        result = await self._result("resolve_media", media_content_id)
        assert result["mime_type"] == "video/mp4"
        url: str = result["url"]
        return url

    async def resolve_error(self, media_content_id: str) -> str:
        """Return the sentence for what cannot be played."""
        return await self._error("resolve_media", media_content_id)

    async def get(
        self, url: str, headers: dict[str, str] | None = None
    ) -> ClientResponse:
        """Request something of Home Assistant."""
        response: ClientResponse = await self.client.get(url, headers=headers)
        return response

    @property
    def files(self) -> list[str]:
        """Return the suffixes of all clips and pictures on disk."""
        folder = media_folder(self.hass, self.entry.entry_id) / "clips"
        return sorted(path.suffix for path in folder.rglob("*") if path.is_file())

    def request_count(self, end_of_path: str) -> int:
        """Return how often something was requested from Ring."""
        return sum(
            record.path.endswith(end_of_path.removeprefix("*"))
            for record in self.simulator.requests
        )

    async def _send(self, command: str, media_content_id: str, **data: Any) -> Node:
        await self._websocket.send_json_auto_id(
            {
                "type": f"media_source/{command}",
                "media_content_id": media_content_id,
                **data,
            }
        )
        response: Node = await self._websocket.receive_json()
        return response

    async def _result(self, command: str, media_content_id: str, **data: Any) -> Node:
        response = await self._send(command, media_content_id, **data)
        assert response["success"], response["error"]
        result: Node = response["result"]
        return result

    async def _error(self, command: str, media_content_id: str, **data: Any) -> str:
        response = await self._send(command, media_content_id, **data)
        assert not response["success"], response["result"]
        assert response["error"]["code"] == f"{command}_failed"
        message: str = response["error"]["message"]
        return message


def child(node: Node, title: str) -> Node:
    """Return what is in a folder under a title."""
    (found,) = [each for each in node["children"] if each["title"] == title]
    return found


def titles(node: Node) -> list[str]:
    """Return the titles of what is in a folder, or was found."""
    children = node["result"] if "result" in node else node["children"]
    return [each["title"] for each in children]
