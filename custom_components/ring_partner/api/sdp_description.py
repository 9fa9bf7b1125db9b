"""Reads and writes session descriptions (SDP, RFC 8866) of live views."""

from collections.abc import Iterator
from dataclasses import dataclass
import re
from typing import Final, Self

MAX_LENGTH: Final = 256 * 1024
"""Maximum length of a description in characters."""
MAX_SECTIONS: Final = 32
"""Maximum number of its sections."""

DIRECTIONS: Final = ("sendrecv", "sendonly", "recvonly", "inactive")
"""Attributes for who sends. Without one, it is the first."""

_LINE: Final = re.compile(r"[a-z]=.*")
_SECTION: Final = re.compile(
    r"m=(?P<kind>[!-~]+) (?P<port>[0-9]{1,5}(?:/[0-9]+)?) (?P<protocol>[!-~]+)"
    r"(?P<formats>(?: [!-~]+)+)"
)
_RTPMAP: Final = re.compile(r"([0-9]+) ([!-~]+?)(?:/1)?")
_FORMAT_ATTRIBUTE: Final = re.compile(r"a=(?:rtpmap|fmtp|rtcp-fb):([0-9]+) .*")
_APT: Final = re.compile(r"([0-9]+) (?:.*;)? *apt=([0-9]+) *(?:;.*)?")

# Payload types that need no `rtpmap` (RFC 3551) and that browsers support.
_STATIC_CODECS: Final = {"0": "pcmu/8000", "8": "pcma/8000", "9": "g722/8000"}


@dataclass(slots=True, eq=False)
class Block:
    """A part of a description: its lines without line ends."""

    lines: list[str]

    def values(self, name: str) -> list[str]:
        """Return the values of an attribute, empty texts if it has none."""
        return [line[len(name) + 3 :] for line in self.lines_of(name)]

    def lines_of(self, *names: str) -> list[str]:
        """Return the lines of attributes."""
        return [line for line in self.lines if _name(line) in names]

    def remove(self, *names: str) -> None:
        """Remove attributes."""
        self.lines = [line for line in self.lines if _name(line) not in names]

    def replace(self, names: tuple[str, ...], *lines: str) -> None:
        """Replace attributes by lines, in the place of the first one or at the end."""
        position = next(
            (index for index, line in enumerate(self.lines) if _name(line) in names),
            len(self.lines),
        )
        self.remove(*names)
        self.lines[position:position] = lines

    @property
    def direction(self) -> str | None:
        """Who sends, None if it isn't said here."""
        return next((name for name in DIRECTIONS if self.values(name)), None)


@dataclass(slots=True, eq=False)
class Section(Block):
    """A section for video, audio or data; `lines` are those after its first.

    Attributes:
        kind: `video`, `audio` or `application`.
        port: Port, "0" in a rejected section.
        protocol: Transport protocol.
        formats: Payload types of its codecs.
    """

    kind: str
    port: str
    protocol: str
    formats: list[str]

    @classmethod
    def parse(cls, line: str) -> Self:
        """Read the first line of a section.

        Raises:
            ValueError: It is malformed.
        """
        if (found := _SECTION.fullmatch(line)) is None:
            raise ValueError("The description has a malformed section")
        return cls(
            lines=[],
            kind=found["kind"],
            port=found["port"],
            protocol=found["protocol"],
            formats=found["formats"].split(),
        )

    @property
    def mid(self) -> str | None:
        """ID of the section."""
        return next(iter(self.values("mid")), None)

    @property
    def is_media(self) -> bool:
        """Whether it is for audio or video."""
        return self.kind in {"audio", "video"}

    @property
    def is_rejected(self) -> bool:
        """Whether it isn't used."""
        return self.port == "0" and not self.values("bundle-only")

    @property
    def codecs(self) -> dict[str, str]:
        """Names of the codecs with their clock rates, by payload type."""
        found = {pt: _STATIC_CODECS[pt] for pt in self.formats if pt in _STATIC_CODECS}
        for value in self.values("rtpmap"):
            if (match := _RTPMAP.fullmatch(value)) and match[1] in self.formats:
                found[match[1]] = match[2].lower()
        return found

    @property
    def has_h264(self) -> bool:
        """Whether H.264 is one of its codecs."""
        return "h264/90000" in self.codecs.values()

    def keep_formats(self, wanted: set[str]) -> None:
        """Remove all other payload types, and those that repeat a removed one."""
        repeated = {
            match[1]: match[2]
            for value in self.values("fmtp")
            if (match := _APT.fullmatch(value))
        }
        self.formats = [
            pt for pt in self.formats if pt in wanted and repeated.get(pt, pt) in wanted
        ]
        self.lines = [
            line
            for line in self.lines
            if not (match := _FORMAT_ATTRIBUTE.fullmatch(line))
            or match[1] in self.formats
        ]


@dataclass(slots=True, eq=False)
class Description:
    """A session description.

    Attributes:
        session: Lines that apply to the whole session.
        sections: Sections in their order.
    """

    session: Block
    sections: list[Section]

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a description.

        Raises:
            ValueError: It is malformed.
        """
        if len(text) > MAX_LENGTH:
            raise ValueError("The description is too long")
        block = session = Block([])
        sections: list[Section] = []
        for line in re.split(r"\r\n|\r|\n", text.strip("\r\n")):
            if not line.isprintable() or not _LINE.fullmatch(line):
                raise ValueError("The description has a malformed line")
            if line.startswith("m="):
                block = section = Section.parse(line)
                sections.append(section)
                if len(sections) > MAX_SECTIONS:
                    raise ValueError("The description has too many sections")
            else:
                block.lines.append(line)
        if session.lines[:1] != ["v=0"]:
            raise ValueError("The description has another version")
        return cls(session, sections)

    def __str__(self) -> str:
        return "".join(f"{line}\r\n" for line in self._lines())

    def _lines(self) -> Iterator[str]:
        yield from self.session.lines
        for section in self.sections:
            formats = " ".join(section.formats)
            yield f"m={section.kind} {section.port} {section.protocol} {formats}"
            yield from section.lines

    @property
    def bundles(self) -> list[list[str]]:
        """IDs of the sections that share a connection (RFC 9143)."""
        return [
            mids
            for kind, *mids in map(str.split, self.session.values("group"))
            if kind == "BUNDLE"
        ]

    def direction(self, section: Section) -> str:
        """Return who sends in a section."""
        return section.direction or self.session.direction or DIRECTIONS[0]


def _name(line: str) -> str | None:
    """Return the name of an attribute, None for another line."""
    return line[2:].partition(":")[0] if line.startswith("a=") else None
