"""Parser for Home Assistant's log."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
import re

_RECORD = re.compile(
    r"\S+ \S+ (?P<level>DEBUG|INFO|WARNING|ERROR|CRITICAL) "
    r"\(.*?\) \[(?P<logger>[^\]]+)\] (?P<message>.*)"
)


@dataclass(frozen=True, slots=True)
class LogRecord:
    """One record of the log.

    Attributes:
        level: Name of the level, such as ``WARNING``.
        logger: Name of the logger.
        message: Message, with the traceback if there is one.
    """

    level: str
    logger: str
    message: str


def parse_log(lines: Iterable[str]) -> Iterator[LogRecord]:
    """Yield the records in the lines of a log."""
    current: LogRecord | None = None
    for line in lines:
        if found := _RECORD.fullmatch(line):
            if current is not None:
                yield current
            current = LogRecord(**found.groupdict())
        elif current is not None:
            current = replace(current, message=f"{current.message}\n{line}")
    if current is not None:
        yield current
