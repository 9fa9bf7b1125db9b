"""A fake phone with Home Assistant's mobile app, for notifications."""

from typing import Any, override

from aiohttp import web

from .ports import HOST
from .startable import Startable


class Phone(Startable):
    """Receives the push notifications that Home Assistant sends to its mobile app.

    Attributes:
        name: Name of the phone.
        notifications: Received notifications, each with ``title``, ``message`` and
            optionally ``data``.
    """

    def __init__(self, name: str) -> None:
        """Prepare a phone with this name."""
        self.name = name
        self.notifications: list[dict[str, Any]] = []
        app = web.Application()
        app.router.add_post("/push", self._receive)
        # aiohttp's access log fails while tests freeze the time.
        self._runner = web.AppRunner(app, access_log=None)

    @property
    def registration(self) -> dict[str, Any]:
        """Registration for the integration `mobile_app`; only after the start."""
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
        """Start to receive notifications."""
        await self._runner.setup()
        await web.TCPSite(self._runner, HOST, 0).start()

    @override
    async def stop(self) -> None:
        """Stop to receive notifications."""
        await self._runner.cleanup()

    async def _receive(self, request: web.Request) -> web.Response:
        self.notifications.append(await request.json())
        return web.json_response({}, status=201)
