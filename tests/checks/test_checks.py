"""What script/checks finds in broken copies of the checkout."""

from pathlib import Path
import shutil
from typing import Any

import pytest
import yaml

from script.checks.__main__ import check
from script.checks.coverage import CONFIG_FLOW, check_coverage
from script.checks.files import MAX_LINES
from tests.checkout_copy import ROOT, Copy

from .conftest import table

# The action has one of everything. The words and f-strings make keys.
ACTION = """
async_register(DOMAIN, "action", handle)
translate(h, one); translate(h, f"made_{one}"); translate(h, f"{one}_end")
WORDS = "zz", f"o{one}", "ld"
"""
ACTION_TEXTS = [
    "common.made_zz",
    "common.zz_end",
    "selector.select.options.one",
    "selector.select.options.two",
    "services.action.fields.choice.name",
    "services.action.fields.field.name",
]


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    """Return a copy with two languages and an action."""
    select = {"select": {"translation_key": "select", "options": ["one", "two"]}}
    fields = {"a": {"fields": {"field": None}}, "choice": {"selector": select}}
    copy = Copy(tmp_path, "custom_components", "LICENSE", "README.md", "hacs.json")
    shutil.rmtree(copy.path("%/translations"))
    copy.append("%/action.py", ACTION)
    copy.change("%/services.yaml", "action.fields", fields)
    copy.change("%/icons.json", "services.action.service", "mdi:alien")
    for key in ACTION_TEXTS:
        copy.change("%/strings.json", key, "Text")
    copy_strings(copy)
    return copy


def copy_strings(copy: Copy) -> None:
    copy.path("%/translations").mkdir(exist_ok=True)
    for language in "de", "en":
        path = copy.path(f"%/translations/{language}.json")
        shutil.copy(copy.path("%/strings.json"), path)


def expect(copy: Copy, texts: str) -> None:
    """Expect a finding with each of the texts, and no other finding."""
    found = check(copy.root)
    expected = [] if texts == "-" else texts.split(" & ")
    assert len(found) == len(expected), found
    for text in expected:
        assert any(text in one for one in found), found


def test_clean(copy: Copy) -> None:
    assert not check(ROOT)
    expect(copy, "-")


@pytest.mark.parametrize(("name", "code", "expected"), table("code.txt"))
def test_code(copy: Copy, name: str, code: str, expected: str) -> None:
    copy.append(f"%/{name}.py", "\n" + code.replace("|", "\n") + "\n")
    expect(copy, expected)


@pytest.mark.parametrize(("name", "key", "value", "expected"), table("data.txt"))
def test_data(copy: Copy, name: str, key: str, value: str, expected: str) -> None:
    copy.change(f"%/{name}", key, yaml.safe_load(value))
    if name == "strings.json":
        copy_strings(copy)
    expect(copy, expected)


def test_code_that_is_gone(copy: Copy) -> None:
    copy.path("%/config_flow.py").unlink()
    copy.path("%/action.py").unlink()
    found = " ".join(check(copy.root))
    for key in "step.reconfigure", "step.reauth_playground", "abort.wrong_account":
        assert f"config.{key}" in found
    assert "action: is not registered" in found


@pytest.mark.parametrize("text", ["", "All rights reserved"])
def test_license(copy: Copy, text: str) -> None:
    copy.path("LICENSE").write_text(text)
    expect(copy, "LICENSE: is missing or does not begin")


def test_oldest_version(copy: Copy) -> None:
    copy.change("hacs.json", "homeassistant", "2026.9.0")
    expect(copy, "README.md: Home Assistant 2026.9, as in hacs.json, is not named")


def test_length(copy: Copy) -> None:
    copy.append("short.py", "x = 1\n" * MAX_LINES)
    copy.append("long.py", "x = 1\n" * (MAX_LINES + 1))
    expect(copy, "long.py:420: has 421 lines")


@pytest.mark.parametrize(
    ("path", "covered", "expected"),
    [
        ("custom_components/ring_partner/new.py", 95.0, ""),
        ("custom_components/ring_partner/new.py", 94.9, "94.9 %, less than 95 %"),
        (CONFIG_FLOW, 99.9, "99.9 %, less than 100 %"),
        ("ring_simulator/panel.py", 10.0, ""),
    ],
)
def test_coverage(path: str, covered: float, expected: str) -> None:
    report: dict[str, Any] = {
        name: {"summary": {"percent_covered": percent}, "missing_lines": [7]}
        for name, percent in {CONFIG_FLOW: 100.0, path: covered}.items()
    }
    line = f"{path}: {expected}; not run: [7]"
    assert [*check_coverage({"files": report})] == ([line] if expected else [])
    del report[CONFIG_FLOW]
    assert f"{CONFIG_FLOW}: was not measured" in check_coverage({"files": report})
