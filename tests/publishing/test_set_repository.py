"""script/set-repository in a copy of the checkout."""

import json
from pathlib import Path

import pytest

from tests.checkout_copy import Copy

MODULE = "script.publishing.repository"
# The name is not in this file as a whole, as the copy contains this file too.
OWNER = "Some-one"
NEW = f"{OWNER}/its.name"


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    """Return a committed copy of the manifest."""
    copy = Copy(
        tmp_path, "custom_components/ring_partner/manifest", "script/publishing"
    )
    copy.commit()
    return copy


def files_with(copy: Copy, text: str) -> list[str]:
    """Return the files that contain a text, in capital or small letters."""
    return [
        path
        for path in copy.git("ls-files").splitlines()
        if text.lower().encode() in (copy.root / path).read_bytes().lower()
    ]


def test_address_is_changed_and_changed_back(tmp_path: Path) -> None:
    copy = Copy(tmp_path, "")
    copy.commit()
    manifest = json.loads(copy.path("%/manifest.json").read_text())
    (owner,) = manifest["codeowners"]
    address = manifest["documentation"].removeprefix("https://github.com/")
    encoded = address.replace("/", "%2F")
    before = {text: files_with(copy, text) for text in (address, encoded)}
    assert {"README.md", "CHANGELOG.md"} < {*before[address]}
    assert before[encoded] == ["README.md"]

    assert copy.run(MODULE, NEW, "some-body").returncode == 0
    assert files_with(copy, address) == []
    assert files_with(copy, encoded) == []
    assert files_with(copy, NEW) == before[address]
    assert files_with(copy, NEW.replace("/", "%2F")) == before[encoded]
    manifest = json.loads(copy.path("%/manifest.json").read_text())
    assert manifest["documentation"] == f"https://github.com/{NEW}"
    assert manifest["codeowners"] == ["@some-body"]

    assert copy.run(MODULE, address, owner).returncode == 0
    assert copy.git("status", "--porcelain") == ""


def test_owner_is_the_code_owner(copy: Copy) -> None:
    assert copy.run(MODULE, "someone/name").returncode == 0
    manifest = json.loads(copy.path("%/manifest.json").read_text())
    assert manifest["codeowners"] == ["@someone"]


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (["name"], "'name' is not OWNER/NAME"),
        (["/name"], "'/name' is not OWNER/NAME"),
        (["a/b/c"], "'a/b/c' is not OWNER/NAME"),
        (["-a/b"], "'-a/b' is not OWNER/NAME"),
        (["a/.."], "'a/..' is not OWNER/NAME"),
        (["a/b.git"], "'a/b.git' is not OWNER/NAME"),
        (
            ["https://github.com/a/b"],
            "'https://github.com/a/b' is not OWNER/NAME",
        ),
        (["a/b", "some one"], "'some one' is not a name on GitHub"),
    ],
)
def test_nothing_is_changed(copy: Copy, arguments: list[str], error: str) -> None:
    done = copy.run(MODULE, "--", *arguments)
    assert done.returncode == 1
    assert done.stderr == f"script/set-repository: {error}\n"
    assert copy.git("status", "--porcelain") == ""
