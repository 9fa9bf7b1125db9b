"""A signed-in client of a real Home Assistant's REST and WebSocket interfaces."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp

from .errors import HarnessError

_FLOW = "config/config_entries/flow"


@dataclass(frozen=True, slots=True)
class Login:
    """The first user."""

    username: str
    password: str


@dataclass(frozen=True, slots=True)
class State:
    """What an entity shows."""

    entity_id: str
    state: str
    attributes: dict[str, Any]

    @property
    def available(self) -> bool:
        """Whether the entity can tell or do anything."""
        return self.state != "unavailable"


class HomeAssistantApi:
    """Talks to Home Assistant as the first user.

    Every method raises HarnessError when Home Assistant refuses, and
    aiohttp.ClientError when it can't be reached.
    """

    def __init__(self, session: aiohttp.ClientSession, url: str, login: Login) -> None:
        """Talk to the Home Assistant at this address, without a slash at its end."""
        self.url = url
        self.login = login
        self.client_id = f"{url}/"
        self.tokens: dict[str, Any] = {}
        self._session = session

    async def answers(self) -> bool:
        """Return whether Home Assistant can be signed in to yet."""
        try:
            async with self._session.get(f"{self.url}/manifest.json") as response:
                return response.status == 200
        except aiohttp.ClientError:
            return False

    async def sign_in(self) -> None:
        """Sign in; the first time, make the user."""
        steps = await self._json("GET", "/api/onboarding", missing=[])
        if all(step["done"] for step in steps):
            code = await self._log_in()
        else:
            code = await self._make_user()
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
        """Return the answer of a GET below ``/api/``."""
        return await self._json("GET", f"/api/{path}")

    async def post(self, path: str, body: Mapping[str, Any]) -> Any:
        """Return the answer of a POST below ``/api/``."""
        return await self._json("POST", f"/api/{path}", body=body)

    async def delete(self, path: str) -> Any:
        """Return the answer of a DELETE below ``/api/``."""
        return await self._json("DELETE", f"/api/{path}")

    async def command(self, kind: str, **fields: Any) -> Any:
        """Return the result of one WebSocket command."""
        async with self._session.ws_connect(f"{self.url}/api/websocket") as socket:
            await socket.receive_json()
            token = self.tokens["access_token"]
            await socket.send_json({"type": "auth", "access_token": token})
            answer = await socket.receive_json()
            if answer["type"] != "auth_ok":
                raise HarnessError(f"WebSocket: {answer.get('message')}")
            await socket.send_json({"id": 1, "type": kind, **fields})
            answer = await socket.receive_json()
        if not answer.get("success"):
            raise HarnessError(f"{kind}: {answer.get('error', answer)}")
        return answer["result"]

    async def running(self) -> bool:
        """Return whether Home Assistant's start is complete."""
        return bool((await self.get("config"))["state"] == "RUNNING")

    async def states(self) -> dict[str, State]:
        """Return what all entities show, by their id."""
        return {
            item["entity_id"]: State(
                item["entity_id"], item["state"], item["attributes"]
            )
            for item in await self.get("states")
        }

    async def act(self, action: str, **data: Any) -> None:
        """Perform an action, such as ``homeassistant.update_entity``."""
        await self.post(f"services/{action.replace('.', '/', 1)}", data)

    async def entries(self, domain: str) -> list[dict[str, Any]]:
        """Return the configuration entries of an integration."""
        entries: list[dict[str, Any]] = await self.get(
            f"config/config_entries/entry?domain={domain}"
        )
        return entries

    async def configure(
        self, domain: str, answers: Mapping[str, Mapping[str, Any]]
    ) -> dict[str, Any]:
        """Add an integration and return its entry.

        Args:
            domain: The integration.
            answers: What to fill in, by the name of the flow's step. A menu's answer
                is ``{"next_step_id": …}``.
        """
        result = await self.start_flow(domain)
        while result["type"] in ("form", "menu"):
            step = result["step_id"]
            if step not in answers or result.get("errors"):
                raise HarnessError(f"{domain}: stuck at {step}: {result.get('errors')}")
            result = await self.answer_flow(result, answers[step])
        if result["type"] != "create_entry":
            raise HarnessError(f"{domain}: {result['type']}: {result.get('reason')}")
        entry: dict[str, Any] = result["result"]
        return entry

    async def start_flow(self, domain: str) -> dict[str, Any]:
        """Begin to add an integration and return the first step."""
        step: dict[str, Any] = await self.post(_FLOW, {"handler": domain})
        return step

    async def answer_flow(
        self, step: Mapping[str, Any], answer: Mapping[str, Any]
    ) -> dict[str, Any]:
        """Fill in a step of a flow and return the next one."""
        following: dict[str, Any] = await self.post(
            f"{_FLOW}/{step['flow_id']}", answer
        )
        return following

    async def shown_step(self, step: Mapping[str, Any]) -> dict[str, Any]:
        """Return the step that a flow has got to by itself."""
        shown: dict[str, Any] = await self.get(f"{_FLOW}/{step['flow_id']}")
        return shown

    async def _make_user(self) -> str:
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

    async def _log_in(self) -> str:
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
