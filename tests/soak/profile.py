"""How long the tests of this folder run, as `script/soak` sets it."""

from dataclasses import dataclass
import os
from typing import Self


@dataclass(frozen=True, slots=True)
class Profile:
    """The length of a run, and the number from which all of its randomness comes.

    Attributes:
        days: simulated days with disturbances; days without follow.
        kills: how often a process is killed.
        seed: the start of all random numbers.
    """

    days: float
    kills: int
    seed: int

    @classmethod
    def from_environment(cls) -> Self:
        """Return the long profile of `script/soak`, or the short one of all tests."""
        return cls(
            days=float(os.environ.get("SOAK_DAYS", "1")),
            kills=int(os.environ.get("SOAK_KILLS", "6")),
            seed=int(os.environ.get("SOAK_SEED", "1")),
        )
