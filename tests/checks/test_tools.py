"""The tools that script/lint runs, with their settings."""

import os
from pathlib import Path
import subprocess
import sysconfig

import pytest

from tests.checkout_copy import ROOT, Copy

from .conftest import table

COPIED = ("custom_components", "ring_simulator", "pyproject.toml")
SCRIPTS = sysconfig.get_path("scripts")
DEPTRY = f"deptry --config {ROOT}/script/deptry.toml -rf {ROOT}/requirements_test.txt ."
FORBIDDEN_TEXT = f"{ROOT}/script/checks/forbidden_text.txt"

IMPORTS = table("imports.txt")

# A caret is left out, so that this file itself is clean.
TEXTS = """
https://py^pi.org/simple
registry.npm^js.org
deb.deb^ian.org
/wo^rk/main
open("/tm^p/x")
in /ho^me/somebody/
# TO^DO: later
# FIX^ME
x = 1  # pragma: ^no cover
@pytest.mark.^skip
@pytest.mark.^skipif(x)
pytest.^skip('x')
@pytest.mark.^xfail
""".strip().replace("^", "")


def run(folder: Path, command: str) -> tuple[int, str]:
    """Run a tool; return its exit code and what it finds."""
    done = subprocess.run(
        command.split(),
        cwd=folder,
        env=os.environ | {"PATH": f"{SCRIPTS}:{os.environ['PATH']}"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout


@pytest.fixture(scope="module")
def broken_contracts(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return what import-linter finds when all forbidden imports are there."""
    copy = Copy(tmp_path_factory.mktemp("copy"), *COPIED)
    for file, code, _, _ in IMPORTS:
        copy.append(f"{file}.py", f"\n{code}\n")
    code, found = run(copy.root, "lint-imports --no-cache")
    assert code == 1
    return " ".join(found.split()).partition("Broken contracts")[2]


@pytest.mark.parametrize(("contract", "expected"), [one[2:] for one in IMPORTS])
def test_imports(broken_contracts: str, contract: str, expected: str) -> None:
    details = broken_contracts.partition(contract)[2]
    assert expected.replace("%", "custom_components.ring_partner") in details


@pytest.mark.parametrize(
    ("text", "command", "expected"),
    [
        ("import httpx", f"{DEPTRY} --no-ansi", "new.py:1:8: DEP003 'httpx'"),
        ("Reci" + "eve it", "codespell new.py", "==> Receive"),
        ("Lic" + "ence", "codespell new.py", "==> License"),
        ("#!/bin/sh\nif x; then", "shellcheck new.py", "SC1073"),
    ],
)
def test_tools(tmp_path: Path, text: str, command: str, expected: str) -> None:
    Copy(tmp_path, *COPIED).append("new.py", text)
    code, found = run(tmp_path, command)
    assert code != 0
    assert expected in " ".join(found.split())


def test_forbidden_text(tmp_path: Path) -> None:
    copy = Copy(tmp_path)
    copy.append("new.md", TEXTS)
    copy.append(
        "allowed.md", "https://example.com/home </tmp> dist/work/x /config/tmp/x"
    )
    copy.append("picture.png", "\0" + TEXTS)
    _, found = run(tmp_path, f"git grep --untracked -hIPf {FORBIDDEN_TEXT}")
    assert found.strip() == TEXTS
