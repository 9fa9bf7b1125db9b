"""Finds secrets of the simulator in texts that Home Assistant shows, logs or sends."""

from collections.abc import Callable
import re
from typing import Final
from urllib.parse import unquote

PART: Final = 24
"""Characters of a secret that give it away: a leak can be shortened at either end."""

_WORD: Final = re.compile(rf"[A-Za-z0-9_+/=-]{{{PART},}}")

type Secrets = Callable[[], dict[str, str]]
"""Returns the kinds of all secrets by value."""


class Leaks:
    """The texts of a test, and what must not be in them.

    Only words that are long enough for a secret are kept, each once. Therefore a text
    costs little, and a secret is also found if it was made after the text.
    """

    def __init__(self) -> None:
        self._words: dict[str, str] = {}
        self._sources: list[Secrets] = []
        self._problems: list[str] = []

    def add_secrets(self, source: Secrets) -> None:
        """Look for more secrets."""
        self._sources.append(source)

    def look_at(self, place: str, *values: object) -> None:
        """Look for secrets in the texts of values."""
        text = " ".join(map(str, values))
        for form in {text, unquote(text)} if "%" in text else (text,):
            for word in _WORD.findall(form):
                self._words.setdefault(word, place)

    def add_problem(self, problem: str) -> None:
        """Let the test fail for another reason."""
        self._problems.append(problem)

    def find(self) -> list[str]:
        """Return what was found, without the secrets."""
        kinds = {
            part: kind
            for secrets in self._sources
            for value, kind in secrets().items()
            if len(value) >= PART
            for part in (value[:PART], value[-PART:])
        }
        found = {
            f"{kinds[part]} in {place}": None
            for word, place in self._words.items()
            if kinds
            for start in range(len(word) - PART + 1)
            if (part := word[start : start + PART]) in kinds
        }
        return [*found, *self._problems]

    def check(self) -> None:
        """Fail if anything was found."""
        found = self.find()
        assert not found, "\n".join(found)

    def forget(self) -> None:
        """Forget all texts and problems."""
        self._words.clear()
        self._problems.clear()
