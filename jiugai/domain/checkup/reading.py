"""Reading an edition from plain data, with every fault in words: from the shipped YAML or entered in the product."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from jiugai.domain.checkup.edition import ORDER, BadEdition, Edition, Indicator, Level, Problem, Severity

FOLDER = Path(__file__).parent / "editions"
MOST_INDICATORS = 200


def shipped() -> list[dict[str, Any]]:
    """Return the editions that come with the product, as plain data, oldest first."""
    found = [yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.yaml"))]
    return sorted(found, key=lambda one: str(one["since"]))


@cache
def first_edition() -> Edition:
    """Return the oldest edition that ships."""
    return read_edition(shipped()[0])


def read_edition(raw: Any) -> Edition:
    """Read plain data as an edition. Raises BadEdition with every fault it finds."""
    if not isinstance(raw, Mapping):
        raise BadEdition("指标内容不是一张表", remedy="从现行版本复制后再改")
    faults: list[str] = []
    needs = {str(k): str(v) for k, v in _table(raw, "needs", faults).items()}
    several = (_indicator(row, n, needs, faults) for n, row in enumerate(_rows(raw, faults), 1))
    indicators = tuple(one for one in several if one is not None)
    faults += _together(indicators)
    shares, takes, limits = _percents(raw, faults)
    since = _day(raw.get("since"), faults)
    texts = {k: str(raw.get(k) or "").strip() for k in ("code", "name", "source", "status")}
    faults += [f"没有 {k}" for k in ("code", "name") if not texts[k]]
    if faults or since is None:
        raise BadEdition(f"指标版本有 {len(faults)} 处不对", details=faults[:30], remedy="改好后再保存")
    words = _table(raw, "severities", faults)
    return Edition(
        **texts,
        since=since,
        shares={k: shares[k] for k in Level},
        severities={k: str(words[k].get("label") or k) for k in Severity},
        takes={k: takes[k] for k in Severity},
        high_below=limits["high_below"],
        mid_below=limits["mid_below"],
        needs=needs,
        indicators=indicators,
    )


def _percents(raw: Mapping[str, Any], faults: list[str]) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """Read shares of the levels, what severities take, and the limits of the need: all whole percent."""
    severities = _table(raw, "severities", faults)
    found = (
        dict(_table(raw, "shares", faults)),
        {str(k): v.get("takes") for k, v in severities.items() if isinstance(v, Mapping)},
        dict(_table(raw, "need", faults)),
    )
    wanted = (tuple(Level), tuple(Severity), ("high_below", "mid_below"))
    wrong = [k for table, keys in zip(found, wanted, strict=True) for k in keys if not _percent(table.get(k))]
    faults += [f"{k} 应是 0 到 100 的整数" for k in wrong]
    if not wrong and sum(found[0][k] for k in Level) != 100:
        faults.append("shares 合计应是 100")
    return found


def _table(raw: Mapping[str, Any], name: str, faults: list[str]) -> Mapping[str, Any]:
    value = raw.get(name)
    if isinstance(value, Mapping):
        return value
    faults.append(f"没有 {name}")
    return {}


def _rows(raw: Mapping[str, Any], faults: list[str]) -> list[Any]:
    rows = raw.get("indicators")
    if not isinstance(rows, list) or not 0 < len(rows) <= MOST_INDICATORS:
        faults.append(f"indicators 应有 1 到 {MOST_INDICATORS} 项")
        return []
    return rows


def _indicator(row: Any, number: int, needs: Mapping[str, str], faults: list[str]) -> Indicator | None:
    """Read one indicator, or note what is wrong and return None."""
    where = f"第 {number} 项"
    if not isinstance(row, Mapping):
        faults.append(f"{where}不是一张表")
        return None
    before = len(faults)
    faults += _plain_faults(row, where, needs)
    problems = _problems(row.get("problems") or [], where, faults)
    bands = _bands(row.get("bands") or {}, where, faults)
    if len(faults) > before:
        return None
    return Indicator(
        code=row["code"].strip(),
        level=Level(row["level"]),
        label=row["label"].strip(),
        asks=str(row.get("asks") or ""),
        unit=str(row.get("unit") or ""),
        weight=row["weight"],
        needs=tuple(row.get("needs") or ()),
        problems=problems,
        answer=row.get("answer", "verdict"),
        hint=str(row.get("hint") or ""),
        safety=bool(row.get("safety")),
        above=_decimal(row.get("above", 0)) or Decimal(0),
        bands=bands,
    )


def _plain_faults(row: Mapping[str, Any], where: str, needs: Mapping[str, str]) -> list[str]:
    weight = row.get("weight")
    counted = isinstance(weight, int) and not isinstance(weight, bool) and 1 <= weight <= 100
    named = {name: isinstance(row.get(name), str) and bool(row[name].strip()) for name in ("code", "label")}
    suggests = row.get("needs") or []
    checks = [
        *((good, f"没有 {name}") for name, good in named.items()),
        (counted, "的 weight 应是 1 到 100 的整数"),
        (row.get("level") in tuple(Level), "的 level 应是 building 或 community"),
        (row.get("answer", "verdict") in ("verdict", "number"), "的 answer 应是 verdict 或 number"),
        (isinstance(suggests, list) and all(n in needs for n in suggests), "的 needs 要在 needs 表里列出"),
        (_decimal(row.get("above", 0)) is not None, "的 above 不是数字"),
    ]
    return [f"{where}{words}" for good, words in checks if not good]


def _problems(rows: Any, where: str, faults: list[str]) -> tuple[Problem, ...]:
    found = []
    for row in rows if isinstance(rows, list) else [None]:
        known = row if isinstance(row, Mapping) else {}
        if not (known.get("code") and known.get("label") and known.get("severity") in ORDER):
            faults.append(f"{where}的 problems 要有 code、label 和 severity（light、middle、severe）")
            continue
        found.append(Problem(str(known["code"]), str(known["label"]), Severity(known["severity"])))
    return tuple(found)


def _bands(raw: Any, where: str, faults: list[str]) -> tuple[tuple[Severity, Decimal], ...]:
    read = {k: _decimal(v) for k, v in raw.items()} if isinstance(raw, Mapping) else {"": None}
    if any(k not in ORDER or v is None for k, v in read.items()):
        faults.append(f"{where}的 bands 应是 middle、severe 对应的数字")
        return ()
    return tuple((Severity(k), v) for k, v in read.items() if v is not None)


def _together(indicators: tuple[Indicator, ...]) -> list[str]:
    codes = [i.code for i in indicators]
    twice = sorted({c for c in codes if codes.count(c) > 1})
    problems = [p.code for i in indicators for p in i.problems]
    shared = sorted({c for c in problems if problems.count(c) > 1})
    none = [level.label for level in Level if all(i.level is not level for i in indicators)] if indicators else []
    return [
        *(f"指标代码重复：{c}" for c in twice),
        *(f"问题代码重复：{c}" for c in shared),
        *(f"{label}一级没有指标" for label in none),
    ]


def _percent(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 100


def _day(value: Any, faults: list[str]) -> date | None:
    try:
        return value if type(value) is date else date.fromisoformat(str(value))
    except ValueError:
        faults.append("since 应是日期，如 2026-01-01")
        return None


def _decimal(value: Any) -> Decimal | None:
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None
