"""What moving bars costs against the version one began with, in words: money, quota, season days, households."""

from collections.abc import Iterator, Mapping
from typing import Any

from jiugai.domain.planning.quota import Share

MONEY = (("district", "区级资金"), ("city", "市级补助"), ("other", "其他资金"))
Sums = Mapping[str, Any]


def price(before: Sums, after: Sums) -> list[str]:
    """Return one phrase per figure that differs; nothing for a plan that comes to the same."""
    return [*_money(before, after), *_quota(before, after), *_counts(before, after)]


def _money(before: Sums, after: Sums) -> Iterator[str]:
    for name, label in MONEY:
        for year, spent in after["money"][name].items():
            change = spent - before["money"][name].get(year, 0)
            if change:
                yield f"{year}年{label}{_signed(change / 10, 2)} 万元"


def _quota(before: Sums, after: Sums) -> Iterator[str]:
    for year, row in after["quota"].items():
        was, now = (Share(**one).tenths_of_percent for one in (before["quota"].get(year, {}), row))
        if was != now:
            yield f"{year}年抗震节能占比{_signed((now - was) / 10, 1)} 个百分点"


def _counts(before: Sums, after: Sums) -> Iterator[str]:
    for label, unit, change in (
        ("雨季施工", "项·天", after["season"]["rain"] - before["season"]["rain"]),
        ("冬期施工", "项·天", after["season"]["winter"] - before["season"]["winter"]),
        ("户数", "户", after["households"] - before["households"]),
        ("项目", "个", after["projects"] - before["projects"]),
        ("合并开挖", "处", after["digs"]["together"] - before["digs"]["together"]),
    ):
        if change:
            yield f"{label}{_signed(change, 0)} {unit}"


def _signed(value: float, places: int) -> str:
    """Write a change with its sign, a true minus."""
    return f"{'＋' if value > 0 else '−'}{abs(value):,.{places}f}"
