"""Where Ring's documentation and Ring's answers disagree, or nobody knows."""

from dataclasses import dataclass, fields
from typing import Literal


@dataclass(slots=True)
class Behaviour:
    """Switches between the known variants; the defaults are what was observed live.

    Attributes:
        access_token_lifetime: Seconds; ``expires_in`` of every issued pair.
        refusal_status: 400, 401 or 403 for a code or refresh token that is refused.
        refusal_body: ``json`` as RFC 6749 has it, or the ``html`` of a proxy.
        unauthorized_body: Body of a 401 of the API: ``empty`` (observed) or the
            documented ``json``.
        device_page_size: Devices a page, or none for one single page (observed).
    """

    access_token_lifetime: int = 14_400
    refusal_status: int = 401
    refusal_body: Literal["json", "html"] = "json"
    unauthorized_body: Literal["empty", "json"] = "empty"
    device_page_size: int | None = None

    def reset(self) -> None:
        """Go back to the defaults."""
        for field in fields(self):
            setattr(self, field.name, field.default)
