"""Signatures of webhooks."""

import hashlib
import hmac

from hypothesis import given, strategies as st
import pytest

from custom_components.ring_partner.api.webhook import verify_signature

from .reference_examples import BUTTON_PRESS_SIGNATURE, BUTTON_PRESS_WEBHOOK, HMAC_KEY


def test_documented_signature() -> None:
    assert len(BUTTON_PRESS_WEBHOOK) == 432
    assert verify_signature(HMAC_KEY, BUTTON_PRESS_WEBHOOK, BUTTON_PRESS_SIGNATURE)


@pytest.mark.parametrize(
    "signature",
    [
        None,
        "",
        "sha256=",
        BUTTON_PRESS_SIGNATURE.removeprefix("sha256="),
        BUTTON_PRESS_SIGNATURE.upper(),
        "SHA256=" + BUTTON_PRESS_SIGNATURE.removeprefix("sha256="),
        "sha256=" + BUTTON_PRESS_SIGNATURE.removeprefix("sha256=").upper(),
        BUTTON_PRESS_SIGNATURE.replace("sha256", "sha1"),
        BUTTON_PRESS_SIGNATURE + " ",
        BUTTON_PRESS_SIGNATURE + "0",
        BUTTON_PRESS_SIGNATURE[:-1],
        BUTTON_PRESS_SIGNATURE[:-1] + "\u0669",
        "\u00e9" * 71,
        "\udcff" * 71,
    ],
)
def test_wrong_signature(signature: str | None) -> None:
    assert not verify_signature(HMAC_KEY, BUTTON_PRESS_WEBHOOK, signature)


def test_wrong_key() -> None:
    assert not verify_signature(
        HMAC_KEY + "=", BUTTON_PRESS_WEBHOOK, BUTTON_PRESS_SIGNATURE
    )
    assert not verify_signature("\ud800", BUTTON_PRESS_WEBHOOK, BUTTON_PRESS_SIGNATURE)


def test_empty_key() -> None:
    forged = hmac.new(b"", BUTTON_PRESS_WEBHOOK, hashlib.sha256).hexdigest()
    assert not verify_signature("", BUTTON_PRESS_WEBHOOK, f"sha256={forged}")


@given(
    st.binary(max_size=300) | st.just(BUTTON_PRESS_WEBHOOK),
    st.text(min_size=1, max_size=60).filter(lambda key: key.isprintable()),
)
def test_any_signed_body(body: bytes, key: str) -> None:
    signature = hmac.new(key.encode(), body, hashlib.sha256).hexdigest()
    assert verify_signature(key, body, f"sha256={signature}")


@given(st.integers(0, len(BUTTON_PRESS_WEBHOOK) - 1), st.integers(1, 255))
def test_changed_body(position: int, difference: int) -> None:
    body = bytearray(BUTTON_PRESS_WEBHOOK)
    body[position] ^= difference
    assert not verify_signature(HMAC_KEY, bytes(body), BUTTON_PRESS_SIGNATURE)


@given(st.integers(0, len(BUTTON_PRESS_SIGNATURE) - 1), st.characters())
def test_changed_signature(position: int, character: str) -> None:
    changed = (
        BUTTON_PRESS_SIGNATURE[:position]
        + character
        + BUTTON_PRESS_SIGNATURE[position + 1 :]
    )
    assert verify_signature(HMAC_KEY, BUTTON_PRESS_WEBHOOK, changed) is (
        changed == BUTTON_PRESS_SIGNATURE
    )


@given(st.binary(), st.text() | st.none())
def test_random_signature(body: bytes, signature: str | None) -> None:
    assert not verify_signature(HMAC_KEY, body, signature)
