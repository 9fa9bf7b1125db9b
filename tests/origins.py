"""Checks where requests go: to Ring only, and the access token to Ring's API only."""

from collections.abc import Callable, Container
from typing import Any

from aiohttp import BaseConnector, ClientRequest, hdrs
import pytest
from yarl import URL

from .secrets import Leaks


def watch_requests(
    monkeypatch: pytest.MonkeyPatch,
    connector: BaseConnector | type[BaseConnector],
    leaks: Leaks,
    api: Callable[[], URL],
    presigned: Callable[[], URL],
    others: Container[URL] = (),
) -> None:
    """Look at each request that a connector sends, and after a redirect once more.

    Args:
        monkeypatch: Ends it after the test.
        connector: A connector, or a class for all of its connectors.
        leaks: Told what is wrong. URLs must not have secrets, except those of
            `presigned`.
        api: Returns the origin of Ring's API and of the token endpoint.
        presigned: Returns the origin of pre-signed URLs.
        others: Origins that requests may go to for other reasons.
    """
    # It is called with or without the connector itself.
    connect: Any = connector.connect

    def look_at(request: ClientRequest) -> None:
        origin = request.url.origin()
        if origin != api().origin() and hdrs.AUTHORIZATION in request.headers:
            leaks.add_problem(f"A request to {origin} has an Authorization header")
        if origin == presigned().origin():
            return
        leaks.look_at(f"the URL of a request to {origin}", request.url)
        if origin != api().origin() and origin not in others:
            leaks.add_problem(f"A request went to {origin}, which is not Ring's")

    async def look_at_and_connect(*args: Any, **options: Any) -> Any:
        look_at(next(found for found in args if isinstance(found, ClientRequest)))
        return await connect(*args, **options)

    monkeypatch.setattr(connector, "connect", look_at_and_connect)
