"""quality_scale.yaml."""

from pathlib import Path

import homeassistant.components
import pytest
import yaml

from script.checks import quality

from .copies import QUALITY, Copy, expect


@pytest.mark.parametrize(
    ("rule", "answer", "expected"),
    [
        ("brands", "maybe", "is neither done nor todo"),
        ("brands", ["done"], "is neither done nor todo"),
        ("brands", {"status": "done", "note": "x"}, "is neither done nor todo"),
        ("brands", {"status": "maybe"}, "has no valid status"),
        ("brands", {"status": "exempt"}, "is exempt without a comment"),
        ("brands", {"status": "exempt", "comment": " "}, "is exempt without a"),
        ("beauty", "done", "'beauty' is not a rule"),
        ("brands", None, ":1: lacks the rule 'brands'"),
    ],
)
def test_rules(copy: Copy, rule: str, answer: object, expected: str) -> None:
    file = copy.root / QUALITY
    document = yaml.safe_load(file.read_text())
    if answer is None:
        del document["rules"][rule]
    else:
        document["rules"][rule] = answer
    file.write_text(yaml.safe_dump(document, sort_keys=False))
    expect(copy, quality.check_quality_scale, expected)


def test_the_line_is_right(copy: Copy) -> None:
    file = copy.root / QUALITY
    lines = file.read_text().splitlines()
    line = lines.index("  common-modules: done")
    lines[line] = "  common-modules: perhaps"
    file.write_text("\n".join(lines))
    expect(copy, quality.check_quality_scale, f"{QUALITY}:{line + 1}: ")


def test_not_yaml(copy: Copy) -> None:
    copy.write(QUALITY, "rules: [")
    expect(copy, quality.check_quality_scale, "is not YAML")


def test_no_file(copy: Copy) -> None:
    copy.remove(QUALITY)
    assert len(copy.found(quality.check_quality_scale)) == len(quality.RULES) == 54


def test_the_rules_are_home_assistants() -> None:
    components = Path(homeassistant.components.__path__[0])
    rules = yaml.safe_load((components / "yoto" / "quality_scale.yaml").read_text())
    assert set(rules["rules"]) == quality.RULES
