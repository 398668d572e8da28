"""Tenders: forms of contract, and the days the law asks between notice, bids, candidates and contract (T19-6)."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import pairwise

from jiugai.domain.figures import ParameterSet


class Form(StrEnum):
    """What is tendered. The general contract is the default (T19-8)."""

    EPC = "epc"
    CONSTRUCTION = "construction"
    DESIGN = "design"
    SUPPLY = "supply"

    @property
    def label(self) -> str:
        """Words on screen."""
        return {"epc": "工程总承包（EPC）", "construction": "施工", "design": "设计", "supply": "设备材料"}[self.value]


class Method(StrEnum):
    """How bidders are asked."""

    OPEN = "open"
    INVITED = "invited"

    @property
    def label(self) -> str:
        """Words on screen."""
        return {"open": "公开招标", "invited": "邀请招标"}[self.value]


@dataclass(frozen=True)
class Days:
    """The days of a tender, as far as they are set."""

    notice_on: date | None = None
    files_from: date | None = None
    files_until: date | None = None
    bids_on: date | None = None
    candidates_from: date | None = None
    candidates_until: date | None = None
    awarded_on: date | None = None
    contract_on: date | None = None


# from, to, figure, "at least" or "at most", words
_SPANS = (
    ("files_from", "files_until", "tender_files_min", True, "招标文件发售"),
    ("files_from", "bids_on", "tender_bids_min", True, "从发出招标文件到开标"),
    ("bids_on", "candidates_from", "tender_candidates_within", False, "从开标到公示中标候选人"),
    ("candidates_from", "candidates_until", "tender_candidates_min", True, "公示中标候选人"),
    ("awarded_on", "contract_on", "tender_contract_within", False, "从中标通知到签订合同"),
)
_ORDER = (
    "notice_on", "files_from", "files_until", "bids_on", "candidates_from", "candidates_until", "awarded_on",
    "contract_on",
)  # fmt: skip
_WORDS = dict(
    zip(
        _ORDER,
        ("公告", "发售开始", "发售截止", "开标", "公示开始", "公示截止", "中标通知", "签订合同"),
        strict=True,
    )
)


def wrong(days: Days, params: ParameterSet, on: date) -> tuple[str, ...]:
    """Return in words what is wrong with the days of a tender under the figures of a day; nothing when all is right.

    Spans count whole days, the last included for times in which something lies open (发售、公示).
    """
    return (*_disorder(days), *(said for span in _SPANS if (said := _too_short_or_long(days, span, params, on))))


def _disorder(days: Days) -> list[str]:
    known = [(name, day) for name in _ORDER if (day := getattr(days, name)) is not None]
    pairs = pairwise(known)
    return [
        f"{_WORDS[after]}（{b:%Y-%m-%d}）早于{_WORDS[before]}（{a:%Y-%m-%d}）"
        for (before, a), (after, b) in pairs
        if b < a
    ]


def _too_short_or_long(days: Days, span: tuple[str, str, str, bool, str], params: ParameterSet, on: date) -> str:
    first, last, name, least, words = span
    start, end = getattr(days, first), getattr(days, last)
    limit = params.value(name, on)
    if start is None or end is None or limit is None:
        return ""
    lies_open = name in ("tender_files_min", "tender_candidates_min")
    took = (end - start).days + lies_open
    if least and took < limit.number:
        return f"{words}只有 {took} 天，不少于 {limit.text} 天"
    if not least and took > limit.number:
        return f"{words}用了 {took} 天，不超过 {limit.text} 天"
    return ""
