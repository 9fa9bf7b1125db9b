"""Changes the session descriptions (SDP) of live sessions."""

import re

from ring_simulator.settings import Settings


def keep_h264(offer: str) -> str:
    """Return an offer without all other video codecs, which Ring does not use."""
    session, sections = _split(offer)
    return session + "".join(
        _keep_h264(section) if section.startswith("m=video") else section
        for section in sections
    )


def change_answer(answer: str, settings: Settings) -> str:
    """Return an answer in the form that the settings select."""
    session, sections = _split(answer)
    sections = [
        re.sub(
            r"(?m)^a=(sendonly|sendrecv|recvonly)\b",
            f"a={settings.live_answer_direction}",
            section,
        )
        for section in sections
    ]
    if settings.live_answer_audio == "missing":
        sections = [one for one in sections if not one.startswith("m=audio")]
        mids = re.findall(r"(?m)^a=mid:(\S+)", "".join(sections))
        session = re.sub(
            r"(?m)^a=group:BUNDLE .*?(?=\r?$)",
            f"a=group:BUNDLE {' '.join(mids)}",
            session,
        )
    if settings.live_answer_order == "reversed":
        sections.reverse()
    return session + "".join(sections)


def _split(description: str) -> tuple[str, list[str]]:
    """Return the part about the session, and the sections of the media."""
    session, *sections = re.split(r"(?m)^(?=m=)", description)
    return session, sections


def _keep_h264(section: str) -> str:
    kept = set(re.findall(r"(?m)^a=rtpmap:(\d+) H264/90000", section))
    # retransmission
    kept |= {
        number
        for number, of in re.findall(r"(?m)^a=fmtp:(\d+) apt=(\d+)", section)
        if of in kept
    }
    first, *lines = section.splitlines(keepends=True)
    kind, port, protocol, *numbers = first.split()
    numbers = [number for number in numbers if number in kept]
    about_codec = re.compile(r"a=(?:rtpmap|fmtp|rtcp-fb):(\d+) ")
    return f"{' '.join((kind, port, protocol, *numbers))}\r\n" + "".join(
        line
        for line in lines
        if (match := about_codec.match(line)) is None or match[1] in kept
    )
