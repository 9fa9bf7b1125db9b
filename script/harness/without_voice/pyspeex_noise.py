"""Stands in for a package of Home Assistant's voice assistant that needs a compiler.

See ``pymicro_vad`` beside it.
"""


class AudioProcessor:
    """Would remove noise."""
