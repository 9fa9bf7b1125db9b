"""The schemas of files that hassfest does not check."""

from pathlib import Path

from check_jsonschema import main as check_jsonschema
import homeassistant.components
import pytest
import yaml

from tests.checkout_copy import ROOT, Copy

from .conftest import table

FILES = {
    "quality_scale": "%/quality_scale.yaml",
    "translations": "%/translations/en.json",
}


@pytest.mark.parametrize("case", table("schemas.txt"), ids=" ".join)
def test_schemas(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], case: list[str]
) -> None:
    name, key, value, expected = case
    copy = Copy(tmp_path, "custom_components")
    file = copy.path(FILES[name])
    arguments = [f"--schemafile={ROOT}/script/schemas/{name}.yaml", str(file)]
    assert check_jsonschema(arguments, standalone_mode=False) == 0
    copy.change(FILES[name], key, yaml.safe_load(value))
    assert check_jsonschema(arguments, standalone_mode=False) == 1
    assert expected in capsys.readouterr().out


def test_rules_are_home_assistants() -> None:
    example = Path(homeassistant.components.__path__[0], "yoto/quality_scale.yaml")
    schema = yaml.safe_load((ROOT / "script/schemas/quality_scale.yaml").read_text())
    rules = schema["properties"]["rules"]["required"]
    assert rules == schema["properties"]["rules"]["propertyNames"]["enum"]
    assert {*rules} == yaml.safe_load(example.read_text())["rules"].keys()
    assert len(rules) == 54
