"""Completing offers of live views."""

import pytest

from custom_components.ring_partner.api.sdp import (
    IceCandidate,
    SdpProblem,
    complete_answer,
    complete_offer,
)
from custom_components.ring_partner.api.sdp_description import MAX_LENGTH, MAX_SECTIONS

from .session_descriptions import (
    ANSWER,
    AUDIO,
    CHROMIUM_CANDIDATES,
    CHROMIUM_OFFER,
    CHROMIUM_OFFER_DATA_CHANNEL,
    DIRECTIONS,
    HEADER,
    OFFER,
    UNBUNDLED_OFFER,
    VIDEO,
    candidates,
    directions,
    parts,
    problem_of,
    sections,
    values,
)


def candidate(
    port: int,
    mid: str | None = None,
    index: int | None = None,
    address: str = "192.0.2.1",
) -> IceCandidate:
    """Return a candidate that differs from others in its port."""
    text = f"candidate:1 1 udp 2113937151 {address} {port} typ host generation 0"
    return IceCandidate(text, mid, index)


def ports(offer: str) -> list[list[int]]:
    """Return the ports of the candidates of each section."""
    return [[int(port) for _, port in candidates(lines)] for lines in sections(offer)]


def test_offer_of_a_browser() -> None:
    offer = complete_offer(CHROMIUM_OFFER, CHROMIUM_CANDIDATES)
    session, (audio, video) = parts(offer)
    assert session == parts(CHROMIUM_OFFER)[0]
    assert directions(offer) == [["recvonly"], ["recvonly"]]
    assert ports(offer) == [[35132, 59288], [39211, 37573]]
    assert "trickle" not in offer
    # All else is as the browser wrote it.
    for lines, sent in zip((audio, video), sections(CHROMIUM_OFFER), strict=True):
        kept = [line for line in lines if not line.startswith("a=candidate:")]
        assert kept == [line for line in sent if line != "a=ice-options:trickle"]


def test_offer_with_microphone_and_data_channel() -> None:
    offer = complete_offer(CHROMIUM_OFFER_DATA_CHANNEL, [])
    assert directions(offer) == [["recvonly"], ["recvonly"], []]
    assert [lines[0] for lines in sections(offer)] == [
        lines[0] for lines in sections(CHROMIUM_OFFER_DATA_CHANNEL)
    ]


def test_offer_is_completed_once() -> None:
    offer = complete_offer(CHROMIUM_OFFER, CHROMIUM_CANDIDATES)
    assert complete_offer(offer, CHROMIUM_CANDIDATES) == offer


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_offer_becomes_recvonly(direction: str) -> None:
    offer = HEADER + AUDIO + f"a={direction}\r\n" + VIDEO + "a=sendrecv\r\n"
    assert directions(complete_offer(offer, [])) == [["recvonly"], ["recvonly"]]


def test_offer_with_directions_of_the_session_or_none() -> None:
    for session in ("a=sendrecv\r\n", ""):
        offer = complete_offer(HEADER + session + AUDIO + VIDEO, [])
        assert directions(offer) == [["recvonly"], ["recvonly"]]
        assert parts(offer)[0] == parts(HEADER)[0]


def test_offer_keeps_other_ice_options() -> None:
    offer = OFFER.replace("t=0 0", "t=0 0\r\na=ice-options:trickle ice2")
    session, _ = parts(complete_offer(offer, []))
    assert values(session, "ice-options") == ["ice2"]


@pytest.mark.parametrize(
    ("offer", "problem"),
    [
        ("", SdpProblem.MALFORMED),
        ("no SDP", SdpProblem.MALFORMED),
        (OFFER.replace("v=0", "v=1"), SdpProblem.MALFORMED),
        (OFFER.removeprefix("v=0\r\n"), SdpProblem.MALFORMED),
        (OFFER.replace("a=mid:1", "mid 1"), SdpProblem.MALFORMED),
        (OFFER.replace("a=mid:1", "a=mid:\x00"), SdpProblem.MALFORMED),
        (OFFER.replace("a=mid:1", "a=mid:\ud800"), SdpProblem.MALFORMED),
        (OFFER.replace("a=mid:1", "a=mid:1\r\n\r\na=x"), SdpProblem.MALFORMED),
        (OFFER.replace("video 9", "video many"), SdpProblem.MALFORMED),
        (OFFER.replace("video 9", "video \u0669"), SdpProblem.MALFORMED),
        (OFFER.replace("SAVPF 102", "SAVPF"), SdpProblem.MALFORMED),
        (OFFER + "a=x\r\n" * (MAX_LENGTH // 5), SdpProblem.MALFORMED),
        (OFFER + AUDIO * (MAX_SECTIONS - 1), SdpProblem.MALFORMED),
        (HEADER, SdpProblem.NO_VIDEO),
        (HEADER + AUDIO, SdpProblem.NO_VIDEO),
        (OFFER.replace("video 9", "video 0"), SdpProblem.NO_VIDEO),
        (HEADER + VIDEO + "a=sendonly\r\n", SdpProblem.NO_VIDEO),
        (HEADER + VIDEO + "a=inactive\r\n", SdpProblem.NO_VIDEO),
        (HEADER + "a=inactive\r\n" + VIDEO, SdpProblem.NO_VIDEO),
        (OFFER.replace("H264", "VP8"), SdpProblem.NO_H264),
        (OFFER.replace("H264/90000", "H264/8000"), SdpProblem.NO_H264),
        (OFFER.replace("SAVPF 102", "SAVPF 96"), SdpProblem.NO_H264),
    ],
)
def test_unusable_offer(offer: str, problem: SdpProblem) -> None:
    assert problem_of(lambda: complete_offer(offer, [])) is problem
    assert problem_of(lambda: complete_answer(offer, ANSWER)) is problem


def test_offer_in_which_video_is_bundled_only() -> None:
    offer = OFFER.replace("video 9", "video 0") + "a=bundle-only\r\n"
    assert directions(complete_offer(offer, [])) == [["recvonly"], ["recvonly"]]


def test_name_of_the_codec_in_lower_case() -> None:
    offer = OFFER.replace("H264", "h264")
    assert directions(complete_answer(offer, ANSWER)) == [["sendonly"], ["sendonly"]]


# Candidates


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (candidate(1, "1"), [[], [1]]),
        (candidate(1, "1", 0), [[], [1]]),
        (candidate(1, None, 1), [[], [1]]),
        (candidate(1, "video", 1), [[], [1]]),
        (candidate(1, "video", 2), [[1], []]),
        (candidate(1, None, -1), [[1], []]),
        (candidate(1), [[1], []]),
        (candidate(1, ""), [[1], []]),
    ],
)
def test_section_of_a_candidate(found: IceCandidate, expected: list[list[int]]) -> None:
    assert ports(complete_offer(UNBUNDLED_OFFER, [found])) == expected


def test_candidates_before_in_and_after_the_offer() -> None:
    offer = OFFER.replace(
        "a=mid:0", "a=candidate:7 1 udp 1 192.0.2.1 7 typ host\r\na=mid:0"
    )
    found = [candidate(8, "0"), candidate(7, "0"), candidate(9, "1"), candidate(8, "0")]
    completed = complete_offer(offer, found)
    assert ports(completed) == [[7, 8], [9]]
    for lines in sections(completed):
        last = lines.index("a=end-of-candidates")
        assert lines[last - 1].startswith("a=candidate:")
        assert values(lines, "end-of-candidates") == [""]


def test_candidate_with_the_prefix_of_its_line() -> None:
    found = IceCandidate(f" a={candidate(5).candidate}\r\n", "1", 1)
    audio, video = sections(complete_offer(UNBUNDLED_OFFER, [found]))
    assert values(audio, "candidate") == []
    assert f"a={candidate(5).candidate}" in video


@pytest.mark.parametrize(
    "text",
    [
        "",
        "candidate:",
        "a=sendrecv",
        "candidate:1 1 udp 1 192.0.2.1 5 typ host\r\na=sendrecv",
        "candidate:1 1 udp 1 192.0.2.1 5 typ host\x00",
        "candidate:1 1 udp 1 192.0.2.1 typ host",
        "candidate:1 one udp 1 192.0.2.1 5 typ host",
    ],
)
def test_malformed_candidates_are_left_out(text: str) -> None:
    assert complete_offer(OFFER, [IceCandidate(text, "0", 0)]) == OFFER


def test_candidates_of_a_bundle_are_in_its_first_section() -> None:
    found = [candidate(1, "1"), candidate(2, "1")]
    assert ports(complete_offer(OFFER, found)) == [[1, 2], []]
    assert ports(complete_offer(UNBUNDLED_OFFER, found)) == [[], [1, 2]]
    # Its first section is not the first one of the offer.
    reverse = OFFER.replace("BUNDLE 0 1", "BUNDLE 1 0")
    assert ports(complete_offer(reverse, [candidate(1, "0")])) == [[], [1]]
    # The offer already contains one of them.
    line = "a=candidate:1 1 udp 1 192.0.2.1 1 typ host"
    offer = OFFER.replace("a=mid:1", f"{line}\r\na=mid:1")
    assert ports(complete_offer(offer, found)) == [[2], [1]]
    # It has its own candidates.
    found.append(candidate(3, "0"))
    assert ports(complete_offer(OFFER, found)) == [[3], [1, 2]]


def test_candidates_of_a_section_outside_the_bundle_stay() -> None:
    offer = OFFER.replace("BUNDLE 0 1", "BUNDLE 0")
    assert ports(complete_offer(offer, [candidate(1, "1")])) == [[], [1]]


def test_rejected_section_gets_no_candidates() -> None:
    offer = OFFER.replace("audio 9", "audio 0")
    completed = complete_offer(offer, [candidate(1, "0"), candidate(2, "1")])
    assert ports(completed) == [[], [1, 2]]


def test_end_of_candidates_needs_an_address() -> None:
    local = candidate(1, "0", address="5f0c.local")
    assert "end-of-candidates" not in complete_offer(OFFER, [local])
    completed = complete_offer(OFFER, [local, candidate(2, "0")])
    assert values(sections(completed)[0], "end-of-candidates") == [""]
    assert values(sections(completed)[1], "end-of-candidates") == []


@pytest.mark.parametrize(
    ("text", "public"),
    [
        ("candidate:1 1 udp 1 192.168.1.2 5 typ host", False),
        ("candidate:1 1 udp 1 8.8.8.8 5 typ host generation 0", True),
        ("candidate:1 1 UDP 1 8.8.8.8 5 typ host", True),
        ("candidate:1 1 udp 1 192.168.1.2 5 typ HOST", False),
        ("candidate:1 1 tcp 1 8.8.8.8 9 typ host tcptype active", False),
        ("candidate:1 1 udp 1 100.64.0.1 5 typ host", False),
        ("candidate:1 1 udp 1 2001:4860:4860::8888 5 typ host", False),
        ("candidate:1 1 udp 1 5f0c.local 5 typ host", False),
        ("a=candidate:1 1 udp 1 8.8.8.8 5 typ srflx raddr 0.0.0.0 rport 0", True),
        ("candidate:1 1 udp 1 203.0.113.9 5 typ relay raddr 0.0.0.0 rport 0", True),
        ("candidate:1 1 udp 1 8.8.8.8 typ srflx", False),
        ("", False),
    ],
)
def test_public_candidate(text: str, public: bool) -> None:  # noqa: FBT001
    assert IceCandidate(text).is_public is public
