"""Ring's documents without their values, for diagnostics."""

from typing import Any, Final

from .words import is_word

MAX_SHAPES: Final = 50
"""Different items of a list that are shown."""
HIDDEN: Final = "(hidden)"
"""In place of a name that could be an ID."""

# The values of types, capabilities, status and configurations (Ring Partner API
# reference, 2.2 to 2.5).
_KNOWN_TEXTS: Final = frozenset(
    {
        "16:9",
        "AVC",
        "HEVC",
        "active",
        "auto_zoom_track",
        "chime.play",
        "color_night_vision",
        "device-capabilities",
        "device-configurations",
        "device-status",
        "devices",
        "enabled",
        "fair",
        "good",
        "hdr",
        "ir_led_night_vision",
        "locations",
        "motion_zones",
        "off",
        "on",
        "poor",
        "privacy_zones",
        "resolution_mode",
        "snapshot",
    }
)


def shape_of(value: object) -> Any:
    """Return a JSON value with types in place of values.

    Only texts that Ring documents are kept. The items of a list are shown once for each
    shape.
    """
    match value:
        case dict():
            return {
                key if is_word(key) else HIDDEN: shape_of(member)
                for key, member in value.items()
            }
        case list():
            shapes: list[Any] = []
            for item in value:
                if len(shapes) < MAX_SHAPES and (shape := shape_of(item)) not in shapes:
                    shapes.append(shape)
            return {"items": len(value), "shapes": shapes}
        case str():
            return known_text(value)
        case bool():
            return "boolean"
        case None:
            return "null"
    return "number"


def known_text(text: str) -> str:
    """Return a text that Ring documents; another one could be private."""
    return text if text in _KNOWN_TEXTS else "string"
