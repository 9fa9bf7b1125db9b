"""Completing answers of live views."""

import pytest

from custom_components.ring_partner.api.sdp import (
    SdpProblem,
    complete_answer,
    complete_offer,
)

from .session_descriptions import (
    AIORTC_ANSWER,
    ANSWER,
    AUDIO,
    CHROMIUM_CANDIDATES,
    CHROMIUM_OFFER,
    CHROMIUM_OFFER_DATA_CHANNEL,
    HEADER,
    OFFER,
    RECVONLY,
    UNBUNDLED_OFFER,
    VIDEO,
    directions,
    join,
    parts,
    problem_of,
    sections,
    values,
)


def test_answer_of_a_peer_is_kept() -> None:
    assert complete_answer(CHROMIUM_OFFER, AIORTC_ANSWER) == AIORTC_ANSWER
    completed = complete_offer(CHROMIUM_OFFER, CHROMIUM_CANDIDATES)
    assert complete_answer(completed, AIORTC_ANSWER) == AIORTC_ANSWER


@pytest.mark.parametrize(
    ("offered", "answered", "expected"),
    [
        ("recvonly", "sendonly", "sendonly"),
        ("recvonly", "sendrecv", "sendonly"),
        ("recvonly", "recvonly", "sendonly"),
        ("recvonly", None, "sendonly"),
        ("recvonly", "inactive", "inactive"),
        ("sendrecv", "sendonly", "sendonly"),
        ("sendrecv", "sendrecv", "sendonly"),
        (None, "recvonly", "sendonly"),
        (None, "inactive", "inactive"),
        ("sendonly", "sendonly", "inactive"),
        ("sendonly", "recvonly", "inactive"),
        ("inactive", "sendrecv", "inactive"),
    ],
)
def test_directions_of_an_answer(
    offered: str | None, answered: str | None, expected: str
) -> None:
    def described(direction: str | None) -> str:
        return AUDIO + (f"a={direction}\r\n" if direction else "") + VIDEO

    answer = complete_answer(HEADER + described(offered), HEADER + described(answered))
    assert directions(answer) == [[expected], ["sendonly"]]


@pytest.mark.parametrize("direction", ["sendrecv", "recvonly"])
def test_direction_of_the_session(direction: str) -> None:
    answer = HEADER + f"a={direction}\r\n" + AUDIO + VIDEO
    completed = complete_answer(UNBUNDLED_OFFER, answer)
    assert directions(completed) == [["sendonly"], ["sendonly"]]
    assert parts(completed)[0] == parts(HEADER)[0]
    inactive = HEADER + "a=inactive\r\n" + AUDIO + VIDEO + "a=sendonly\r\n"
    completed = complete_answer(UNBUNDLED_OFFER, inactive)
    assert directions(completed) == [["inactive"], ["sendonly"]]


def test_sections_get_the_order_of_the_offer() -> None:
    session, (audio, video) = parts(AIORTC_ANSWER)
    answer = join(session, video, audio).replace("BUNDLE 0 1", "BUNDLE 1 0")
    assert complete_answer(CHROMIUM_OFFER, answer) == AIORTC_ANSWER


@pytest.mark.parametrize("names", [("audio", "video"), ("1", "0"), ("x", "x")])
def test_sections_get_the_ids_of_the_offer(names: tuple[str, str]) -> None:
    audio, video = (
        section.replace(f"a=mid:{index}", f"a=mid:{name}")
        for index, (section, name) in enumerate(zip((AUDIO, VIDEO), names, strict=True))
    )
    for pair in (audio + video, video + audio):
        group = f"a=group:BUNDLE {' '.join(names)}\r\n"
        answer = complete_answer(OFFER, HEADER + group + pair)
        assert [values(lines, "mid") for lines in sections(answer)] == [["0"], ["1"]]
        assert [lines[0][2:7] for lines in sections(answer)] == ["audio", "video"]
        assert values(parts(answer)[0], "group") == ["BUNDLE 0 1"]


def test_answer_without_ids() -> None:
    answer = HEADER + (AUDIO + VIDEO).replace("a=mid:0\r\n", "").replace(
        "a=mid:1\r\n", ""
    )
    completed = complete_answer(OFFER, answer)
    assert [values(lines, "mid") for lines in sections(completed)] == [["0"], ["1"]]
    assert values(parts(completed)[0], "group") == []
    # An offer without IDs gets none.
    offer = answer + RECVONLY
    assert "a=mid" not in complete_answer(offer, HEADER + AUDIO + VIDEO)


REJECTED_AUDIO = [
    "m=audio 0 UDP/TLS/RTP/SAVPF 111",
    "c=IN IP4 0.0.0.0",
    "a=mid:0",
    "a=inactive",
]


def test_missing_audio_is_rejected() -> None:
    session, (_, video) = parts(AIORTC_ANSWER)
    answer = complete_answer(CHROMIUM_OFFER, join(session, video))
    header, found = parts(answer)
    assert found == [REJECTED_AUDIO, video]
    assert values(header, "group") == ["BUNDLE 1"]


def test_rejected_audio_stays_rejected() -> None:
    answer = ANSWER.replace("audio 9", "audio 0")
    session, (audio, _) = parts(complete_answer(OFFER, answer))
    assert audio == REJECTED_AUDIO
    assert values(session, "group") == ["BUNDLE 1"]
    # It was rejected in the offer.
    offer = OFFER.replace("audio 9", "audio 0")
    assert sections(complete_answer(offer, ANSWER))[0] == REJECTED_AUDIO


def test_data_channel() -> None:
    channel = sections(CHROMIUM_OFFER_DATA_CHANNEL)[2]
    session, (audio, video) = parts(AIORTC_ANSWER)
    completed = complete_answer(CHROMIUM_OFFER_DATA_CHANNEL, AIORTC_ANSWER)
    assert sections(completed) == [
        audio,
        video,
        [
            "m=application 0 UDP/DTLS/SCTP webrtc-datachannel",
            "c=IN IP4 0.0.0.0",
            "a=mid:2",
        ],
    ]
    assert values(parts(completed)[0], "group") == ["BUNDLE 0 1"]
    answer = join(session, channel, audio, video).replace("BUNDLE 0 1", "BUNDLE 0 1 2")
    completed = complete_answer(CHROMIUM_OFFER_DATA_CHANNEL, answer)
    assert sections(completed) == [audio, video, channel]
    assert values(parts(completed)[0], "group") == ["BUNDLE 0 1 2"]


def test_sections_that_were_not_offered_are_removed() -> None:
    answer = ANSWER + AUDIO.replace("mid:0", "mid:2") + VIDEO.replace("mid:1", "mid:3")
    assert complete_answer(OFFER, answer) == ANSWER


def test_bundle_that_was_not_offered_is_removed() -> None:
    completed = complete_answer(UNBUNDLED_OFFER, ANSWER)
    assert values(parts(completed)[0], "group") == []
    completed = complete_answer(OFFER, ANSWER.replace("BUNDLE", "LS"))
    assert values(parts(completed)[0], "group") == []


def test_codecs_that_were_not_offered_are_removed() -> None:
    offer = (
        HEADER
        + "m=video 9 UDP/TLS/RTP/SAVPF 102 103 108 109 96\r\na=mid:0\r\n"
        + "a=rtpmap:102 H264/90000\r\na=rtpmap:103 rtx/90000\r\na=fmtp:103 apt=102\r\n"
        + "a=rtpmap:108 H264/90000\r\na=rtpmap:109 rtx/90000\r\na=fmtp:109 apt=108\r\n"
        + "a=rtpmap:96 VP8/90000\r\n"
        + RECVONLY
    )
    kept = (
        "a=rtpmap:102 H264/90000\r\na=rtcp-fb:* nack\r\na=rtcp-fb:102 nack pli\r\n"
        "a=fmtp:102 profile-level-id=64001f;packetization-mode=1\r\n"
        "a=rtpmap:103 rtx/90000\r\na=fmtp:103 rtx-time=9;apt=102\r\n"
    )
    removed = (
        "a=rtpmap:108 VP8/90000\r\na=rtcp-fb:108 nack pli\r\n"
        "a=rtpmap:109 rtx/90000\r\na=fmtp:109 rtx-time=9; apt=108;x=1\r\n"
        "a=rtpmap:97 H264/90000\r\na=fmtp:97 packetization-mode=1\r\n"
    )
    answer = (
        HEADER
        + "m=video 9 UDP/TLS/RTP/SAVPF 97 108 102 103 109\r\na=mid:0\r\n"
        + kept
        + removed
        + "a=sendonly\r\n"
    )
    assert complete_answer(offer, answer) == (
        HEADER
        + "m=video 9 UDP/TLS/RTP/SAVPF 102 103\r\na=mid:0\r\n"
        + kept
        + "a=sendonly\r\n"
    )


def test_audio_codecs() -> None:
    def audio(*codecs: str) -> list[str]:
        described = [f"a=rtpmap:{codec}\r\n" for codec in codecs if " " in codec]
        payload_types = " ".join(codec.split()[0] for codec in codecs)
        section = f"m=audio 9 UDP/TLS/RTP/SAVPF {payload_types}\r\n{''.join(described)}"
        answer = complete_answer(CHROMIUM_OFFER, HEADER + section + VIDEO)
        return sections(answer)[0][0].split()[1:]

    accepted = "9 UDP/TLS/RTP/SAVPF"
    rejected = ["0", "UDP/TLS/RTP/SAVPF", "111"]
    assert audio("111 opus/48000/2", "0") == f"{accepted} 111 0".split()
    assert audio("0 PCMU/8000/1", "8 PCMA/8000") == f"{accepted} 0 8".split()
    assert audio("111 opus/48000") == rejected
    assert audio("96 opus/48000/2") == rejected
    assert audio("0 opus/48000/2") == rejected
    assert audio("111") == rejected


def test_answer_gets_the_protocol_of_the_offer() -> None:
    assert complete_answer(OFFER, ANSWER.replace("UDP/TLS/RTP/SAVPF", "RTP/AVP")) == (
        ANSWER
    )


CONNECTION = (
    "a=ice-ufrag:abcd\r\na=ice-pwd:secret\r\na=fingerprint:sha-256 AB:CD\r\n"
    "a=fingerprint:sha-512 EF\r\na=setup:active\r\n"
    "a=candidate:1 1 udp 1 192.0.2.1 5 typ host\r\na=end-of-candidates\r\n"
)


def test_first_section_of_a_bundle_describes_the_connection() -> None:
    group = "a=group:BUNDLE 1 0\r\n"
    answer = HEADER + group + VIDEO + CONNECTION + AUDIO
    audio, video = sections(complete_answer(OFFER, answer))
    assert "".join(f"{line}\r\n" for line in audio[-7:]) == CONNECTION
    assert [line for line in video if f"{line}\r\n" in CONNECTION] == audio[-7:]
    # The session describes it for all sections, or there is no bundle.
    at_session = HEADER + group + CONNECTION + VIDEO + CONNECTION + AUDIO
    assert "ice-ufrag" not in "".join(sections(complete_answer(OFFER, at_session))[0])
    unbundled = complete_answer(UNBUNDLED_OFFER, answer)
    assert "ice-ufrag" not in "".join(sections(unbundled)[0])


def test_sections_of_the_same_kind() -> None:
    second = VIDEO.replace("mid:1", "mid:2") + "a=label:second\r\n"
    group = "a=group:BUNDLE 0 1 2\r\n"
    offer = HEADER + group + AUDIO + VIDEO + RECVONLY + second + RECVONLY
    answer = HEADER + group + second + CONNECTION + VIDEO + CONNECTION + AUDIO
    completed = sections(complete_answer(offer, answer))
    assert [values(lines, "mid") for lines in completed] == [["0"], ["1"], ["2"]]
    assert "".join(f"{line}\r\n" for line in completed[0][-7:]) == CONNECTION
    assert [values(lines, "setup") for lines in completed] == [["active"]] * 3
    assert [values(lines, "label") for lines in completed] == [[], [], ["second"]]


def test_lines_that_only_look_like_attributes_are_kept() -> None:
    answer = ANSWER.replace("s=-", "s=-\r\ni=group:BUNDLE 0\r\nu=inactive")
    assert complete_answer(OFFER, answer) == answer


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        ("", SdpProblem.MALFORMED),
        ("<html>", SdpProblem.MALFORMED),
        (ANSWER.replace("m=video", "m=vid eo"), SdpProblem.MALFORMED),
        (HEADER, SdpProblem.VIDEO_REJECTED),
        (HEADER + AUDIO, SdpProblem.VIDEO_REJECTED),
        (ANSWER.replace("video 9", "video 0"), SdpProblem.VIDEO_REJECTED),
        (HEADER + AUDIO + VIDEO + "a=inactive\r\n", SdpProblem.VIDEO_REJECTED),
        (HEADER + "a=inactive\r\n" + VIDEO, SdpProblem.VIDEO_REJECTED),
        (ANSWER.replace("H264", "VP8"), SdpProblem.NO_H264),
        (ANSWER.replace("102", "96"), SdpProblem.NO_H264),
    ],
)
def test_unusable_answer(answer: str, problem: SdpProblem) -> None:
    assert problem_of(lambda: complete_answer(OFFER, answer)) is problem


def test_answer_with_another_codec_in_common() -> None:
    def with_vp8(description: str) -> str:
        return description.replace("SAVPF 102", "SAVPF 96 102") + (
            "a=rtpmap:96 VP8/90000\r\n"
        )

    answer = with_vp8(ANSWER)
    assert complete_answer(with_vp8(OFFER), answer) == answer
    vp8_only = answer.replace("SAVPF 96 102", "SAVPF 96")
    problem = problem_of(lambda: complete_answer(with_vp8(OFFER), vp8_only))
    assert problem is SdpProblem.NO_H264
