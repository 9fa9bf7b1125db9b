"""Completes the offers and answers of live views (SDP).

Browsers differ from what Ring accepts, and Ring's answers from what browsers accept
(Ring Partner API reference, 2.10).
"""

from collections.abc import Iterable
from dataclasses import replace
from enum import StrEnum
from ipaddress import IPv4Address
import re
from typing import Final, NamedTuple

from .errors import RingError
from .sdp_description import DIRECTIONS, Block, Description, Section

_CANDIDATE: Final = re.compile(
    # Foundation, component, transport, priority, address, port, type and the rest.
    r"(?:a=)?(candidate:[!-~]+ [0-9]+ [!-~]+ [0-9]+ [!-~]+ [0-9]+ typ [!-~]+"
    r"(?: [ -~]*)?)",
    re.IGNORECASE,
)
_RECEIVES: Final = ("recvonly", "sendrecv")
_CONNECTION: Final = (
    "ice-ufrag",
    "ice-pwd",
    "fingerprint",
    "setup",
    "candidate",
    "end-of-candidates",
)
"""Attributes of the connection, which the sections of a bundle share."""


class SdpProblem(StrEnum):
    """Why there can be no live view with an offer or an answer."""

    MALFORMED = "malformed"
    """It isn't SDP."""
    NO_VIDEO = "no_video"
    """The viewer doesn't ask for video."""
    NO_H264 = "no_h264"
    """Viewer and camera have no H.264 in common, the only codec of Ring's cameras."""
    VIDEO_REJECTED = "video_rejected"
    """The camera sends no video."""


_MESSAGES: Final = {
    SdpProblem.MALFORMED: "The description of the live view is not valid SDP",
    SdpProblem.NO_VIDEO: "The viewer does not ask for video",
    SdpProblem.NO_H264: "The viewer and the camera have no H.264 video in common",
    SdpProblem.VIDEO_REJECTED: "The camera sends no video",
}


class SdpError(RingError):
    """There can be no live view with an offer or an answer.

    Attributes:
        problem: What is wrong with it.
    """

    def __init__(self, problem: SdpProblem) -> None:
        super().__init__(_MESSAGES[problem])
        self.problem = problem


class IceCandidate(NamedTuple):
    """An address at which a viewer may be reached.

    Attributes:
        candidate: The candidate, with or without `a=` before it; empty after the last.
        mid: ID of the section that it belongs to.
        line_index: Index of that section.
    """

    candidate: str
    mid: str | None = None
    line_index: int | None = None

    @property
    def is_public(self) -> bool:
        """Whether Ring's servers can reach the address.

        A public IPv6 address doesn't count, as it is unknown whether they have IPv6.
        """
        if (found := _CANDIDATE.fullmatch(self.candidate.strip())) is None:
            return False
        fields = found[1].lower().split(" ")
        if fields[7] != "host":
            return True
        try:
            return IPv4Address(fields[4]).is_global and fields[2] == "udp"
        except ValueError:
            return False


def complete_offer(offer: str, candidates: Iterable[IceCandidate]) -> str:
    """Return an offer as Ring accepts it: with all candidates, to receive only.

    Args:
        offer: The viewer's offer.
        candidates: The viewer's candidates, some of which the offer may contain.
            Malformed ones are left out.

    Raises:
        SdpError: The offer is malformed, or has no H.264 video that the viewer
            receives.
    """
    description = _parse(offer)
    _check_offer(description)
    description.session.remove(*DIRECTIONS)
    for block in (description.session, *description.sections):
        _remove_trickle(block)
    for section in description.sections:
        if section.is_media:
            section.replace(DIRECTIONS, "a=recvonly")
    _add_candidates(description, candidates)
    return str(description)


def complete_answer(offer: str, answer: str) -> str:
    """Return an answer as browsers accept it, and check that it contains video.

    Its sections get the order and the IDs of those of the offer, and a rejected section
    stands for each missing one. Codecs that were not offered are removed, and the
    directions fit those of the offer.

    Args:
        offer: The viewer's offer, before or after `complete_offer`.
        answer: Ring's answer.

    Raises:
        SdpError: One of both is malformed, or the answer contains no H.264 video for
            the viewer.
    """
    offered, answered = _parse(offer), _parse(answer)
    _check_offer(offered)
    pairs = _pair(offered.sections, answered.sections)
    sends_video = any(
        found is not None and _sends_video(answered, found) for _, found in pairs
    )
    bundled = {mid for mids in answered.bundles for mid in mids}
    shared: dict[str, Section] = {}
    sections = []
    for section, found in pairs:
        was_bundled = found is not None and found.mid in bundled
        completed = _complete_section(offered, section, answered, found)
        sections.append(completed)
        if section.mid is not None and was_bundled and not completed.is_rejected:
            shared[section.mid] = completed
    bundles = [
        mids
        for offered_mids in offered.bundles
        if (mids := [mid for mid in offered_mids if mid in shared])
    ]
    for mids in bundles:
        _share_connection(answered.session, [shared[mid] for mid in mids])
    answered.session.remove(*DIRECTIONS)
    answered.session.replace(
        ("group",), *(f"a=group:BUNDLE {' '.join(mids)}" for mids in bundles)
    )
    answered.sections = sections
    if not any(
        _sends_video(answered, section) and section.has_h264 for section in sections
    ):
        raise SdpError(SdpProblem.NO_H264 if sends_video else SdpProblem.VIDEO_REJECTED)
    return str(answered)


def _parse(text: str) -> Description:
    try:
        return Description.parse(text)
    except ValueError:
        raise SdpError(SdpProblem.MALFORMED) from None


def _check_offer(offer: Description) -> None:
    wanted = [
        section
        for section in offer.sections
        if section.kind == "video"
        and not section.is_rejected
        and offer.direction(section) in _RECEIVES
    ]
    if not wanted:
        raise SdpError(SdpProblem.NO_VIDEO)
    if not any(section.has_h264 for section in wanted):
        raise SdpError(SdpProblem.NO_H264)


def _sends_video(answer: Description, section: Section) -> bool:
    return (
        section.kind == "video"
        and not section.is_rejected
        and answer.direction(section) != "inactive"
    )


def _remove_trickle(block: Block) -> None:
    """Remove the option to send candidates later."""
    options = [
        option
        for value in block.values("ice-options")
        for option in value.split()
        if option != "trickle"
    ]
    line = f"a=ice-options:{' '.join(options)}"
    block.replace(("ice-options",), *([line] if options else []))


def _add_candidates(offer: Description, candidates: Iterable[IceCandidate]) -> None:
    usable = [section for section in offer.sections if not section.is_rejected]
    bundle = [
        section
        for mids in offer.bundles[:1]
        for mid in mids
        for section in usable
        if section.mid == mid
    ]
    first = (bundle or usable)[0]
    added: list[tuple[Section, str]] = []
    for candidate in candidates:
        if found := _CANDIDATE.fullmatch(candidate.candidate.strip()):
            section = _section_of(candidate, offer.sections)
            target = section if section in usable else first
            if _address(found[1]) not in _addresses(target):
                added.append((target, f"a={found[1]}"))
    if not _addresses(first) and all(section is not first for section, _ in added):
        # The sections of a bundle all use the connection of the first one.
        added = [
            (first if section in bundle else section, line) for section, line in added
        ]
    for section in usable:
        lines: dict[str, str] = {}
        for line in (
            *section.lines_of("candidate"),
            *(line for target, line in added if target is section),
        ):
            lines.setdefault(_address(line), line)
        # A server that can't resolve any of the browser's mDNS names would give up at
        # the end of the candidates, instead of waiting for the browser's packets.
        if any(".local " not in address for address in lines):
            lines["end"] = "a=end-of-candidates"
        section.replace(("candidate", "end-of-candidates"), *lines.values())


def _section_of(candidate: IceCandidate, sections: list[Section]) -> Section | None:
    """Return the section that a candidate belongs to, None if it is unknown."""
    for section in sections:
        if section.mid is not None and section.mid == candidate.mid:
            return section
    index = candidate.line_index
    if index is not None and 0 <= index < len(sections):
        return sections[index]
    return None


def _addresses(section: Section) -> set[str]:
    return {_address(line) for line in section.lines_of("candidate")}


def _address(candidate: str) -> str:
    """Return what distinguishes a candidate from others.

    A browser formats the same candidate differently in its offer and after it.
    """
    fields = candidate.lower().split(" ")
    return " ".join((*fields[1:3], *fields[4:8]))


def _pair(
    offered: list[Section], answered: list[Section]
) -> list[tuple[Section, Section | None]]:
    """Return the section of the answer for each section of the offer.

    It has the same ID and kind, or at least the same kind.
    """
    rest = list(answered)
    found: dict[int, Section] = {}
    for same_mid in (True, False):
        for index, section in enumerate(offered):
            for other in rest:
                if (
                    index not in found
                    and other.kind == section.kind
                    and (other.mid == section.mid or not same_mid)
                ):
                    found[index] = other
                    rest.remove(other)
                    break
    return [(section, found.get(index)) for index, section in enumerate(offered)]


def _complete_section(
    offer: Description, offered: Section, answer: Description, answered: Section | None
) -> Section:
    """Return the section of an answer that fits that of the offer."""
    if answered is None or offered.is_rejected or answered.is_rejected:
        return _rejected(offered)
    direction = answered.direction or answer.session.direction
    if offered.is_media:
        codecs, allowed = answered.codecs, offered.codecs
        answered.keep_formats(
            {pt for pt, name in codecs.items() if allowed.get(pt) == name}
        )
        if not answered.formats:
            return _rejected(offered)
        answered.replace(
            DIRECTIONS,
            "a=sendonly"
            if direction != "inactive" and offer.direction(offered) in _RECEIVES
            else "a=inactive",
        )
    answered.protocol = offered.protocol
    answered.replace(("mid",), *_mid_lines(offered))
    return answered


def _rejected(offered: Section) -> Section:
    lines = ["c=IN IP4 0.0.0.0", *_mid_lines(offered)]
    if offered.is_media:
        lines.append("a=inactive")
    return replace(offered, lines=lines, port="0", formats=offered.formats[:1])


def _mid_lines(section: Section) -> list[str]:
    return [] if section.mid is None else [f"a=mid:{section.mid}"]


def _share_connection(session: Block, bundle: list[Section]) -> None:
    """Describe the connection in the first section of a bundle, where browsers look."""
    first = bundle[0]
    for name in _CONNECTION:
        if first.values(name) or session.values(name):
            continue
        for section in bundle[1:]:
            if lines := section.lines_of(name):
                first.lines += lines
                break
