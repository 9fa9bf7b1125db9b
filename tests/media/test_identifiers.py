"""The identifiers of the media browser."""

from datetime import UTC, date, datetime, timedelta
from string import printable

from hypothesis import example, given, strategies as st
import pytest

from custom_components.ring_partner.media.identifiers import (
    AccountIdentifier,
    CameraIdentifier,
    ClipIdentifier,
    DayIdentifier,
    DaysIdentifier,
    DeviceIdentifier,
    Identifier,
    PictureIdentifier,
    parse_identifier,
)

ENTRY = "01JABCDEFGHJKMNPQRSTVWXYZ0"
DEVICE = "d0" * 16
CAMERA = CameraIdentifier(DeviceIdentifier(ENTRY, DEVICE), None)
START = datetime(2026, 11, 25, 14, 3, 1, 250_000, tzinfo=UTC)

ids = st.from_regex(r"[0-9A-Za-z_-]{1,64}", fullmatch=True)
components = st.none() | st.text(min_size=1, max_size=256)
cameras = st.builds(CameraIdentifier, st.builds(DeviceIdentifier, ids, ids), components)
milliseconds = st.integers(0, 9_999_999_999_999)
lengths = milliseconds.map(lambda number: timedelta(milliseconds=number))
times = lengths.map(lambda length: datetime(1970, 1, 1, tzinfo=UTC) + length)
identifiers = st.one_of(
    st.builds(AccountIdentifier, ids),
    st.builds(DeviceIdentifier, ids, ids),
    cameras,
    st.builds(DaysIdentifier, cameras, st.dates()),
    st.builds(DayIdentifier, cameras, st.dates(), st.none() | times),
    st.builds(ClipIdentifier, cameras, times, lengths),
    st.builds(PictureIdentifier, cameras, times),
)
parts = st.one_of(
    st.sampled_from(
        ["", ".", "..", "-", "day", "before", "clip", "picture", "31", ENTRY, DEVICE]
    ),
    st.dates().map(str),
    milliseconds.map(str),
    st.text(printable),
)


@pytest.mark.parametrize(
    ("identifier", "text"),
    [
        (AccountIdentifier(ENTRY), ENTRY),
        (CAMERA.device, f"{ENTRY}/{DEVICE}"),
        (CAMERA, f"{ENTRY}/{DEVICE}/-"),
        (CameraIdentifier(CAMERA.device, "1"), f"{ENTRY}/{DEVICE}/31"),
        (
            DaysIdentifier(CAMERA, date(2026, 11, 25)),
            f"{ENTRY}/{DEVICE}/-/before/2026-11-25",
        ),
        (
            DayIdentifier(CAMERA, date(2026, 11, 25)),
            f"{ENTRY}/{DEVICE}/-/day/2026-11-25",
        ),
        (
            DayIdentifier(CAMERA, date(2026, 11, 25), START),
            f"{ENTRY}/{DEVICE}/-/day/2026-11-25/1795615381250",
        ),
        (
            ClipIdentifier(CAMERA, START, timedelta(seconds=20)),
            f"{ENTRY}/{DEVICE}/-/clip/1795615381250/20000",
        ),
        (
            PictureIdentifier(CAMERA, START),
            f"{ENTRY}/{DEVICE}/-/picture/1795615381250",
        ),
    ],
)
def test_identifier_as_text(
    identifier: Identifier | PictureIdentifier, text: str
) -> None:
    assert str(identifier) == text
    assert parse_identifier(text) == identifier


@pytest.mark.parametrize(
    "text",
    [
        "",
        "/",
        f"{ENTRY}/",
        f"/{DEVICE}",
        "../../secrets.yaml",
        f"{ENTRY}/../../secrets.yaml",
        f"{ENTRY}/{DEVICE}/../clip/1/1",
        f"{ENTRY}/{DEVICE}/%2e%2e",
        f"{ENTRY}/{DEVICE}/..",
        f"{ENTRY}/{DEVICE}/3",
        f"{ENTRY}/{DEVICE}/AB",
        f"{ENTRY}/{DEVICE}/ff",
        f"{ENTRY}/{DEVICE}/31 32",
        f"{ENTRY}/{DEVICE}/-/",
        f"{ENTRY}/{DEVICE}/-/day",
        f"{ENTRY}/{DEVICE}/-/day/2026-02-30",
        f"{ENTRY}/{DEVICE}/-/day/20261125",
        f"{ENTRY}/{DEVICE}/-/day/2026-W48-3",
        f"{ENTRY}/{DEVICE}/-/day/2026-11-25/-1",
        f"{ENTRY}/{DEVICE}/-/day/2026-11-25/1/1",
        f"{ENTRY}/{DEVICE}/-/before/today",
        f"{ENTRY}/{DEVICE}/-/clip/1",
        f"{ENTRY}/{DEVICE}/-/clip/1/1/1",
        f"{ENTRY}/{DEVICE}/-/clip/-1/1",
        f"{ENTRY}/{DEVICE}/-/clip/01/1",
        f"{ENTRY}/{DEVICE}/-/clip/1.5/1",
        f"{ENTRY}/{DEVICE}/-/clip/1e3/1",
        f"{ENTRY}/{DEVICE}/-/clip/1_000/1",
        f"{ENTRY}/{DEVICE}/-/clip/\N{ARABIC-INDIC DIGIT ONE}/1",
        f"{ENTRY}/{DEVICE}/-/clip/10000000000000/1",
        f"{ENTRY}/{DEVICE}/-/film/1/1",
        f"{ENTRY}/{DEVICE}/-/picture",
        f"{ENTRY}/{DEVICE}/-/picture/now",
        f"{ENTRY}/{DEVICE}/-/picture/-1",
        f"{ENTRY}/{DEVICE}/-/picture/01",
        f"{ENTRY}/{DEVICE}/-/picture/1/1",
        f"{ENTRY}/{DEVICE}/-/picture/../../../secrets.yaml",
        f"{ENTRY}\n",
        f"{ENTRY}\0/{DEVICE}",
        "x" * 65,
    ],
)
def test_malformed_identifier(text: str) -> None:
    with pytest.raises(ValueError):
        parse_identifier(text)


@given(identifiers)
def test_every_identifier_is_parsed(identifier: Identifier) -> None:
    text = str(identifier)
    assert parse_identifier(text) == identifier
    assert text.isascii()
    assert text.isprintable()
    assert not {"", ".", ".."} & set(text.split("/"))


@given(st.text() | st.lists(parts).map("/".join))
@example("0000-01-01")
def test_parsed_text_is_the_only_one_of_its_identifier(text: str) -> None:
    try:
        identifier = parse_identifier(text)
    except ValueError:
        return
    assert str(identifier) == text
