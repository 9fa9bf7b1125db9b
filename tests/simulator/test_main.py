"""Tests of the command ``python -m ring_simulator``."""

import asyncio
from pathlib import Path
import signal
import socket
import sys

from aiohttp import ClientSession
import pytest
from yarl import URL

from ring_simulator import Simulator
from ring_simulator.__main__ import main, parse_arguments, serve

ROOT = Path(__file__).parents[2]


def test_default_arguments(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SIMULATOR_PORT", raising=False)
    args = parse_arguments([])
    assert (args.host, args.port, args.playground_token) == ("127.0.0.1", 8125, None)
    monkeypatch.setenv("SIMULATOR_PORT", "9000")
    assert parse_arguments([]).port == 9000
    assert parse_arguments(["--port", "0"]).port == 0


async def test_serve_until_stopped(
    socket_enabled: None, capsys: pytest.CaptureFixture[str]
) -> None:
    stop = asyncio.Event()
    stop.set()
    await serve(Simulator(), "127.0.0.1", 0, "token", stop)

    url, token = capsys.readouterr().out.splitlines()
    assert url.startswith("Ring simulator: http://127.0.0.1:")
    assert url.endswith("/_simulator")
    assert token == "Playground token: token"


async def test_pre_signed_urls_have_the_same_host(
    socket_enabled: None, capsys: pytest.CaptureFixture[str]
) -> None:
    simulator = Simulator()
    stop = asyncio.Event()
    stop.set()
    await serve(simulator, "127.0.0.2", 0, "token", stop)

    url = URL(capsys.readouterr().out.split()[2])
    download_url = URL(simulator.downloads.base_url)
    assert download_url.host == url.host == "127.0.0.2"
    assert download_url.port != url.port


def test_port_in_use(socket_enabled: None, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        assert main(["--port", str(port)]) == 1
    assert f"Can't listen on 127.0.0.1:{port}" in capsys.readouterr().err


@pytest.mark.parametrize("signum", [signal.SIGTERM, signal.SIGINT])
async def test_command(socket_enabled: None, signum: int) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "ring_simulator", "--port", "0", "--playground-token", "demo"),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    line = (await process.stdout.readline()).decode()
    url = line.removeprefix("Ring simulator: ").strip().removesuffix("/_simulator")
    headers = {"Authorization": "Bearer demo"}
    async with (
        ClientSession(url, headers=headers) as session,
        session.get("/v1/devices") as response,
    ):
        assert response.status == 200

    process.send_signal(signum)
    _, errors = await process.communicate()

    assert (process.returncode, errors) == (0, b"")
