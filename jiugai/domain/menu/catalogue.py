"""The catalogue of items by edition (T05-1 … T05-4): plain data, read with every fault in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import yaml

from jiugai.domain.errors import Refusal
from jiugai.domain.figures import ParameterSet

FOLDER = Path(__file__).parent / "editions"
MOST_ITEMS = 200
MOST_MONTHS = 36
LABEL = 40
E = TypeVar("E", bound=StrEnum)


class Class(StrEnum):
    """The three classes, in the order of the menu."""

    BASIC = "basic"
    IMPROVEMENT = "improvement"
    UPGRADING = "upgrading"

    @property
    def label(self) -> str:
        """Words on screen."""
        return {"basic": "基础类", "improvement": "完善类", "upgrading": "提升类"}[self.value]

    @property
    def clause(self) -> str:
        """The obligation that counts its items."""
        return {"basic": "T05-1", "improvement": "T05-2", "upgrading": "T05-3"}[self.value]

    @property
    def figure(self) -> str:
        """The dated figure with the number of its items."""
        return f"{self.value}_class_items"


class Measure(StrEnum):
    """What a quantity counts."""

    FLOOR_AREA = "floor_area"
    HOUSEHOLDS = "households"
    ENTRANCES = "entrances"
    BUILDINGS = "buildings"
    ONE = "one"

    @property
    def unit(self) -> str:
        """The unit on screen and in rate tables."""
        return {"floor_area": "㎡", "households": "户", "entrances": "单元", "buildings": "栋", "one": "项"}[self.value]


class Lead(StrEnum):
    """Whether the policy names an item first: always, only where there is a hazard, or not."""

    NO = "no"
    ALWAYS = "always"
    HAZARD = "hazard"


@dataclass(frozen=True)
class Item:
    """One item. `answers` are problem codes of the check-up, `hazard` those that make it a hazard, `needs` its needs.

    `single` is the kind of single item (domain.projects) it is when done alone; `facility` marks the public services
    that social capital may add (T05-12).
    """

    code: str
    cls: Class
    label: str
    measure: Measure
    months: int
    lead: Lead = Lead.NO
    outdoor: bool = False
    answers: tuple[str, ...] = ()
    hazard: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    single: str = ""
    facility: bool = False
    quote: str = ""


@dataclass(frozen=True)
class Catalogue:
    """One edition of the standard and technical guideline."""

    code: str
    name: str
    since: date
    source: str
    status: str
    items: tuple[Item, ...]

    def of(self, cls: Class) -> tuple[Item, ...]:
        """Return the items of a class, in order."""
        return tuple(one for one in self.items if one.cls is cls)

    def find(self, code: str) -> Item | None:
        """Return an item by its code."""
        return next((one for one in self.items if one.code == code), None)

    def place(self, code: str) -> int:
        """Return where an item stands in the catalogue; the end for one that is not in it."""
        return next((n for n, one in enumerate(self.items) if one.code == code), len(self.items))

    @property
    def provisional(self) -> bool:
        """Tell whether the names still wait for the official text."""
        return self.status == "provisional"


class BadCatalogue(Refusal):
    """What was entered is no catalogue; `details` has one line per fault."""

    status = 422
    code = "bad_catalogue"


def shipped() -> list[dict[str, Any]]:
    """Return the editions that come with the product, as plain data, oldest first."""
    found = [yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.yaml"))]
    return sorted(found, key=lambda one: str(one["since"]))


@cache
def first_catalogue() -> Catalogue:
    """Return the oldest edition that ships."""
    return read_catalogue(shipped()[0])


def read_catalogue(raw: Any) -> Catalogue:
    """Read plain data as a catalogue. Raises BadCatalogue with every fault it finds."""
    if not isinstance(raw, Mapping):
        raise BadCatalogue("目录内容不是一张表", remedy="从现行版本复制后再改")
    faults: list[str] = []
    rows = raw.get("items")
    if not isinstance(rows, list) or not 0 < len(rows) <= MOST_ITEMS:
        raise BadCatalogue(f"items 要有 1—{MOST_ITEMS} 项", remedy="从现行版本复制后再改")
    items = tuple(one for n, row in enumerate(rows, 1) if (one := _item(row, n, faults)) is not None)
    faults += [f"{code} 有两项" for code in sorted({i.code for i in items if sum(i.code == j.code for j in items) > 1})]
    texts = {key: str(raw.get(key) or "").strip() for key in ("code", "name", "source", "status")}
    faults += [f"没有 {key}" for key in ("code", "name", "source") if not texts[key]]
    if texts["status"] not in ("provisional", "official"):
        faults.append("status 只能是 provisional（暂定）或 official（正式）")
    since = _day(raw.get("since"))
    if since is None:
        faults.append("since 不是日期，写成 2026-01-01")
    if faults or since is None:
        raise BadCatalogue(f"目录有 {len(faults)} 处不对", details=faults[:30], remedy="改好后再保存")
    return Catalogue(**texts, since=since, items=items)


def count_faults(catalogue: Catalogue, params: ParameterSet, on: date) -> list[str]:
    """Return by class how far the catalogue is from the policy's 13, 11 and 12 items; nothing when it agrees."""
    faults = []
    for cls in Class:
        wanted, has = params.value(cls.figure, on), len(catalogue.of(cls))
        if wanted is None or has != wanted.whole:
            asked = "没有取值" if wanted is None else f"是 {wanted.whole} 项"
            faults.append(f"{cls.label}有 {has} 项，政策{asked}（{cls.clause}）")
    return faults


def _item(row: Any, number: int, faults: list[str]) -> Item | None:
    if not isinstance(row, Mapping):
        faults.append(f"第 {number} 项不是一张表")
        return None
    before, where = len(faults), f"第 {number} 项（{row.get('label') or row.get('code') or '没有名称'}）"
    code, label = str(row.get("code") or "").strip(), str(row.get("label") or "").strip()
    if not code.isidentifier() or len(code) > 20:
        faults.append(f"{where}：code 用英文小写字母、数字和下划线，最多 20 个")
    if not 0 < len(label) <= LABEL:
        faults.append(f"{where}：label 要有 1—{LABEL} 个字")
    cls, measure = _one_of(Class, row.get("class")), _one_of(Measure, row.get("measure"))
    if cls is None or measure is None:
        faults.append(f"{where}：class 填 {'、'.join(Class)}，measure 填 {'、'.join(Measure)}")
    lead = Lead.ALWAYS if row.get("lead") is True else Lead.HAZARD if row.get("lead") == "hazard" else Lead.NO
    months = row.get("months")
    if isinstance(months, bool) or not isinstance(months, int) or not 0 < months <= MOST_MONTHS:
        faults.append(f"{where}：months 填 1—{MOST_MONTHS} 的整数")
    answers, hazard, needs = (_codes(row.get(key), f"{where}：{key}", faults) for key in ("answers", "hazard", "needs"))
    if not set(hazard) <= set(answers):
        faults.append(f"{where}：hazard 里的问题代码要先写在 answers 里")
    if len(faults) > before or cls is None or measure is None or not isinstance(months, int):
        return None
    return Item(
        code, cls, label, measure, months, lead, bool(row.get("outdoor")), answers, hazard, needs,
        str(row.get("single") or ""), bool(row.get("facility")), str(row.get("quote") or ""),
    )  # fmt: skip


def _codes(raw: Any, where: str, faults: list[str]) -> tuple[str, ...]:
    if raw is None:
        return ()
    if not isinstance(raw, list) or not all(isinstance(one, str) and one for one in raw):
        faults.append(f"{where} 要是一串代码")
        return ()
    return tuple(raw)


def _one_of(kind: type[E], raw: Any) -> E | None:
    return next((one for one in kind if one == raw), None)


def _day(raw: Any) -> date | None:
    if isinstance(raw, date):
        return raw
    try:
        return date.fromisoformat(str(raw))
    except ValueError:
        return None
