"""The checks find nothing in the checkout."""

import pytest

from script.checks import __main__ as program

from .copies import CHECKOUT, Check, Copy


def test_the_checkout_is_clean() -> None:
    assert not program.findings(CHECKOUT)


@pytest.mark.parametrize("check", program.CHECKS, ids=lambda check: check.__name__)
def test_copies_are_clean(copy: Copy, check: Check) -> None:
    assert not copy.found(check)
