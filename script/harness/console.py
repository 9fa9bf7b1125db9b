"""Output of several programs on one terminal."""

import contextlib
import os
from typing import TextIO


class Console:
    """Writes lines of several programs, each line after the program's name."""

    def __init__(self, stream: TextIO) -> None:
        """Write to a stream, in colors if it is a terminal and NO_COLOR is not set."""
        self._stream = stream
        self._use_colors = stream.isatty() and not os.environ.get("NO_COLOR")

    def write(self, name: str, color: int, line: str) -> None:
        """Write a line.

        Args:
            name: Name of the program.
            color: ANSI color code of the name (31 to 36).
            line: Line without its line break.
        """
        prefix = f"[{name}]"
        if self._use_colors:
            prefix = f"\033[{color}m{prefix}\033[0m"
        # Cleaning up has to continue after the terminal was closed.
        with contextlib.suppress(OSError):
            print(prefix, line, file=self._stream, flush=True)
