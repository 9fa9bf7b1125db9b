"""The integration's English texts, as the frontend shows them."""

from functools import cache, reduce
import json
from operator import getitem
import re
from typing import Any

from script.harness.const import COMPONENTS, DOMAIN

_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
_MARKUP = re.compile(r"\*\*|`")


def localize(key: str, **placeholders: str) -> str:
    """Return the first paragraph of a text, without Markdown.

    Args:
        key: Path in the translations file, such as ``config.step.user.title``.
        placeholders: Values of the placeholders in that paragraph, except in links.
    """
    text = str(reduce(getitem, key.split("."), _translations()))
    first_paragraph = text.split("\n\n", 1)[0]
    plain_text = _MARKUP.sub("", _LINK.sub(r"\1", first_paragraph))
    return plain_text.format(**placeholders)


@cache
def _translations() -> dict[str, Any]:
    file = COMPONENTS / DOMAIN / "translations" / "en.json"
    translations: dict[str, Any] = json.loads(file.read_text())
    return translations
