"""Session descriptions (SDP) of a real browser and a real peer, and their parts."""

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
import re
from typing import Final

import pytest

from custom_components.ring_partner.api import RingError
from custom_components.ring_partner.api.sdp import IceCandidate, SdpError, SdpProblem

DIRECTIONS: Final = ("sendrecv", "sendonly", "recvonly", "inactive")


def _fixture(name: str) -> str:
    text = (Path(__file__).parent / "fixtures" / name).read_text()
    return text.replace("\n", "\r\n")


CHROMIUM_OFFER: Final = _fixture("chromium_offer.sdp")
"""Offer of Chromium 156 for the transceivers of Home Assistant's frontend."""

CHROMIUM_OFFER_DATA_CHANNEL: Final = _fixture("chromium_offer_data_channel.sdp")
"""The same with a microphone and a data channel."""

AIORTC_ANSWER: Final = _fixture("aiortc_answer.sdp")
"""Answer of aiortc 1.16 to `CHROMIUM_OFFER`, with H.264 only."""

CHROMIUM_CANDIDATES: Final = tuple(
    IceCandidate(
        f"candidate:{foundation} 1 udp {priority} {name}.local {port} typ host"
        " generation 0 ufrag 5nO+ network-cost 999",
        mid,
        int(mid),
    )
    for mid, foundation, priority, name, port in (
        ("0", 1904515419, 2113937151, "463637d1-a2d6-4a2b-8e72-fdd910c7b617", 35132),
        ("0", 1995896299, 2113942271, "1c214939-45d3-4f64-b65d-2f2495798f29", 59288),
        ("1", 1904515419, 2113937151, "463637d1-a2d6-4a2b-8e72-fdd910c7b617", 39211),
        ("1", 1995896299, 2113942271, "1c214939-45d3-4f64-b65d-2f2495798f29", 37573),
    )
)
"""The candidates that Chromium sent after `CHROMIUM_OFFER`."""

HEADER = "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n"
AUDIO = "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:0\r\na=rtpmap:111 opus/48000/2\r\n"
VIDEO = "m=video 9 UDP/TLS/RTP/SAVPF 102\r\na=mid:1\r\na=rtpmap:102 H264/90000\r\n"
RECVONLY = "a=recvonly\r\n"
OFFER = HEADER + "a=group:BUNDLE 0 1\r\n" + AUDIO + RECVONLY + VIDEO + RECVONLY
ANSWER = OFFER.replace("recvonly", "sendonly")
UNBUNDLED_OFFER = OFFER.replace("a=group:BUNDLE 0 1\r\n", "")


def parts(description: str) -> tuple[list[str], list[list[str]]]:
    """Return the lines of the session and those of each section.

    Checks that all lines end with CRLF.
    """
    assert description.endswith("\r\n")
    lines = description.removesuffix("\r\n").split("\r\n")
    assert not [line for line in lines if "\n" in line or "\r" in line]
    starts = [index for index, line in enumerate(lines) if line.startswith("m=")]
    session, *found = [
        lines[start:end] for start, end in pairwise([0, *starts, len(lines)])
    ]
    return session, found


def sections(description: str) -> list[list[str]]:
    """Return the lines of each section."""
    return parts(description)[1]


def join(session: list[str], *found: list[str]) -> str:
    """Return the description with these sections."""
    return "".join(f"{line}\r\n" for lines in (session, *found) for line in lines)


def values(lines: list[str], name: str) -> list[str]:
    """Return the values of an attribute."""
    return [
        line.removeprefix(f"a={name}").removeprefix(":")
        for line in lines
        if re.fullmatch(rf"a={name}(:.*)?", line)
    ]


def directions(description: str) -> list[list[str]]:
    """Return the directions of each section."""
    return [
        [line[2:] for line in lines if line[2:] in DIRECTIONS]
        for lines in sections(description)
    ]


def candidates(lines: list[str]) -> list[tuple[str, str]]:
    """Return address and port of the candidates of a section."""
    fields = [value.split() for value in values(lines, "candidate")]
    return [(found[4], found[5]) for found in fields]


def problem_of(call: Callable[[], str]) -> SdpProblem:
    """Return why a description can't be completed."""
    with pytest.raises(SdpError) as caught:
        call()
    assert isinstance(caught.value, RingError)
    assert str(caught.value)
    return caught.value.problem
