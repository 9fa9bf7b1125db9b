"""What must hold at every moment of a run."""

import asyncio
from collections import Counter

from .leaks import INTEGRATION, tasks
from .ledger import MAX_LOOKBACK
from .log_counter import LogCounter
from .world import World

INTERVAL = 600.0
MAX_REQUESTS = 100
"""Requests that Ring allows in any second."""
MAX_TASKS = 30
"""Tasks of Home Assistant and of the integration."""


class Watch:
    """Checks a run again and again, and lets Ring forget what is old."""

    def __init__(self, world: World, logs: LogCounter) -> None:
        self._world = world
        self._logs = logs

    async def run(self) -> None:
        """Check at intervals, until it is canceled."""
        while True:
            await asyncio.sleep(INTERVAL)
            self.check()
            self._forget()

    def check(self) -> None:
        """Check what must hold now."""
        world = self._world
        now = world.simulator.clock()
        world.ledger.settle(now)
        assert world.ledger.problems == [], "\n".join(world.ledger.problems)
        assert self._logs.problems == [], "\n".join(self._logs.problems)
        assert world.simulator.rate_limit.max_in_window <= MAX_REQUESTS
        running = Counter(
            code.co_qualname for _, code in tasks("homeassistant", INTEGRATION)
        )
        assert running.total() <= MAX_TASKS, running

    def _forget(self) -> None:
        """Forget what would take memory in the simulator and in the test."""
        world = self._world
        simulator = world.simulator
        now = simulator.clock()
        oldest = (now - 2 * MAX_LOOKBACK) * 1000
        history = simulator.history
        history._events = [e for e in history._events if e.start >= oldest]
        tokens = simulator.tokens._tokens
        for value, token in tuple(tokens.items()):
            if token.used or token.revoked or token.expires_at < now - MAX_LOOKBACK:
                del tokens[value]
        world.home.fired.clear()
        world.home.late.clear()
