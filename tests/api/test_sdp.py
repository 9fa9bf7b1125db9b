"""Properties of completed offers and answers, and a real peer that accepts them."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from hypothesis import given, strategies as st
import pytest

from custom_components.ring_partner.api.sdp import (
    IceCandidate,
    SdpError,
    SdpProblem,
    complete_answer,
    complete_offer,
)

from .session_descriptions import (
    AIORTC_ANSWER,
    ANSWER,
    CHROMIUM_OFFER,
    CHROMIUM_OFFER_DATA_CHANNEL,
    DIRECTIONS,
    OFFER,
    candidates,
    directions,
    parts,
    sections,
    values,
)

PROTOCOLS = {
    "audio": "UDP/TLS/RTP/SAVPF",
    "video": "UDP/TLS/RTP/SAVPF",
    "application": "UDP/DTLS/SCTP",
}
CODECS = {
    "audio": {"111": "opus/48000/2", "0": "PCMU/8000", "9": "G722/8000"},
    "video": {"96": "VP8/90000", "102": "H264/90000", "108": "H264/90000"},
    "application": {"webrtc-datachannel": ""},
}


ANSWERED_DIRECTIONS: dict[str, list[list[str]]] = {
    "audio": [["sendonly"], ["inactive"]],
    "video": [["sendonly"]],
    "application": [[]],
}


@dataclass(frozen=True)
class DescribedSection:
    """A section of a description."""

    kind: str
    mid: str | None
    direction: str | None
    formats: tuple[str, ...]
    port: str = "9"
    extra: tuple[str, ...] = ()

    @property
    def lines(self) -> list[str]:
        """Return its lines."""
        protocol, formats = PROTOCOLS[self.kind], " ".join(self.formats)
        found = [f"m={self.kind} {self.port} {protocol} {formats}", *self.extra]
        if self.mid is not None:
            found.append(f"a=mid:{self.mid}")
        if self.direction is not None:
            found.append(f"a={self.direction}")
        codecs = CODECS[self.kind]
        found += [
            f"a=rtpmap:{pt} {codecs[pt]}" for pt in self.formats if codecs.get(pt)
        ]
        return found


def described(
    bundle: list[str], found: list[DescribedSection], line_end: str = "\r\n"
) -> str:
    """Return a description with these sections."""
    lines = ["v=0", "o=- 1 1 IN IP4 0.0.0.0", "s=-", "t=0 0"]
    if bundle:
        lines.append(f"a=group:BUNDLE {' '.join(bundle)}")
    for section in found:
        lines += section.lines
    return "".join(f"{line}{line_end}" for line in lines)


MIDS = st.lists(
    st.text("abz019", min_size=1, max_size=3), min_size=3, max_size=3, unique=True
)


@st.composite
def sections_of_an_offer(draw: st.DrawFn) -> list[DescribedSection]:
    """Return one to three sections, one of which receives H.264 video."""
    kinds = draw(
        st.lists(
            st.sampled_from(["audio", "application"]), max_size=2, unique=True
        ).flatmap(lambda others: st.permutations(["video", *others]))
    )
    found = []
    for kind, mid in zip(kinds, draw(MIDS), strict=False):
        formats = draw(st.permutations(list(CODECS[kind])))
        if kind == "video":
            formats = [
                "102",
                *(pt for pt in formats if pt != "102" and draw(st.booleans())),
            ]
        direction = {
            "application": st.none(),
            "audio": st.sampled_from([None, *DIRECTIONS]),
            "video": st.sampled_from([None, "sendrecv", "recvonly"]),
        }[kind]
        found.append(DescribedSection(kind, mid, draw(direction), tuple(formats)))
    return found


def bundle_of(draw: st.DrawFn, found: list[DescribedSection]) -> list[str]:
    """Return the IDs of a bundle, empty for none."""
    mids = [section.mid for section in found if section.mid is not None]
    return draw(st.lists(st.sampled_from(mids), unique=True)) if mids else []


LINE_ENDS = st.sampled_from(["\r\n", "\n"])


@st.composite
def offers_with_candidates(
    draw: st.DrawFn,
) -> tuple[str, list[IceCandidate], set[tuple[str, str]]]:
    """Return an offer, the candidates after it, and all addresses with ports."""
    found = draw(sections_of_an_offer())
    trickled: list[IceCandidate] = []
    addresses = set()
    for number in range(draw(st.integers(0, 6))):
        address = (
            draw(st.sampled_from(["192.0.2.1", "abcd.local"])),
            str(5000 + number),
        )
        addresses.add(address)
        text = f"candidate:1 1 udp 2113937151 {' '.join(address)} typ host"
        index = draw(st.integers(0, len(found) - 1))
        section = found[index]
        where = draw(st.sampled_from(["in", "after", "both", "twice"]))
        if where in {"in", "both"}:
            found[index] = replace(section, extra=(*section.extra, f"a={text}"))
        if where != "in":
            mid, line_index = draw(
                st.sampled_from(
                    [(section.mid, index), (section.mid, None), (None, index)]
                )
            )
            prefix = draw(st.sampled_from(["", "a="]))
            found_after = IceCandidate(f"{prefix}{text} generation 0", mid, line_index)
            trickled += [found_after] * (2 if where == "twice" else 1)
    offer = described(bundle_of(draw, found), found, draw(LINE_ENDS))
    return offer, draw(st.permutations(trickled)), addresses


@given(offers_with_candidates())
def test_completed_offers(
    case: tuple[str, list[IceCandidate], set[tuple[str, str]]],
) -> None:
    offer, trickled, addresses = case
    completed = complete_offer(offer, trickled)
    before = sections(offer.replace("\r\n", "\n").replace("\n", "\r\n"))
    after = sections(completed)
    assert [lines[0] for lines in after] == [lines[0] for lines in before]
    assert directions(completed) == [
        [] if lines[0].startswith("m=application") else ["recvonly"] for lines in after
    ]
    placed = [address for lines in after for address in candidates(lines)]
    assert sorted(placed) == sorted(addresses)
    for lines in after:
        ends = values(lines, "end-of-candidates")
        assert len(ends) == any(
            address == "192.0.2.1" for address, _ in candidates(lines)
        )
    assert complete_offer(completed, []) == completed


@dataclass(frozen=True)
class Exchange:
    """An offer, its answer, and the problem that the answer has."""

    offer: str
    answer: str
    problem: SdpProblem | None


@st.composite
def exchanges(draw: st.DrawFn) -> Exchange:
    """Return an offer, and an answer that may be odd."""
    offered = draw(sections_of_an_offer())
    answered = []
    for section in offered:
        if draw(st.integers(0, 4)) == 0:
            continue
        formats: Any = st.lists(
            st.sampled_from(list(CODECS[section.kind])), min_size=1, unique=True
        )
        answered.append(
            DescribedSection(
                section.kind,
                section.mid,
                None
                if section.kind == "application"
                else draw(st.sampled_from([None, *DIRECTIONS])),
                tuple(draw(formats)),
                port=draw(st.sampled_from(["9", "40000", "9", "0"])),
            )
        )
    video = next((one for one in answered if one.kind == "video"), None)
    (wanted,) = (one.formats for one in offered if one.kind == "video")
    problem = None
    if video is None or video.port == "0" or video.direction == "inactive":
        problem = SdpProblem.VIDEO_REJECTED
    elif not {"102", "108"} & set(video.formats) & set(wanted):
        problem = SdpProblem.NO_H264
    mids = draw(st.sampled_from(["same", "none", "other"]))
    if mids != "same":
        answered = [
            replace(one, mid=f"other-{one.kind}" if mids == "other" else None)
            for one in answered
        ]
    answered = draw(st.permutations(answered))
    return Exchange(
        described(bundle_of(draw, offered), offered, draw(LINE_ENDS)),
        described(bundle_of(draw, answered), answered, draw(LINE_ENDS)),
        problem,
    )


def first_lines(description: str) -> list[tuple[str, str, list[str]]]:
    """Return kind, ID and payload types of each section."""
    lines_of = sections(description.replace("\r\n", "\n").replace("\n", "\r\n"))
    return [
        (lines[0].split()[0], values(lines, "mid")[0], lines[0].split()[3:])
        for lines in lines_of
    ]


@given(exchanges())
def test_completed_answers(exchange: Exchange) -> None:
    if exchange.problem is not None:
        with pytest.raises(SdpError) as caught:
            complete_answer(exchange.offer, exchange.answer)
        assert caught.value.problem is exchange.problem
        return
    completed = complete_answer(exchange.offer, exchange.answer)
    offered, answered = first_lines(exchange.offer), first_lines(completed)
    assert [one[:2] for one in answered] == [one[:2] for one in offered]
    for (_, _, wanted), (_, _, found) in zip(offered, answered, strict=True):
        assert found
        assert set(found) <= set(wanted)
    session, found_sections = parts(completed)
    accepted = set()
    for lines in found_sections:
        kind, port = lines[0][2:].split()[:2]
        (mid,) = values(lines, "mid")
        found_directions = [line[2:] for line in lines if line[2:] in DIRECTIONS]
        assert found_directions in ANSWERED_DIRECTIONS[kind]
        if port != "0":
            accepted.add(mid)
    for group in values(session, "group"):
        assert set(group.split()[1:]) <= accepted
    assert complete_answer(exchange.offer, completed) == completed


DESCRIPTIONS = st.sampled_from(
    [OFFER, ANSWER, CHROMIUM_OFFER, CHROMIUM_OFFER_DATA_CHANNEL, AIORTC_ANSWER]
)


@st.composite
def broken_descriptions(draw: st.DrawFn) -> str:
    """Return a description with lines removed, repeated, cut or replaced."""
    lines = draw(DESCRIPTIONS).split("\r\n")
    for _ in range(draw(st.integers(1, 4))):
        index = draw(st.integers(0, len(lines) - 1))
        line = lines[index]
        changes: list[list[str]] = [
            [""],
            [line, line],
            [line[: len(line) // 2]],
            [draw(st.text(max_size=20))],
        ]
        lines[index : index + 1] = draw(st.sampled_from(changes))
    return "\r\n".join(lines)


TEXTS = st.text() | broken_descriptions() | DESCRIPTIONS
ANY_CANDIDATES = st.lists(
    st.builds(
        IceCandidate,
        st.text() | st.from_regex(r"(a=)?candidate:1 1 udp 1 \S+ [0-9] typ (host|x).*"),
        st.none() | st.text(max_size=3) | st.sampled_from(["0", "1"]),
        st.none() | st.integers(-3, 5),
    )
)


@given(TEXTS, TEXTS, ANY_CANDIDATES)
def test_no_other_error(offer: str, answer: str, found: list[IceCandidate]) -> None:
    for candidate in found:
        assert candidate.is_public in {True, False}
    calls: list[Callable[[], str]] = [
        lambda: complete_offer(offer, found),
        lambda: complete_answer(offer, answer),
    ]
    for call in calls:
        with suppress(SdpError):
            completed = call()
            assert parts(completed)[0][0] == "v=0"
            completed.encode()


async def test_peer_accepts_both(socket_enabled: None) -> None:
    """An offer of aiortc, its answer, and the offerer's reaction to the answer."""
    viewer, camera = (
        RTCPeerConnection(RTCConfiguration(iceServers=[])) for _ in range(2)
    )
    try:
        viewer.addTransceiver("audio", "sendrecv")
        viewer.addTransceiver("video", "recvonly")
        await viewer.setLocalDescription(await viewer.createOffer())
        sent = viewer.localDescription.sdp
        offer = complete_offer(sent, [])
        await camera.setRemoteDescription(RTCSessionDescription(offer, "offer"))
        for transceiver in camera.getTransceivers():
            transceiver.direction = "sendonly"
        await camera.setLocalDescription(await camera.createAnswer())
        answer = camera.localDescription.sdp
        completed = complete_answer(sent, answer)
        assert directions(completed) == [["sendonly"], ["sendonly"]]
        await viewer.setRemoteDescription(RTCSessionDescription(completed, "answer"))
        assert viewer.signalingState == "stable"
    finally:
        await viewer.close()
        await camera.close()
