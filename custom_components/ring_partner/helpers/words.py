"""Words of Ring's documents: names of members, types and events.

Ring can send any text in their place, also an ID or a name. Only what looks like a word
is shown in diagnostics.
"""

import re
from typing import Final

MAX_WORDS: Final = 32
"""Different words that are counted."""
OTHER: Final = "other"
"""In place of what is not a word, and of all further words."""

# At most two digits, which IDs and times have more of.
_WORD: Final = re.compile(r"(?!(?:.*[0-9]){3})[A-Za-z][A-Za-z0-9_-]{0,39}")


def is_word(text: str) -> bool:
    """Return whether a text is a word."""
    return _WORD.fullmatch(text) is not None


class WordCounter:
    """Counts words; however many Ring sends, only some are kept."""

    def __init__(self) -> None:
        """Set up a counter of nothing."""
        self.counts: dict[str, int] = {}

    def add(self, text: str) -> None:
        """Count a text."""
        is_kept = text in self.counts or len(self.counts) < MAX_WORDS
        key = text if is_word(text) and is_kept else OTHER
        self.counts[key] = self.counts.get(key, 0) + 1
