"""Base class for everything that the harness starts and stops."""

from abc import ABC, abstractmethod
from types import TracebackType
from typing import Self


class Startable(ABC):
    """Something that runs inside ``async with``.

    It is stopped when the block ends, and also when its start fails.
    """

    @abstractmethod
    async def start(self) -> None:
        """Start it and wait until it is ready."""

    @abstractmethod
    async def stop(self) -> None:
        """Stop it, even if its start is not complete."""

    async def __aenter__(self) -> Self:
        try:
            await self.start()
        except BaseException:
            await self.stop()
            raise
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.stop()
