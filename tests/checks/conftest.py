"""Tables of what breaks the checkout."""

import re

from tests.checkout_copy import ROOT


def table(name: str) -> list[list[str]]:
    """Return the rows of a table of cases. Its cells are two or more spaces apart."""
    lines = (ROOT / "tests/checks/cases" / name).read_text().splitlines()
    return [re.split(r" {2,}", line) for line in lines if not line.startswith("#")]
