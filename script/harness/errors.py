"""What can go wrong here, told in a way that helps."""


class HarnessError(Exception):
    """Something that was started doesn't work; the message is for people."""
