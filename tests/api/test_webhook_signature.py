"""Who signed a webhook."""

import hashlib
import hmac

from hypothesis import given, strategies as st
import pytest

from custom_components.ring_partner.api.webhook import verify

from .vectors import BUTTON_PRESS, KEY, SIGNATURE


def test_the_documented_signature() -> None:
    assert len(BUTTON_PRESS) == 432
    assert verify(KEY, BUTTON_PRESS, SIGNATURE)


@pytest.mark.parametrize(
    "signature",
    [
        None,
        "",
        "sha256=",
        SIGNATURE.removeprefix("sha256="),
        SIGNATURE.upper(),
        "SHA256=" + SIGNATURE.removeprefix("sha256="),
        "sha256=" + SIGNATURE.removeprefix("sha256=").upper(),
        SIGNATURE.replace("sha256", "sha1"),
        SIGNATURE + " ",
        SIGNATURE + "0",
        SIGNATURE[:-1],
        SIGNATURE[:-1] + "\u0669",
        "\u00e9" * 71,
        "\udcff" * 71,
    ],
)
def test_any_other_signature_is_refused(signature: str | None) -> None:
    assert not verify(KEY, BUTTON_PRESS, signature)


def test_a_signature_of_another_key_is_refused() -> None:
    assert not verify(KEY + "=", BUTTON_PRESS, SIGNATURE)
    assert not verify("\ud800", BUTTON_PRESS, SIGNATURE)


def test_nobody_can_sign_with_an_empty_key() -> None:
    forged = hmac.new(b"", BUTTON_PRESS, hashlib.sha256).hexdigest()
    assert not verify("", BUTTON_PRESS, f"sha256={forged}")


@given(
    st.binary(max_size=300) | st.just(BUTTON_PRESS),
    st.text(min_size=1, max_size=60).filter(lambda key: key.isprintable()),
)
def test_what_is_signed_is_accepted(body: bytes, key: str) -> None:
    signed = hmac.new(key.encode(), body, hashlib.sha256).hexdigest()
    assert verify(key, body, f"sha256={signed}")


@given(st.integers(0, len(BUTTON_PRESS) - 1), st.integers(1, 255))
def test_a_changed_body_is_refused(position: int, difference: int) -> None:
    body = bytearray(BUTTON_PRESS)
    body[position] ^= difference
    assert not verify(KEY, bytes(body), SIGNATURE)


@given(st.integers(0, len(SIGNATURE) - 1), st.characters())
def test_a_changed_signature_is_refused(position: int, character: str) -> None:
    changed = SIGNATURE[:position] + character + SIGNATURE[position + 1 :]
    assert verify(KEY, BUTTON_PRESS, changed) is (changed == SIGNATURE)


@given(st.binary(), st.text() | st.none())
def test_chance_signs_nothing(body: bytes, signature: str | None) -> None:
    assert not verify(KEY, body, signature)
