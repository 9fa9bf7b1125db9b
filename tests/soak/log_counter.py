"""Counts what is logged during a run."""

from collections import Counter
import logging
from typing import override

INTEGRATION = "custom_components.ring_partner"


class LogCounter(logging.Handler):
    """Counts the lines of the integration, and collects tracebacks.

    Attributes:
        lines: how often the integration logged each message, without its values.
        problems: tracebacks and errors of all loggers.
    """

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self.lines: Counter[str] = Counter()
        self.problems: list[str] = []
        self._formatter = logging.Formatter("%(levelname)s %(name)s: %(message)s")

    @override
    def emit(self, record: logging.LogRecord) -> None:
        if record.name.startswith(INTEGRATION):
            self.lines[str(record.msg)] += 1
        if record.exc_info or record.levelno >= logging.ERROR:
            self.problems.append(self._formatter.format(record))
