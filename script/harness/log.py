"""Home Assistant's log, read; and logs of several programs on one terminal."""

from collections.abc import Iterable, Iterator
import contextlib
from dataclasses import dataclass, replace
import os
import re
from typing import TextIO

_RECORD = re.compile(
    r"\S+ \S+ (?P<level>DEBUG|INFO|WARNING|ERROR|CRITICAL) "
    r"\(.*?\) \[(?P<logger>[^\]]+)\] (?P<message>.*)"
)


@dataclass(frozen=True, slots=True)
class LogRecord:
    """One entry of the log; the message has the traceback, if there is one."""

    level: str
    logger: str
    message: str


def records(lines: Iterable[str]) -> Iterator[LogRecord]:
    """Yield the entries that these lines of a log hold."""
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


class Console:
    """Writes the output of several programs line by line, each with its name."""

    def __init__(self, stream: TextIO) -> None:
        """Write to this stream, in colours if it is a terminal that wants them."""
        self._stream = stream
        self._coloured = stream.isatty() and not os.environ.get("NO_COLOR")

    def write(self, name: str, colour: int, line: str) -> None:
        """Write a line, with the name in one of a terminal's colours (31 to 36)."""
        prefix = f"[{name}]"
        if self._coloured:
            prefix = f"\033[{colour}m{prefix}\033[0m"
        # a terminal that was closed must not keep anyone from tidying up
        with contextlib.suppress(OSError):
            print(prefix, line, file=self._stream, flush=True)
