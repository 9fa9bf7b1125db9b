"""Tests of the access check of the control API."""

import pytest

from ring_simulator import Simulator

from .helpers import HttpClient, call_control


@pytest.mark.parametrize(
    ("host", "allowed"),
    [
        ("localhost:8125", True),
        ("127.0.0.1", True),
        ("127.8.9.1:1", True),
        ("[::1]:8125", True),
        ("evil.example", False),
        ("127.0.0.1.evil.example", False),
        ("10.0.0.1", False),
        ("localhost.evil.example", False),
        ("[", False),
    ],
)
async def test_host_must_be_this_machine(
    http_client: HttpClient, host: str, *, allowed: bool
) -> None:
    status, _ = await call_control(http_client, "GET", "/state", headers={"Host": host})
    assert status == (200 if allowed else 403)


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "null", "https://127.0.0.1:{port}"]
)
async def test_other_origins_are_refused(
    simulator: Simulator, http_client: HttpClient, origin: str
) -> None:
    headers = {"Origin": origin.format(port=http_client.port)}
    status, _ = await call_control(
        http_client, "POST", "/tokens/playground", headers=headers
    )
    assert status == 403
    assert simulator.tokens.all() == []


async def test_origin_of_panel_is_allowed(
    simulator: Simulator, http_client: HttpClient
) -> None:
    headers = {"Origin": f"http://127.0.0.1:{http_client.port}"}
    status, _ = await call_control(
        http_client, "POST", "/tokens/playground", headers=headers
    )
    assert status == 201
