"""Rules for every file, and the coverage of each module."""

from pathlib import PurePosixPath

import pytest

from script.checks import coverage, files
from script.checks.tree import Finding

from .copies import EXTRA, FLOW, Copy, expect


def test_length(copy: Copy) -> None:
    copy.write("extra.py", "x = 1\n" * files.LONGEST)
    copy.write("longer.py", "x = 1\n" * (files.LONGEST + 1))
    found = copy.found(files.check_length)
    assert not any("extra.py" in one for one in found)
    assert any(one.startswith("longer.py:420: has 421 lines") for one in found)


@pytest.mark.parametrize(
    "text",
    [
        "https://py" + "pi.org/simple",
        "registry.npm" + "js.org",
        "deb.deb" + "ian.org",
        "/wo" + "rk/main",
        'open("/tm' + 'p/x")',
        "in /ho" + "me/somebody/",
    ],
)
def test_addresses(copy: Copy, text: str) -> None:
    copy.write("README.md", f"First\nSee {text}\n")
    expect(copy, files.check_addresses, "README.md:2: names a ")


@pytest.mark.parametrize(
    "text", ["https://example.com/home/page", "</tmp>", "dist/work/x", "/config/tmp/x"]
)
def test_harmless_addresses(copy: Copy, text: str) -> None:
    copy.write("README.md", text)
    assert not copy.found(files.check_addresses)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# TO" + "DO: later", "is unfinished: TO"),
        ("# FIX" + "ME", "is unfinished: FIX"),
        ("x = 1  # pragma: " + "no cover", "is left out of the tests"),
        ("@pytest.mark." + "skip", "is left out of the tests"),
        ("@pytest.mark." + "skipif(x)", "is left out of the tests"),
        ("pytest." + "skip('x')", "is left out of the tests"),
        ("@pytest.mark." + "xfail", "is left out of the tests"),
    ],
)
def test_finished(copy: Copy, text: str, expected: str) -> None:
    copy.write(EXTRA, f"\n{text}\n")
    expect(copy, files.check_finished, f"{EXTRA}:2: {expected}")


def test_pictures_are_not_read_as_text(copy: Copy) -> None:
    (copy.root / "x.png").write_bytes(b"\0TO" + b"DO " * 500)
    assert not copy.found(files.check_finished)


@pytest.mark.parametrize(
    ("path", "covered", "expected"),
    [
        (EXTRA, 95.0, []),
        (EXTRA, 94.9, [Finding(PurePosixPath(EXTRA), 7, "94.9 % are covered")]),
        (FLOW, 99.9, [Finding(PurePosixPath(FLOW), 7, "99.9 % are covered")]),
        ("ring_simulator/panel.py", 10.0, []),
    ],
)
def test_coverage(path: str, covered: float, expected: list[Finding]) -> None:
    whole = {"summary": {"percent_covered": 100.0}, "missing_lines": []}
    report = {
        "files": {
            FLOW: whole,
            path: {"summary": {"percent_covered": covered}, "missing_lines": [7]},
        }
    }
    found = list(coverage.check_coverage(report))
    assert [(one.path, one.line) for one in found] == [
        (one.path, one.line) for one in expected
    ]
    for one, other in zip(found, expected, strict=True):
        assert one.message.startswith(other.message)


def test_coverage_without_the_config_flow() -> None:
    assert [str(one) for one in coverage.check_coverage({"files": {}})] == [
        f"{FLOW}:1: was not measured"
    ]
