"""Replacement for a package that has to be compiled.

Home Assistant's voice assistant imports the package. The frontend cannot load the
descriptions of actions unless that import works; nothing in the package is called.
"""


class MicroVad:
    """Replacement for the detector of speech."""
