"""Fixtures of the tests of pictures and clips."""

import pytest

from custom_components.ring_partner.media import clip_cache

from .clip_source import ClipSource


@pytest.fixture
def source(monkeypatch: pytest.MonkeyPatch) -> ClipSource:
    """Return what stands in for Ring's clips."""
    source = ClipSource()
    monkeypatch.setattr(clip_cache, "open_clip", source.open)
    return source
