"""The simulator's account, added to Home Assistant without a browser."""

from typing import Any

import aiohttp

from .api import HomeAssistantApi
from .checkout import DOMAIN
from .errors import HarnessError
from .simulator import RealSimulator
from .waiting import eventually


async def add_playground_account(
    api: HomeAssistantApi, simulator: RealSimulator
) -> str:
    """Add the account with a new Playground token and return its entry's id.

    Raises:
        HarnessError: The flow took another course.
    """
    token = await simulator.issue_playground_token()
    entry = await api.configure(
        DOMAIN,
        {
            "user": {"next_step_id": "playground"},
            "playground": {"access_token": token},
        },
    )
    return str(entry["entry_id"])


async def add_linked_account(api: HomeAssistantApi, simulator: RealSimulator) -> str:
    """Link the account with the console's app and return its entry's id.

    Raises:
        HarnessError: The flow took another course.
    """
    await add_credentials(api, simulator)
    app = await simulator.app()
    step = await api.start_flow(DOMAIN)
    step = await api.answer_flow(step, {"next_step_id": "link"})
    if step.get("step_id") == "hmac_key":
        step = await api.answer_flow(step, {"hmac_key": app["hmac_key"]})
    _require(step, "addresses")
    shown = step["description_placeholders"]
    await simulator.change_app(
        token_exchange_url=shown["token_exchange_url"],
        account_link_url=shown["account_link_url"],
        webhook_url=shown["webhook_url"],
    )
    step = await api.answer_flow(step, {})
    await _open(await simulator.install())

    async def arrived() -> dict[str, Any] | None:
        shown = await api.shown_step(step)
        return None if shown["type"] == "progress" else shown

    step = await eventually(arrived, "The account arrives")
    _require(step, "confirm")
    step = await api.answer_flow(step, {})
    if step["type"] != "create_entry":
        raise HarnessError(f"The account was not added: {step}")
    return str(step["result"]["entry_id"])


async def add_credentials(api: HomeAssistantApi, simulator: RealSimulator) -> None:
    """Give Home Assistant the client id and the secret of the console's app."""
    app = await simulator.app()
    known = await api.command("application_credentials/list")
    if any(credential["client_id"] == app["client_id"] for credential in known):
        return
    await api.command(
        "application_credentials/create",
        domain=DOMAIN,
        client_id=app["client_id"],
        client_secret=app["client_secret"],
        name=app["name"],
    )


async def remove_accounts(api: HomeAssistantApi) -> None:
    """Remove all accounts, and the credentials that they were linked with."""
    for entry in await api.entries(DOMAIN):
        await api.delete(f"config/config_entries/entry/{entry['entry_id']}")
    for credential in await api.command("application_credentials/list"):
        await api.command(
            "application_credentials/delete",
            application_credentials_id=credential["id"],
        )


async def _open(url: str) -> None:
    """Open a page as a browser does, and look at nothing but whether it is there."""
    async with aiohttp.ClientSession() as session, session.get(url) as page:
        if page.status != 200:
            raise HarnessError(f"The account link's page answered {page.status}")


def _require(step: dict[str, Any], step_id: str) -> None:
    if step.get("step_id") != step_id or step.get("errors"):
        raise HarnessError(f"The flow is not at {step_id}: {step}")
