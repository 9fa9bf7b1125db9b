"""Replacement for a package that has to be compiled.

See ``pymicro_vad.py`` for the reason.
"""


class AudioProcessor:
    """Replacement for the noise suppression."""
