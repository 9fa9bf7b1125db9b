"""Client of Home Assistant's REST and WebSocket APIs."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp

from .errors import HarnessError

_ENTRY = "config/config_entries/entry"
_FLOW = "config/config_entries/flow"


@dataclass(frozen=True, slots=True)
class Login:
    """Username and password of Home Assistant's first user."""

    username: str
    password: str


@dataclass(frozen=True, slots=True)
class State:
    """State of an entity."""

    entity_id: str
    state: str
    attributes: dict[str, Any]

    @property
    def available(self) -> bool:
        """Whether the state is not ``unavailable``."""
        return self.state != "unavailable"


class HomeAssistantApi:
    """Client that is logged in as Home Assistant's first user.

    Every method raises HarnessError when Home Assistant refuses the request, and
    aiohttp.ClientError when Home Assistant cannot be reached.

    Attributes:
        url: URL of Home Assistant, without a slash at the end.
        login: Username and password of the first user.
        client_id: OAuth client ID that the tokens are issued to.
        tokens: Response of Home Assistant's token endpoint.
    """

    def __init__(self, session: aiohttp.ClientSession, url: str, login: Login) -> None:
        """Prepare a client.

        Args:
            session: HTTP session.
            url: URL of Home Assistant, without a slash at the end.
            login: Username and password of the first user.
        """
        self.url = url
        self.login = login
        self.client_id = f"{url}/"
        self.tokens: dict[str, Any] = {}
        self._session = session

    async def is_reachable(self) -> bool:
        """Return whether Home Assistant accepts logins."""
        try:
            async with self._session.get(f"{self.url}/manifest.json") as response:
                return response.status == 200
        except aiohttp.ClientError:
            return False

    async def log_in(self) -> None:
        """Log in, and create the user if there is none."""
        steps = await self._json("GET", "/api/onboarding", missing=[])
        if all(step["done"] for step in steps):
            code = await self._log_in_user()
        else:
            code = await self._create_user()
        self.tokens = await self._json(
            "POST",
            "/auth/token",
            form={
                "grant_type": "authorization_code",
                "client_id": self.client_id,
                "code": code,
            },
        )

    async def get(self, path: str) -> Any:
        """Return the response to a GET request below ``/api/``."""
        return await self._json("GET", f"/api/{path}")

    async def post(self, path: str, body: Mapping[str, Any]) -> Any:
        """Return the response to a POST request below ``/api/``."""
        return await self._json("POST", f"/api/{path}", body=body)

    async def delete(self, path: str) -> Any:
        """Return the response to a DELETE request below ``/api/``."""
        return await self._json("DELETE", f"/api/{path}")

    async def websocket_command(self, command: str, **fields: Any) -> Any:
        """Return the result of a WebSocket command."""
        async with self._session.ws_connect(f"{self.url}/api/websocket") as socket:
            await socket.receive_json()
            token = self.tokens["access_token"]
            await socket.send_json({"type": "auth", "access_token": token})
            answer = await socket.receive_json()
            if answer["type"] != "auth_ok":
                raise HarnessError(f"WebSocket: {answer.get('message')}")
            await socket.send_json({"id": 1, "type": command, **fields})
            answer = await socket.receive_json()
        if not answer.get("success"):
            raise HarnessError(f"{command}: {answer.get('error', answer)}")
        return answer["result"]

    async def is_running(self) -> bool:
        """Return whether Home Assistant has started completely."""
        return bool((await self.get("config"))["state"] == "RUNNING")

    async def states(self) -> dict[str, State]:
        """Return the states of all entities by entity ID."""
        return {
            item["entity_id"]: State(
                item["entity_id"], item["state"], item["attributes"]
            )
            for item in await self.get("states")
        }

    async def perform_action(self, action: str, **data: Any) -> None:
        """Perform an action, such as ``homeassistant.update_entity``."""
        await self.post(f"services/{action.replace('.', '/', 1)}", data)

    async def config_entries(self, domain: str) -> list[dict[str, Any]]:
        """Return the config entries of an integration."""
        entries: list[dict[str, Any]] = await self.get(f"{_ENTRY}?domain={domain}")
        return entries

    async def reload_entry(self, entry_id: str) -> None:
        """Reload a config entry."""
        await self.post(f"{_ENTRY}/{entry_id}/reload", {})

    async def remove_entry(self, entry_id: str) -> None:
        """Remove a config entry."""
        await self.delete(f"{_ENTRY}/{entry_id}")

    async def add_integration(
        self, domain: str, user_input: Mapping[str, Mapping[str, Any]]
    ) -> dict[str, Any]:
        """Add an integration and return its config entry.

        Args:
            domain: Domain of the integration.
            user_input: What to submit, by step ID of the config flow. For a menu it is
                ``{"next_step_id": …}``.
        """
        result = await self.start_flow(domain)
        while result["type"] in ("form", "menu"):
            step = result["step_id"]
            if step not in user_input or result.get("errors"):
                raise HarnessError(f"{domain}: stuck at {step}: {result.get('errors')}")
            result = await self.submit_step(result, user_input[step])
        if result["type"] != "create_entry":
            raise HarnessError(f"{domain}: {result['type']}: {result.get('reason')}")
        entry: dict[str, Any] = result["result"]
        return entry

    async def start_flow(self, domain: str) -> dict[str, Any]:
        """Start a config flow and return its first step."""
        step: dict[str, Any] = await self.post(_FLOW, {"handler": domain})
        return step

    async def submit_step(
        self, step: Mapping[str, Any], user_input: Mapping[str, Any]
    ) -> dict[str, Any]:
        """Submit a step of a config flow and return the next step."""
        next_step: dict[str, Any] = await self.post(
            f"{_FLOW}/{step['flow_id']}", user_input
        )
        return next_step

    async def current_step(self, step: Mapping[str, Any]) -> dict[str, Any]:
        """Return the current step of the config flow that a step belongs to."""
        current: dict[str, Any] = await self.get(f"{_FLOW}/{step['flow_id']}")
        return current

    async def _create_user(self) -> str:
        answer = await self._json(
            "POST",
            "/api/onboarding/users",
            body={
                "client_id": self.client_id,
                "name": self.login.username.title(),
                "username": self.login.username,
                "password": self.login.password,
                "language": "en",
            },
        )
        return str(answer["auth_code"])

    async def _log_in_user(self) -> str:
        flow = await self._json(
            "POST",
            "/auth/login_flow",
            body={
                "client_id": self.client_id,
                "handler": ["homeassistant", None],
                "redirect_uri": self.client_id,
            },
        )
        answer = await self._json(
            "POST",
            f"/auth/login_flow/{flow['flow_id']}",
            body={
                "client_id": self.client_id,
                "username": self.login.username,
                "password": self.login.password,
            },
        )
        if answer["type"] != "create_entry":
            raise HarnessError(f"Home Assistant refused the login: {answer['errors']}")
        return str(answer["result"])

    async def _json(
        self,
        method: str,
        path: str,
        *,
        body: Mapping[str, Any] | None = None,
        form: Mapping[str, str] | None = None,
        missing: Any = None,
    ) -> Any:
        headers = {}
        if self.tokens and path.startswith("/api/"):
            headers["Authorization"] = f"Bearer {self.tokens['access_token']}"
        async with self._session.request(
            method, f"{self.url}{path}", json=body, data=form, headers=headers
        ) as response:
            if response.status == 404 and missing is not None:
                return missing
            if response.status >= 400:
                raise HarnessError(
                    f"{method} {path}: {response.status} {await response.text()}"
                )
            return await response.json()
