"""Adds and removes Ring accounts in Home Assistant, without a browser."""

from typing import Any

import aiohttp

from .api import HomeAssistantApi
from .const import DOMAIN
from .errors import HarnessError
from .simulator import RealSimulator
from .wait import wait_until


async def add_playground_account(
    api: HomeAssistantApi, simulator: RealSimulator
) -> str:
    """Add the simulator's account with a new Playground token.

    Returns:
        ID of the config entry.

    Raises:
        HarnessError: The config flow did not create an entry.
    """
    token = await simulator.issue_playground_token()
    entry = await api.add_integration(
        DOMAIN,
        {
            "user": {"next_step_id": "playground"},
            "playground": {"access_token": token},
        },
    )
    return str(entry["entry_id"])


async def add_linked_account(api: HomeAssistantApi, simulator: RealSimulator) -> str:
    """Link the simulator's account with the Ring app in the developer console.

    Returns:
        ID of the config entry.

    Raises:
        HarnessError: The config flow did not create an entry.
    """
    await add_application_credentials(api, simulator)
    app = await simulator.app()
    step = await api.start_flow(DOMAIN)
    step = await api.submit_step(step, {"next_step_id": "link"})
    if step.get("step_id") == "hmac_key":
        step = await api.submit_step(step, {"hmac_key": app["hmac_key"]})
    _require(step, "public_urls")
    urls = {field["name"]: field.get("default") for field in step["data_schema"]}
    await simulator.change_app(
        token_exchange_url=urls["token_exchange_url"],
        account_link_url=urls["account_link_url"],
        webhook_url=urls["webhook_url"],
    )
    step = await api.submit_step(step, {})
    await _open_account_link_page(await simulator.install_app())

    async def step_after_progress() -> dict[str, Any] | None:
        current = await api.current_step(step)
        return None if current["type"] == "progress" else current

    step = await wait_until(step_after_progress, "Home Assistant receives the account")
    _require(step, "confirm")
    step = await api.submit_step(step, {})
    if step["type"] != "create_entry":
        raise HarnessError(f"The account was not added: {step}")
    return str(step["result"]["entry_id"])


async def add_application_credentials(
    api: HomeAssistantApi, simulator: RealSimulator
) -> None:
    """Add the Ring app's client ID and client secret as application credentials."""
    app = await simulator.app()
    existing = await api.websocket_command("application_credentials/list")
    if any(credential["client_id"] == app["client_id"] for credential in existing):
        return
    await api.websocket_command(
        "application_credentials/create",
        domain=DOMAIN,
        client_id=app["client_id"],
        client_secret=app["client_secret"],
        name=app["name"],
    )


async def remove_accounts(api: HomeAssistantApi) -> None:
    """Remove all Ring accounts and all application credentials."""
    for entry in await api.config_entries(DOMAIN):
        await api.remove_entry(entry["entry_id"])
    for credential in await api.websocket_command("application_credentials/list"):
        await api.websocket_command(
            "application_credentials/delete",
            application_credentials_id=credential["id"],
        )


async def _open_account_link_page(url: str) -> None:
    """Request the page that Ring redirects the browser to."""
    async with aiohttp.ClientSession() as session, session.get(url) as page:
        if page.status != 200:
            raise HarnessError(
                f"The Account Link URL answered with status {page.status}"
            )


def _require(step: dict[str, Any], step_id: str) -> None:
    if step.get("step_id") != step_id or step.get("errors"):
        raise HarnessError(f"The config flow is not at step {step_id}: {step}")
