"""The simulator's account, added to Home Assistant without a browser."""

from .api import HomeAssistantApi
from .checkout import DOMAIN
from .simulator import RealSimulator


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
