"""Tests of the forms of the answer of a live view."""

import re
from typing import Any

import pytest

from ring_simulator import SimDevice, Simulator

from .helpers import HttpClient
from .live_viewer import Viewer, start_live_view


@pytest.fixture
def device(simulator: Simulator) -> SimDevice:
    """Return a camera whose live view does not end during the test."""
    simulator.settings.live_view_scale = 0
    return simulator.device("Garden")


async def answer_sections(
    client: HttpClient, device: SimDevice, viewer: Viewer
) -> list[str]:
    """Return the media sections of the answer, which is well-formed."""
    response = await start_live_view(client, device, await viewer.offer())
    assert response.status == 201
    answer = await response.text()
    assert answer.endswith("\r\n")
    assert "\n" not in answer.replace("\r\n", "")
    session, *sections = re.split(r"(?m)^(?=m=)", answer)
    assert session.startswith("v=0\r\n")
    (bundle,) = re.findall(r"(?m)^a=group:BUNDLE (.*?)\r$", session)
    mids = [re.findall(r"(?m)^a=mid:(\S+)", section) for section in sections]
    assert sorted([mid] for mid in bundle.split()) == sorted(mids)
    return sections


def kinds(sections: list[str]) -> list[str]:
    return [section.split()[0].removeprefix("m=") for section in sections]


@pytest.mark.parametrize("direction", ["sendonly", "sendrecv", "recvonly"])
async def test_direction(
    simulator: Simulator,
    api_client: HttpClient,
    device: SimDevice,
    viewer: Viewer,
    direction: Any,
) -> None:
    simulator.settings.live_answer_direction = direction
    sections = await answer_sections(api_client, device, viewer)
    assert kinds(sections) == ["audio", "video"]
    for section in sections:
        found = re.findall(r"(?m)^a=(sendonly|sendrecv|recvonly|inactive)", section)
        assert found == [direction]


async def test_without_audio(
    simulator: Simulator, api_client: HttpClient, device: SimDevice, viewer: Viewer
) -> None:
    simulator.settings.live_answer_audio = "missing"
    (section,) = await answer_sections(api_client, device, viewer)
    assert kinds([section]) == ["video"]
    # all that a viewer needs to connect is in the section that is left
    for attribute in ("candidate", "ice-ufrag", "ice-pwd", "fingerprint"):
        assert f"a={attribute}:" in section


async def test_reversed_order(
    simulator: Simulator, api_client: HttpClient, device: SimDevice, viewer: Viewer
) -> None:
    simulator.settings.live_answer_order = "reversed"
    sections = await answer_sections(api_client, device, viewer)
    assert kinds(sections) == ["video", "audio"]
