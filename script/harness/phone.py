"""A phone with Home Assistant's app, as far as being notified goes."""

from typing import Any, override

from aiohttp import web

from .ports import HOST
from .running import Running


class Phone(Running):
    """Receives what Home Assistant pushes to its app.

    Attributes:
        name: What its owner calls it.
        pushed: What has arrived: ``title``, ``message`` and, if there is any, ``data``.
    """

    def __init__(self, name: str) -> None:
        """Prepare a phone of this name."""
        self.name = name
        self.pushed: list[dict[str, Any]] = []
        app = web.Application()
        app.router.add_post("/push", self._take)
        # aiohttp's access log does not understand a frozen clock.
        self._runner = web.AppRunner(app, access_log=None)

    @property
    def registration(self) -> dict[str, Any]:
        """What its app tells Home Assistant of itself; only after the start."""
        port = self._runner.addresses[0][1]
        return {
            "app_id": "io.homeassistant.companion.android",
            "app_name": "Home Assistant",
            "app_version": "2026.11.1",
            "app_data": {
                "push_token": "token",
                "push_url": f"http://{HOST}:{port}/push",
            },
            "device_id": self.name,
            "device_name": self.name,
            "manufacturer": "Fairphone",
            "model": "5",
            "os_name": "Android",
            "os_version": "15",
            "supports_encryption": False,
        }

    @override
    async def start(self) -> None:
        """Begin to receive."""
        await self._runner.setup()
        await web.TCPSite(self._runner, HOST, 0).start()

    @override
    async def stop(self) -> None:
        """Receive nothing any more."""
        await self._runner.cleanup()

    async def _take(self, request: web.Request) -> web.Response:
        self.pushed.append(await request.json())
        return web.json_response({}, status=201)
