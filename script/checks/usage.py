"""Which texts the integration's code asks for."""

from dataclasses import dataclass, field
from pathlib import PurePosixPath

from .names import pattern


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """A place in the code that asks for a text.

    Attributes:
        path: the file.
        line: the line, from one.
        section: of strings.json: "exceptions", "entity.sensor", "config.error", …
        key: within the section; UNKNOWN stands for what is put in at run time.
        given: the placeholders that are filled in; None if the code does not tell.
        states: what an entity of a fixed set of states, or a selector, can be.

    """

    path: PurePosixPath
    line: int
    section: str
    key: str
    given: frozenset[str] | None = None
    states: frozenset[str] = frozenset()


@dataclass
class Usage:
    """All that the code asks for.

    Attributes:
        uses: the places that ask for a text.
        literals: every text in the code.
        patterns: texts that are put together at run time.
        steps: the steps of flows for which there is a method.
        silent_steps: those of them that need no text, such as progress.
        fields: what forms ask for.
        form_placeholders: filled into texts of forms.
        common_placeholders: filled into texts of the section "common".
        signs_in: there is a flow that signs in with OAuth2.

    """

    uses: list[Use] = field(default_factory=list)
    literals: set[str] = field(default_factory=set)
    patterns: set[str] = field(default_factory=set)
    steps: set[str] = field(default_factory=set)
    silent_steps: set[str] = field(default_factory=set)
    fields: dict[str, Use] = field(default_factory=dict)
    form_placeholders: set[str] = field(default_factory=set)
    common_placeholders: set[str] = field(default_factory=set)
    signs_in: bool = False

    def mentions(self, key: str) -> bool:
        """Return whether the code has a key, whole or in the parts of a pattern."""
        return key in self.literals or any(
            self._makes(made, key) for made in self.patterns
        )

    def _makes(self, made: str, key: str) -> bool:
        """Return whether a pattern makes a key from other texts of the code."""
        found = pattern(made).fullmatch(key)
        return found is not None and all(map(self.mentions, found.groups()))

    def asks_for(self, section: str, key: str) -> bool:
        """Return whether the code asks for a text of a section."""
        return any(
            use.section == section and self._makes(use.key, key) for use in self.uses
        )
