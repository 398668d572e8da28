"""Entries made on phones: reading what arrives, and when it was really made, whatever the phone's clock says."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from jiugai.domain.errors import Refusal

# A difference this small is the network's delay and the drift of good clocks, not a wrong clock.
TOLERANCE_MS = 120_000
MOST_IN_BATCH = 500
_DEVICE = re.compile(r"[a-z0-9-]{8,40}")
# JavaScript's largest exact integer; also keeps every sum within PostgreSQL's bigint.
_LARGEST = 2**53 - 1
_LONGEST_BODY = 20_000


class Unreadable(Refusal):
    """What arrived is not an entry of our phone page."""

    status = 422
    code = "unreadable"


@dataclass(frozen=True)
class Sent:
    """One entry as a phone sends it. `device` and `counter` name it for ever, `wall` and `logical` are its clock.

    `wall` is milliseconds since 1970 by the phone, never running backwards; `logical` counts entries of one moment.
    """

    device: str
    counter: int
    wall: int
    logical: int
    kind: str
    author: str
    community: int
    body: Mapping[str, Any]

    @property
    def ident(self) -> str:
        """The name under which an entry arrives once and only once."""
        return f"{self.device}:{self.counter}"


@dataclass(frozen=True)
class Timing:
    """When an entry was made, by our clock (ms since 1970). `clock` is ok, shifted (corrected) or clamped."""

    at: int
    offset: int
    clock: str


def timing(*, wall: int, sent: int, received: int) -> Timing:
    """Correct the phone's time: it says itself what time it was when it sent, and nothing is made after it arrived.

    A phone that is off by more than the tolerance is shifted by the difference. What still lies in the future (a clock
    put right between making and sending) is set to the moment of arrival.
    """
    offset = received - sent
    offset = offset if abs(offset) > TOLERANCE_MS else 0
    at = wall + offset
    if at > received + TOLERANCE_MS:
        return Timing(received, offset, "clamped")
    return Timing(at, offset, "shifted" if offset else "ok")


def read_batch(raw: Any) -> tuple[int, list[Any]]:
    """Return the phone's time of sending and the entries, still unread. Raises Unreadable."""
    if not isinstance(raw, dict) or not isinstance(raw.get("ops"), list):
        raise Unreadable("收到的内容不是手机填报", remedy="刷新手机页面后重新上传")
    if len(raw["ops"]) > MOST_IN_BATCH:
        raise Unreadable(f"一次最多 {MOST_IN_BATCH} 条，这次有 {len(raw['ops'])} 条", remedy="分几次上传")
    return _whole(raw, "sent"), raw["ops"]


def read(raw: Any) -> Sent:
    """Read one entry. Raises Unreadable with what is wrong."""
    if not isinstance(raw, dict) or not isinstance(raw.get("body"), dict):
        raise Unreadable("这一条读不出来")
    if not storable(raw["body"]):
        raise Unreadable("这一条太长，或有看不见的字符", remedy="缩短或重新输入文字")
    device = raw.get("device")
    if not isinstance(device, str) or not _DEVICE.fullmatch(device):
        raise Unreadable("没有设备编号", where="device")
    return Sent(
        device=device,
        counter=_whole(raw, "counter"),
        wall=_whole(raw, "wall"),
        logical=_whole(raw, "logical"),
        kind=_text(raw, "type"),
        author=_text(raw, "author"),
        community=_whole(raw, "community"),
        body=raw["body"],
    )


def storable(value: Any) -> bool:
    """Tell whether a JSON value can be kept: of sensible length, without NUL characters or halves of characters."""
    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False)
        text.encode()
    except (ValueError, UnicodeEncodeError):
        return False
    return len(text) <= _LONGEST_BODY and "\\u0000" not in text


def _whole(raw: Mapping[str, Any], name: str) -> int:
    value = raw.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= _LARGEST:
        raise Unreadable(f"{name} 应是不小于 0 的整数", where=name)
    return value


def _text(raw: Mapping[str, Any], name: str) -> str:
    value = raw.get(name)
    if not isinstance(value, str) or not 0 < len(value) <= 150 or not storable(value):
        raise Unreadable(f"没有 {name}", where=name)
    return value
