"""The shape of Ring's documents, and the words that are counted."""

from typing import Any

from hypothesis import given, strategies as st
import pytest

from custom_components.ring_partner.helpers.payload_shape import (
    HIDDEN,
    MAX_SHAPES,
    shape_of,
)
from custom_components.ring_partner.helpers.words import (
    MAX_WORDS,
    OTHER,
    WordCounter,
    is_word,
)

TYPES = {"boolean", "null", "number", "string"}
PRIVATE = st.from_regex(r"[a-z]{3}[0-9]{3}[a-z]*", fullmatch=True)
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | PRIVATE
JSON = st.recursive(
    LEAVES,
    lambda items: st.lists(items) | st.dictionaries(PRIVATE, items),
    max_leaves=30,
)


def texts_in(shape: Any) -> set[str]:
    """Return all texts of a shape."""
    if isinstance(shape, dict):
        return set(shape).union(*map(texts_in, shape.values()))
    if isinstance(shape, list):
        return set().union(*map(texts_in, shape))
    return {shape} if isinstance(shape, str) else set()


@given(JSON)
def test_nothing_but_types(value: Any) -> None:
    assert texts_in(shape_of(value)) <= TYPES | {HIDDEN, "items", "shapes"}


def test_names_and_documented_texts_are_kept() -> None:
    assert shape_of(
        {
            "type": "devices",
            "e2e_encryption": {"enabled": True},
            "pm25": 5.5,
            "name": "Front door",
            "ava1.ring.device.X": None,
            "codecs": ["AVC", "VP9", "AV1"],
        }
    ) == {
        "type": "devices",
        "e2e_encryption": {"enabled": "boolean"},
        "pm25": "number",
        "name": "string",
        HIDDEN: "null",
        "codecs": {"items": 3, "shapes": ["AVC", "string"]},
    }


def test_number_of_shapes_is_limited() -> None:
    names = [f"{a}{b}" for a in "abcdefgh" for b in "abcdefgh"]
    shape = shape_of([{name: 1} for name in names])
    assert (shape["items"], len(shape["shapes"])) == (64, MAX_SHAPES)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("motion_detected", True),
        ("pm25_exceeded", True),
        ("device-status", True),
        ("a" * 40, True),
        ("a" * 41, False),
        ("", False),
        ("event123", False),
        ("0f1e2d", False),
        ("front door", False),
        ("ava1.ring.device.X", False),
        ("tür", False),
        ("a\n", False),
    ],
)
def test_words(text: str, *, expected: bool) -> None:
    assert is_word(text) is expected


def test_number_of_words_is_limited() -> None:
    counter = WordCounter()
    words = [f"{a}{b}" for a in "abcdefgh" for b in "abcdefgh"]
    for word in [*words, words[0], words[-1], "ava1.X"]:
        counter.add(word)
    assert len(counter.counts) == MAX_WORDS + 1
    assert counter.counts["aa"] == 2
    assert counter.counts[OTHER] == len(words) - MAX_WORDS + 2
