"""Error of the harness."""


class HarnessError(Exception):
    """Home Assistant or the simulator does not do what it should.

    The message is shown to the developer.
    """
