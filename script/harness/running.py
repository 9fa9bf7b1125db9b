"""What is started and stopped as a whole."""

from abc import ABC, abstractmethod
from types import TracebackType
from typing import Self


class Running(ABC):
    """Runs inside `async with`; also a start that fails ends with a stop."""

    @abstractmethod
    async def start(self) -> None:
        """Start it and wait until it is ready."""

    @abstractmethod
    async def stop(self) -> None:
        """Stop it, however far its start has come."""

    async def __aenter__(self) -> Self:
        """Start it."""
        try:
            await self.start()
        except BaseException:
            await self.stop()
            raise
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Stop it."""
        await self.stop()
