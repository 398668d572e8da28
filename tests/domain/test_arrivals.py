"""When an entry was made, whatever the phone's clock says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiugai.domain.arrivals import TOLERANCE_MS, timing
from jiugai.domain.pictures import strip

NOW = 1_795_449_600_000
HOUR = 3_600_000


@pytest.mark.parametrize(
    ("wall", "sent", "at", "clock"),
    [
        (NOW - HOUR, NOW, NOW - HOUR, "ok"),
        (NOW - HOUR, NOW + TOLERANCE_MS, NOW - HOUR, "ok"),
        (NOW + 23 * HOUR, NOW + 24 * HOUR, NOW - HOUR, "shifted"),
        (NOW - 25 * HOUR, NOW - 24 * HOUR, NOW - HOUR, "shifted"),
        (NOW + HOUR, NOW, NOW, "clamped"),
        (0, NOW, 0, "ok"),
    ],
)
def test_wrong_clocks(wall: int, sent: int, at: int, clock: str):
    found = timing(wall=wall, sent=sent, received=NOW)
    assert (found.at, found.clock) == (at, clock)


@given(st.integers(0, 2**53 - 1), st.integers(0, 2**53 - 1))
def test_nothing_is_made_after_it_arrived(wall: int, sent: int):
    assert timing(wall=wall, sent=sent, received=NOW).at <= NOW + TOLERANCE_MS


@given(st.binary(max_size=400))
def test_pictures_of_any_content_are_read_to_their_end(content: bytes):
    for head in (b"\xff\xd8", b"\x89PNG\r\n\x1a\n", b"RIFF\x00\x00\x00\x00WEBP", b""):
        assert strip(head + content) is not None
