"""What the tests of the checks share."""

from pathlib import Path

import pytest

from .copies import Copy


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    """Return a copy of the checkout."""
    return Copy(tmp_path)
