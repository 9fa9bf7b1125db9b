"""Links and code blocks of all Markdown files."""

import ast
from collections.abc import Callable, Iterator
import os
from pathlib import Path
import re
import subprocess
from typing import Final

from homeassistant.helpers import config_validation as cv
from markdown_it import MarkdownIt
from markdown_it.token import Token
import orjson
import pytest
import voluptuous as vol
import yaml
from yarl import URL

ROOT: Final = Path(__file__).parents[2]
FILES: Final = sorted(
    subprocess.run(
        ("git", "ls-files", "--cached", "--others", "--exclude-standard", "*.md"),
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    ).stdout.split()
)
_PARSER: Final = MarkdownIt("commonmark").enable("table")


def tokens(file: str | Path) -> Iterator[Token]:
    """Iterate over the tokens of a file, with those inside paragraphs."""
    for token in _PARSER.parse((ROOT / file).read_text()):
        yield token
        yield from token.children or ()


def anchors(file: Path) -> set[str]:
    """Return the anchors of the headings, as GitHub makes them."""
    found = list(tokens(file))
    headings = [
        found[index + 1].content
        for index, token in enumerate(found)
        if token.type == "heading_open"
    ]
    return {
        re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        for heading in headings
    }


def fault_of(file: str, target: str) -> str | None:
    """Return what is wrong with a link of a file."""
    url = URL(target)
    if url.scheme:
        return None if url.scheme == "https" and url.host else "is not a web page"
    path = (ROOT / file).parent / url.path if url.path else ROOT / file
    if not path.exists():
        return "is not in the repository"
    if url.fragment and url.fragment not in anchors(path):
        return "has no such heading"
    return None


def is_python(code: str) -> None:
    ast.parse(code)


def is_yaml(code: str) -> None:
    """Fail for what is not YAML, and for actions that Home Assistant refuses."""
    document = yaml.safe_load(code)
    if isinstance(document, list) and "action" in document[0]:
        cv.SCRIPT_SCHEMA(document)


def is_command(code: str) -> None:
    """Fail for scripts that do not exist."""
    for line in filter(None, code.splitlines()):
        word = line.split()[0]
        if word.startswith(("script/", ".ci/")):
            assert os.access(ROOT / word, os.X_OK), line


ERRORS: Final = (
    AssertionError,
    SyntaxError,
    ValueError,
    vol.Invalid,
    yaml.YAMLError,
)

CHECKS: Final[dict[str, Callable[[str], object]]] = {
    "": is_command,
    "bash": is_command,
    "json": orjson.loads,
    "mermaid": bool,
    "python": is_python,
    "yaml": is_yaml,
}


@pytest.mark.parametrize("file", FILES)
def test_links(file: str) -> None:
    targets = [
        str(target)
        for token in tokens(file)
        if (target := token.attrGet("href") or token.attrGet("src")) is not None
    ]
    faults = {target: fault_of(file, target) for target in targets}
    assert {key: fault for key, fault in faults.items() if fault} == {}


@pytest.mark.usefixtures("hass")
@pytest.mark.parametrize("file", FILES)
async def test_code_blocks(file: str) -> None:
    for token in tokens(file):
        if token.type == "fence":
            CHECKS[token.info](token.content)


@pytest.mark.parametrize(
    ("target", "fault"),
    [
        ("docs/architecture.md", None),
        ("docs/architecture.md#polling", None),
        ("#known-limitations", None),
        ("https://www.home-assistant.io", None),
        ("docs/missing.md", "is not in the repository"),
        ("docs/architecture.md#missing", "has no such heading"),
        ("#missing", "has no such heading"),
        ("http://www.home-assistant.io", "is not a web page"),
        ("https:architecture.md", "is not a web page"),
    ],
)
def test_faults_of_links(target: str, fault: str | None) -> None:
    assert fault_of("README.md", target) == fault


@pytest.mark.parametrize(
    ("language", "code"),
    [
        ("", "script/missing"),
        ("json", "{"),
        ("python", "x ="),
        ("yaml", "a: b: c"),
        ("yaml", "- action: not an action"),
    ],
)
@pytest.mark.usefixtures("hass")
async def test_faults_of_code_blocks(language: str, code: str) -> None:
    with pytest.raises(
        (ValueError, SyntaxError, AssertionError, yaml.YAMLError, vol.Invalid)
    ):
        CHECKS[language](code)
