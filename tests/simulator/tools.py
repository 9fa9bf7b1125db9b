"""What the tests of the simulator share."""

from dataclasses import dataclass, field

from aiohttp.test_utils import TestClient
from aiohttp.web import Application, Request

START = 1_789_516_032.0  # 2026-09-15T23:47:12Z

type Web = TestClient[Request, Application]


@dataclass
class Clock:
    """Time that moves only when told to, or when somebody sleeps."""

    now: float = START
    slept: list[float] = field(default_factory=list)

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds
