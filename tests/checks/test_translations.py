"""strings.json and translations/*.json by themselves."""

import shutil
from typing import Any

import pytest

from script.checks import translations

from .copies import ENGLISH, STRINGS, Copy, expect


@pytest.mark.parametrize(
    ("keys", "value", "expected"),
    [
        (("common", "Key"), "Text", "'Key' is not a valid key"),
        (("common", "a__b"), "Text", "'a__b' is not a valid key"),
        (("common", "a"), 1, "is not a text"),
        (("common", "a"), "An <b>urgent</b> text", "holds HTML"),
        (("common", "a"), "The device '{name}'", "in single quotes"),
        (("common", "a"), "[%key:common::state::on%]", "refers to another text"),
        (("common", "a"), "See https://example.com/x", "holds an address"),
        (("common", "a"), " Text", "begins or ends with a space"),
        (("common", "a"), "", "is empty"),
        (("common", "a"), "Not {closed", "expected '}'"),
        (("common", "a"), "{0} devices", "'0' is not a name for a placeholder"),
        (("services", "a", "icon"), "Text", "services.a.icon: is not a key"),
        (("entity", "sensor", "a", "icon"), "Text", "sensor.a.icon: is not a key"),
        (("config", "step", "user", "name"), "Text", "step.user.name: is not a key"),
        (("config", "title"), "Text", "config.title: is not a key"),
        (("errors", "a"), "Text", "errors: is not a key"),
        (("exceptions", "a", "text"), "Text", "exceptions.a: needs a message"),
        (
            ("issues", "a"),
            {"title": "Text"},
            "needs either a description or a fix flow",
        ),
        (("issues", "a"), {"description": "Text"}, "issues.a: has no title"),
        (
            ("config", "step", "user", "data", "a"),
            "Text",
            "config.step.user.data.a: has no data_description",
        ),
        (
            ("options", "step", "init", "sections", "a", "data", "b"),
            "Text",
            "sections.a.data.b: has no data_description",
        ),
        (
            ("config", "step", "user", "data_description", "a"),
            "Text",
            "describes no field",
        ),
    ],
)
def test_texts(copy: Copy, keys: tuple[str, ...], value: Any, expected: str) -> None:
    copy.change(STRINGS, *keys, to=value)
    expect(copy, translations.check_texts, expected)


def test_the_line_is_right(copy: Copy) -> None:
    copy.change(STRINGS, "config", "step", "user", "title", to="<b>Text</b>")
    lines = (copy.root / STRINGS).read_text().splitlines()
    line = next(n for n, text in enumerate(lines, 1) if "<b>" in text)
    expect(copy, translations.check_texts, f"{STRINGS}:{line}: ")


def test_languages(copy: Copy) -> None:
    german = str(translations.TRANSLATIONS / "de.json")
    keys = ("exceptions", "update_failed", "message")
    shutil.copy(copy.root / STRINGS, copy.root / german)
    copy.change(german, *keys, to="Ein Text ohne Platzhalter")
    copy.change(german, "common", "extra", to="Text")
    copy.change(german, "config", "abort", "already_configured", to=None)
    expect(
        copy,
        translations.check_languages,
        f"{german}:",
        "lacks config.abort.already_configured",
        "has common.extra, which strings.json lacks",
    )


def test_english_is_the_same_twice(copy: Copy) -> None:
    copy.change(ENGLISH, "config", "abort", "already_configured", to="Different.")
    expect(copy, translations.check_languages, "is not as in strings.json")
    copy.remove(ENGLISH)
    expect(copy, translations.check_languages, f"{ENGLISH}:1: is missing")
