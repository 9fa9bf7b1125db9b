"""Stands in for a package of Home Assistant's voice assistant that needs a compiler.

Home Assistant can't describe its actions to the browser unless the voice assistant can
be imported. Nothing here is ever called: no one talks to this Home Assistant.
"""


class MicroVad:
    """Would tell speech from noise."""
