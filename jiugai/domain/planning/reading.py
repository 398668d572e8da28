"""Read an instance of the format renovation-plan-1 and say in words, by code and place, where it breaks the format."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

from jiugai.domain.errors import Refusal
from jiugai.domain.planning.months import Months
from jiugai.domain.planning.problem import District, Item, Number, Pair, Problem, Project, Street, Work

FORMAT = "renovation-plan-1"
MOST_PROJECTS = 100_000
MOST_ITEMS = 300_000
MOST_PAIRS = 1_000_000
MOST_MONTHS = 120
MOST_FAULTS = 100
MOST_BYTES = 256 * 1024 * 1024
LARGEST = 10**12
LARGEST_AREA = 10**7
FINEST_PERCENT = 10**4
KINDS = frozenset(
    ("comprehensive_seismic_energy", "comprehensive_energy", "single_item", "environment", "rebuild")
)  # fmt: skip
COMPREHENSIVE = frozenset(("comprehensive_seismic_energy", "comprehensive_energy"))


@dataclass(frozen=True)
class Fault:
    """One place where an instance breaks the format: a stable code, where, what is wrong, what to do."""

    code: str
    where: str
    message: str
    remedy: str = ""

    def __str__(self) -> str:
        return f"{self.where}：{self.message}" + (f"（{self.remedy}）" if self.remedy else "")


class BadInstance(Refusal):
    """The file cannot be used as a planning instance; `faults` says where."""

    code = "bad_instance"

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__(
            f"这份数据不符合改造计划问题的格式（{FORMAT}），共发现 {len(faults)} 处",
            remedy="按列出的位置逐处改正后重新提交",
            details=[str(f) for f in faults[:20]],
        )


class TooManyFaults(Exception):
    """Enough faults were found; reading on would not help."""


@dataclass
class Faults:
    """Collects faults, at most MOST_FAULTS."""

    found: list[Fault] = field(default_factory=list)

    def add(self, code: str, where: str, message: str, remedy: str = "") -> None:
        """Note one fault."""
        self.found.append(Fault(code, where, message, remedy))
        if len(self.found) >= MOST_FAULTS:
            raise TooManyFaults


@dataclass(frozen=True)
class Row:
    """One object of the file and its place; a wrong field is noted, then read as something harmless."""

    data: Mapping[str, Any]
    where: str
    faults: Faults

    def raw(self, name: str) -> Any:
        """Return a required field."""
        if name not in self.data or self.data[name] is None:
            self.faults.add("missing_field", self.where, f"缺少字段 {name}", "补上这个字段")
            return None
        return self.data[name]

    def text(self, name: str) -> str:
        """Return a required, non-empty text."""
        value = self.raw(name)
        if value is not None and not (isinstance(value, str) and value):
            self.faults.add("wrong_type", self.where, f"字段 {name} 应为非空文字，现为 {value!r:.40}")
        return value if isinstance(value, str) else ""

    def flag(self, name: str) -> bool:
        """Return a required true or false."""
        value = self.raw(name)
        if value is not None and not isinstance(value, bool):
            self.faults.add("wrong_type", self.where, f"字段 {name} 应为 true 或 false，现为 {value!r:.40}")
        return value is True

    def number(self, name: str, low: int = 0, high: int = LARGEST, *, above: bool = False) -> Number:
        """Return a required exact number in [low, high], or above `low`."""
        value = exact(self.raw(name)) if name in self.data and self.data[name] is not None else self.raw(name)
        if value is None:
            if name in self.data and self.data[name] is not None:
                self.faults.add("wrong_type", self.where, f"字段 {name} 应为数字")
            return max(low, 1)
        self._range(name, value, low, high, above=above)
        return value

    def whole(self, name: str, low: int = 0, high: int = LARGEST) -> int:
        """Return a required whole number in [low, high]."""
        value = self.number(name, low, high)
        if not isinstance(value, int):
            self.faults.add("not_whole", self.where, f"字段 {name} 应为整数，现为 {float(value)}")
            return max(low, 1)
        return value

    def _range(self, name: str, value: Number, low: int, high: int, *, above: bool) -> None:
        shown = value if isinstance(value, int) else float(value)
        if value < 0 and low >= 0:
            self.faults.add("negative", self.where, f"字段 {name} 不能为负，现为 {shown}")
        elif value < low or (above and value <= low):
            self.faults.add(
                "too_small", self.where, f"字段 {name} 应{'大于' if above else '不小于'} {low}，现为 {shown}"
            )
        elif value > high:
            self.faults.add("too_large", self.where, f"字段 {name} 应不大于 {high}，现为 {shown}")

    def month(self, name: str, months: int) -> int:
        """Return a required month number in 0..months."""
        value = self.data.get(name)
        if isinstance(value, int) and not isinstance(value, bool) and not 0 <= value <= months:
            self.faults.add(
                "month_out_of_range",
                self.where,
                f"字段 {name} 为第 {value} 月，超出计划期 0—{months}",
                "改为计划期内的月份",
            )
            return 0
        return self.whole(name)


def exact(value: Any) -> Number | None:
    """Return a JSON number exactly as written, or nothing if it is none."""
    if isinstance(value, bool):
        return None
    if isinstance(value, float):
        if value != value or value in (float("inf"), float("-inf")):
            return None
        value = Fraction(repr(value))
    if isinstance(value, Fraction):
        return value.numerator if value.denominator == 1 else value
    return value if isinstance(value, int) else None


def load(path: str | Path) -> Problem:
    """Return the instance in a file, or raise BadInstance."""
    problem, faults = parse(read_json(path))
    if problem is None:
        raise BadInstance(faults)
    return problem


def read_json(path: str | Path) -> Any:
    """Read JSON with decimals as exact fractions; refuse huge files, repeated keys, NaN and Infinity."""
    file = Path(path)
    try:
        if file.stat().st_size > MOST_BYTES:
            raise BadInstance([Fault("too_large", file.name, f"文件超过 {MOST_BYTES >> 20} MB", "分区分批提交")])
        text = file.read_text(encoding="utf-8")
        return json.loads(text, parse_float=_decimal, parse_constant=_constant, object_pairs_hook=_once)
    except (OSError, ValueError, RecursionError) as error:
        raise BadInstance([Fault("unreadable", file.name, f"不是可读的 JSON：{error!s:.200}")]) from error


def _decimal(text: str) -> Fraction:
    exponent = text.lower().partition("e")[2]
    if len(text) > 400 or abs(int(exponent or 0)) > 400:
        raise ValueError(f"数字过长：{text[:40]}")
    return Fraction(text)


def _constant(text: str) -> None:
    raise ValueError(f"{text} 不是数字")


def _once(items: list[tuple[str, Any]]) -> dict[str, Any]:
    out = dict(items)
    if len(out) != len(items):
        twice = sorted(key for key, count in Counter(key for key, _ in items).items() if count > 1)
        raise ValueError(f"字段重复出现：{twice[:10]}")
    return out


def parse(document: Any) -> tuple[Problem | None, list[Fault]]:
    """Return the problem and no faults, or nothing and the faults."""
    faults = Faults()
    try:
        problem = _problem(document, faults)
    except TooManyFaults:
        problem = None
    return (None, faults.found) if faults.found else (problem, [])


def _problem(document: Any, faults: Faults) -> Problem | None:
    if not isinstance(document, dict):
        faults.add("wrong_type", "文件", "应为一个 JSON 对象")
        return None
    top = Row(document, "文件", faults)
    if document.get("format") != FORMAT:
        faults.add("unknown_format", "文件", f"format 应为 {FORMAT}，现为 {document.get('format')!r:.40}")
    sizes(document, faults)
    if faults.found:
        return None
    months = _months(top)
    problem = Problem(
        name=str(document.get("name", "")),
        months=months,
        wait_rate=top.number("wait_rate"),
        season_rate=top.number("season_rate"),
        season_fraction=_season(top),
        seismic_energy_min_percent=_percent(top),
        city_budget=_budget(top, "city_budget"),
        districts=tuple(_district(row) for row in _rows(top, "districts")),
        streets=tuple(_street(row) for row in _rows(top, "streets")),
        projects=tuple(_project(row, months.count) for row in _rows(top, "projects")),
        works=tuple(_work(row, months.count) for row in _rows(top, "works")),
        pairs=tuple(_pair(row) for row in _rows(top, "pairs")),
    )
    _references(problem, faults)
    return problem


def sizes(document: Mapping[str, Any], faults: Faults) -> None:
    """Refuse lists that are missing, are none, or are longer than we take at once."""
    limits = {
        "districts": 10_000,
        "streets": 100_000,
        "projects": MOST_PROJECTS,
        "works": MOST_ITEMS,
        "pairs": MOST_PAIRS,
    }
    for name, most in limits.items():
        rows = document.get(name)
        if rows is None:
            faults.add("missing_field", "文件", f"缺少字段 {name}", "没有内容时写空列表")
        elif not isinstance(rows, list):
            faults.add("wrong_type", "文件", f"字段 {name} 应为列表")
        elif len(rows) > most:
            faults.add("too_many", "文件", f"{name} 有 {len(rows)} 条，一次最多 {most} 条", "按区拆分后分别求解")


def _rows(top: Row, name: str) -> Iterator[Row]:
    for index, data in enumerate(top.data[name]):
        if isinstance(data, dict):
            label = data.get("id") or data.get("code") or ""
            yield Row(data, f"{name}[{index}]" + (f" {label}" if label else ""), top.faults)
        else:
            top.faults.add("wrong_type", f"{name}[{index}]", "应为一个对象")


def _months(top: Row) -> Months:
    first, count = top.text("first_month"), top.whole("months", 1, MOST_MONTHS)
    year, dash, month = first.partition("-")
    if not (dash and len(year) == 4 and len(month) == 2 and (year + month).isdecimal() and 1 <= int(month) <= 12):
        top.faults.add("month_out_of_range", "文件", f"first_month 应形如 2026-01，现为 {first!r:.20}")
        return Months(2026, 1, 12)
    return Months(int(year), int(month), min(max(count, 1), MOST_MONTHS))


def _season(top: Row) -> tuple[Number, ...]:
    values = top.raw("season_fraction")
    numbers = [exact(v) for v in values] if isinstance(values, list) else []
    if len(numbers) != 12 or any(n is None or not 0 <= n <= 1 for n in numbers):
        top.faults.add("wrong_type", "文件", "season_fraction 应为 12 个 0 到 1 之间的数，一月在前")
        return (0,) * 12
    return tuple(n for n in numbers if n is not None)


def _percent(top: Row) -> Number:
    value = top.number("seismic_energy_min_percent", 0, 100)
    if Fraction(value).denominator > FINEST_PERCENT:
        top.faults.add("too_fine", "文件", "seismic_energy_min_percent 最多四位小数")
    return value


def _budget(row: Row, name: str) -> dict[int, Number]:
    years = row.raw(name)
    if not isinstance(years, dict):
        if years is not None:
            row.faults.add("wrong_type", row.where, f"字段 {name} 应为“年份: 金额”的对象")
        return {}
    inside = Row(years, f"{row.where} {name}", row.faults)
    for year in years:
        if not (len(year) == 4 and year.isdecimal()):
            row.faults.add("month_out_of_range", inside.where, f"年份应为四位数字，现为 {year!r:.20}")
            return {}
    return {int(year): inside.number(year) for year in years}


def _district(row: Row) -> District:
    return District(row.text("code"), str(row.data.get("name", "")), _budget(row, "budget"), row.number("capacity_m2"))


def _street(row: Row) -> Street:
    return Street(row.text("code"), row.text("district"), row.number("max_active"))


def _project(row: Row, months: int) -> Project:
    data = row.data
    basic, seismic, kind = row.flag("basic_class"), row.flag("seismic_energy"), row.text("kind")
    if kind and kind not in KINDS:
        row.faults.add("unknown_kind", row.where, f"kind {kind!r:.40} 不是项目类别")
    if seismic and not basic:
        row.faults.add("seismic_not_basic", row.where, "seismic_energy 为 true 时 basic_class 也应为 true")
    return Project(
        id=row.text("id"), district=row.text("district"), street=row.text("street"), kind=kind,
        basic_class=basic, seismic_energy=seismic, floor_area_m2=row.whole("floor_area_m2", 1, LARGEST_AREA),
        households=row.whole("households", 1), value=row.number("value", 0, above=True),
        district_cost=row.whole("district_cost"), city_cost=row.whole("city_cost"),
        duration_months=row.whole("duration_months", 1), earliest=row.month("earliest", months),
        latest_finish=None if data.get("latest_finish") is None else row.month("latest_finish", months),
        outdoor=row.flag("outdoor"), same_year=row.flag("same_year"),
        bundle=None if data.get("bundle") is None else row.text("bundle"), must=row.flag("must"),
    )  # fmt: skip


def _work(row: Row, months: int) -> Work:
    if not row.flag("must") and "must" in row.data:
        row.faults.add("work_not_must", row.where, "其他部门的工程 must 应为 true", "不做的工程请删去")
    return Work(
        id=row.text("id"), district=row.text("district"), street=row.text("street"), kind=row.text("kind"),
        duration_months=row.whole("duration_months", 1), earliest=row.month("earliest", months),
        latest_start=row.month("latest_start", months),
    )  # fmt: skip


def _pair(row: Row) -> Pair:
    return Pair(row.text("a"), row.text("b"), row.number("saving", 0, above=True))


def _references(problem: Problem, faults: Faults) -> None:
    _unique("districts", [d.code for d in problem.districts], faults)
    _unique("streets", [s.code for s in problem.streets], faults)
    items: list[Item] = [*problem.projects, *problem.works]
    _unique("projects、works", [x.id for x in items], faults)
    codes = {d.code for d in problem.districts}
    streets = {s.code: s.district for s in problem.streets}
    for street in problem.streets:
        if street.district not in codes:
            faults.add("unknown_district", f"streets {street.code}", f"没有代码为 {street.district} 的区")
    for item in items:
        if item.district not in codes:
            faults.add("unknown_district", item.id, f"没有代码为 {item.district} 的区")
        elif item.street not in streets:
            faults.add("unknown_street", item.id, f"没有代码为 {item.street} 的街道")
        elif streets[item.street] != item.district:
            faults.add("street_elsewhere", item.id, f"街道 {item.street} 不在区 {item.district} 内")
    for bundle, members in problem.bundles.items():
        if len(members) == 1:
            faults.add("one_member_bundle", members[0].id, f"捆绑 {bundle} 只有一个成员", "补上其他成员或去掉 bundle")
    _pairs(problem, faults)


def _unique(where: str, names: list[str], faults: Faults) -> None:
    if len(set(names)) != len(names):
        twice = sorted(name for name, count in Counter(names).items() if count > 1)
        faults.add("duplicate_id", where, f"编号重复：{'、'.join(twice[:10])}")


def _pairs(problem: Problem, faults: Faults) -> None:
    known, seen = problem.items, set[tuple[str, str]]()
    for index, pair in enumerate(problem.pairs):
        where, key = f"pairs[{index}]", (min(pair.a, pair.b), max(pair.a, pair.b))
        unknown = [x for x in key if x not in known]
        if unknown:
            faults.add("unknown_id", where, f"没有编号为 {'、'.join(unknown)} 的项目或工程")
        elif pair.a == pair.b:
            faults.add("pair_with_itself", where, f"{pair.a} 不能与自己成对")
        elif key in seen:
            faults.add("duplicate_pair", where, f"{pair.a} 与 {pair.b} 重复成对")
        seen.add(key)
