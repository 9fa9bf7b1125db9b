"""manifest.json, hacs.json and what HACS wants."""

from typing import Any

import pytest

from script.checks import manifest

from .copies import FLOW, ICONS, MANIFEST, Copy, expect


def test_json(copy: Copy) -> None:
    copy.write(ICONS, '{\n  "entity": {},\n}\n')
    expect(copy, manifest.check_json, f"{ICONS}:2: is not JSON")


@pytest.mark.parametrize(
    ("key", "value", "expected"),
    [
        ("domain", "ring", "'domain' is not ring_partner"),
        ("iot_class", "cloud", "'iot_class' is not"),
        ("integration_type", "bridge", "'integration_type' is not"),
        ("version", "1.0", "'version' is not"),
        ("documentation", "http://example.com", "not an https address"),
        (
            "documentation",
            "https://www.home-assistant.io/integrations/ring",
            "of Home Assistant's own",
        ),
        ("issue_tracker", "example.com", "not an https address"),
        ("loggers", "ring", "'loggers' is not a list of texts"),
        ("codeowners", [], "nobody owns the code"),
    ],
)
def test_manifest_values(copy: Copy, key: str, value: Any, expected: str) -> None:
    copy.change(MANIFEST, key, to=value)
    expect(copy, manifest.check_manifest, expected)


def test_manifest_keys(copy: Copy) -> None:
    copy.change(MANIFEST, "categories", to=["security_safety.cameras"])
    found = copy.found(manifest.check_manifest)
    assert "'categories' is not a key that hassfest knows" in found[0]
    assert "is not sorted: 'categories' should stand before" in found[1]


def test_manifest_lacks_a_key(copy: Copy) -> None:
    copy.change(MANIFEST, "issue_tracker", to=None)
    expect(
        copy,
        manifest.check_manifest,
        f"{MANIFEST}:1: lacks 'issue_tracker'",
        "'issue_tracker' is not an https address",
    )


def test_manifest_promises_a_config_flow(copy: Copy) -> None:
    copy.remove(FLOW)
    expect(copy, manifest.check_manifest, "there is no config_flow.py")


def test_manifest_dependency_is_named_twice(copy: Copy) -> None:
    copy.write(
        MANIFEST,
        (copy.root / MANIFEST)
        .read_text()
        .replace('  "config_flow"', '  "after_dependencies": ["a"],\n  "config_flow"')
        .replace('  "documentation"', '  "dependencies": ["a"],\n  "documentation"'),
    )
    found = copy.found(manifest.check_manifest)
    assert any("'a' is both a dependency and" in one for one in found)


@pytest.mark.parametrize(
    ("key", "value", "expected"),
    [
        ("name", None, "hacs.json:1: lacks 'name'"),
        ("render_readme", "yes", "'render_readme' is of the wrong type"),
        ("domains", ["sensor"], "'domains' is not a key of HACS's"),
        ("zip_release", True, "a zipped release needs 'filename'"),
    ],
)
def test_hacs(copy: Copy, key: str, value: Any, expected: str) -> None:
    copy.change("hacs.json", key, to=value)
    expect(copy, manifest.check_hacs, expected)


@pytest.mark.parametrize(
    "path", ["hacs.json", "LICENSE", "README.md", str(manifest.ICON)]
)
def test_hacs_misses_a_file(copy: Copy, path: str) -> None:
    copy.remove(path)
    expect(copy, manifest.check_hacs, f"{path}:1: ")


def test_hacs_takes_one_integration(copy: Copy) -> None:
    copy.write("custom_components/other/manifest.json", "{}")
    expect(copy, manifest.check_hacs, "other/manifest.json:1: HACS takes one")
