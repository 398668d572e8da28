"""What the plan board shows: rows with bars, the head's figures, curves, what was left out and why. Pure reading."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from jiugai.domain.figures import Value
from jiugai.domain.planning.price import price
from jiugai.domain.planning.quota import Share
from jiugai.domain.planning.rescore import Score
from jiugai.domain.planning.sums import sums
from jiugai.planning.models import PlanDraft, PlanVersion
from jiugai.planning.queries.beside import Beside, price_of, season_in_words, short_in_words, works_beside
from jiugai.planning.scoring import Loaded, in_words, loaded

ROWS = 60
COLOURS = {"seismic_energy": "se", "energy": "en", "comprehensive": "ba", "environment": "ev"}
ORDERS = {"value": "按优先分", "street": "按街道", "kind": "按类型", "start": "按开工"}
LIMITED = ("district", "city")  # whose money has a limit for each year


@dataclass(frozen=True)
class Span:
    """A stretch of the months in percent of the whole."""

    left: str
    width: str
    label: str = ""
    kind: str = ""


@dataclass
class Row:
    """A project on the board."""

    code: str
    told: Mapping[str, Any]
    item: Mapping[str, Any]
    start: int | None
    bar: Span | None = None
    hatch: list[Span] = field(default_factory=list)
    month: str = ""
    until: str = ""
    rain: int = 0
    winter: int = 0
    locked: bool = False
    moved: bool = False
    clashes: list[str] = field(default_factory=list)
    works: list[Beside] = field(default_factory=list)
    work_bars: list[Span] = field(default_factory=list)
    price: list[str] = field(default_factory=list)

    @property
    def cost(self) -> int:
        """Money of the district and the city in thousand yuan."""
        return int(self.item["district_cost"] + self.item["city_cost"])

    @property
    def area(self) -> str:
        """Floor area in 万㎡."""
        return f"{self.item['floor_area_m2'] / 10_000:.2f}"

    @property
    def money(self) -> str:
        """Money in 万元."""
        return f"{self.cost / 10:,.0f}"

    @property
    def colour(self) -> str:
        """How its bar is drawn."""
        return COLOURS.get(str(self.told.get("kind")), "si")

    @property
    def fixed(self) -> bool:
        """Whether it lies with the city: confirmed, so that it moves by an adjustment only, or applied for."""
        return bool(self.told.get("planned") or self.told.get("applied"))

    @property
    def fixed_words(self) -> str:
        """Why it cannot be moved."""
        return "市里已确认" if self.told.get("planned") else f"已报市里：{self.told.get('applied')}"


@dataclass(frozen=True)
class Board:
    """The page."""

    version: PlanVersion
    draft: PlanDraft | None
    rows: list[Row]
    shown_of: int
    score: Score
    clashes: list[dict[str, Any]]
    sums: Mapping[str, Any]
    months: list[Span]
    years: list[Span]
    bands: list[Span]
    quota: list[dict[str, Any]]
    money: list[dict[str, Any]]
    curves: Mapping[str, Any]
    left: list[Row]
    left_of: int
    today: str
    unknown: list[dict[str, Any]]
    assumed: list[str]
    price: list[str]
    said: list[str]

    @property
    def moved(self) -> int:
        """How many projects were moved by hand."""
        return len(self.draft.moves) if self.draft else 0

    @property
    def locks(self) -> int:
        """How many starts are locked."""
        return len(self.draft.locks) if self.draft else 0

    @property
    def limited(self) -> float:
        """Money of district and city in 亿元: what the limits stand against."""
        return float(sum(row["total"] for row in self.money if row["limited"])) / 100_000

    @property
    def limit_words(self) -> str:
        """The limits of all years together, and the money that no limit holds."""
        limits = self.sums["limits"]
        most = sum(sum(limits[name].values()) for name in LIMITED) / 100_000
        other = sum(row["total"] for row in self.money if not row["limited"]) / 100_000
        return f"上限 {most:.2f} 亿元" + (f"，另有其他资金 {other:.2f} 亿元" if other else "")

    @property
    def points(self) -> float:
        """The objective."""
        return float(self.score.objective)

    @property
    def score_words(self) -> str:
        """What the moves cost or gain against the version, else how far the version is from its bound."""
        if self.moved:
            change = self.points - self.version.objective
            return f"比原来{'高' if change >= 0 else '低'} {abs(change):.1f}"
        gap = self.version.gap
        return "" if gap is None else f"最多离最优差 {-(-gap * 1000 // 1) / 10:.1f}%"

    @property
    def capacity_words(self) -> str:
        """The limit of area on site in 万㎡."""
        return f"{self.curves['capacity'] / 10_000:.2f}"

    @property
    def money_words(self) -> list[dict[str, Any]]:
        """Spent of limit for each year, in 亿元."""
        return [
            {**y, "words": f"{'用满 ' if y['spent'] >= y['limit'] else ''}{y['spent'] / 100_000:.2f} / "
             f"{y['limit'] / 100_000:.2f}"}
            for y in self.curves["years"]
        ]  # fmt: skip

    @property
    def blocking(self) -> str:
        """Why it cannot be handed in, in one line; empty when it can."""
        if not self.clashes:
            return ""
        return f"{self.clashes[0]['words']}" + (f"等 {len(self.clashes)} 处" if len(self.clashes) > 1 else "")


def show_board(
    version: PlanVersion, draft: PlanDraft | None, *, user: int, order: str = "value", word: str = "",
    offset: int = 0, least: Value | None = None, now_month: int | None = None,
) -> Board:  # fmt: skip
    """Make the board of a version with a person's draft laid over it."""
    ready = loaded(version)
    starts = draft.starts() if draft else version.starts
    score = ready.score(user, starts)
    clashes = in_words(score.violations, ready.told)
    items = _ordered(ready, starts, order, word)
    placed = [item for item in items if item["id"] in starts]
    left = sorted((item for item in items if item["id"] not in starts), key=lambda item: -item["value"])

    shown = placed[offset : offset + ROWS]
    beside = works_beside(ready, starts, {item["id"] for item in shown})

    def rows(some: Sequence[Mapping[str, Any]]) -> list[Row]:
        return [_row(ready, item, starts, draft, clashes, beside) for item in some[:ROWS]]

    comes_to = sums(ready.instance, ready.told.get("projects", {}), starts, ready.calendar)
    return Board(
        version=version, draft=draft, rows=rows(shown), shown_of=len(placed), score=score,
        clashes=clashes, sums=comes_to, months=_months(ready), years=_years(ready), bands=_bands(ready),
        quota=_quota(comes_to, least), money=_money(comes_to), curves=_curves(ready, comes_to),
        left=rows(left), left_of=len(left),
        unknown=ready.told.get("unknown", [])[:ROWS], assumed=ready.told.get("assumed", []),
        price=price(version.sums, comes_to) if draft and draft.moves else [],
        said=[*short_in_words(comes_to["quota"], least), *season_in_words(ready, starts)],
        today=_percent(now_month, len(ready.calendar.labels)) if now_month is not None else "",
    )  # fmt: skip


def one_row(version: PlanVersion, draft: PlanDraft | None, code: str, *, user: int) -> Row | None:
    """Make the row of one project."""
    ready = loaded(version)
    starts = draft.starts() if draft else version.starts
    item = next((p for p in ready.instance["projects"] if p["id"] == code), None)
    if item is None:
        return None
    clashes = in_words(ready.score(user, starts).violations, ready.told)
    row = _row(ready, item, starts, draft, clashes, works_beside(ready, starts, {code}))
    row.price = price_of(ready, version.starts, starts, code, user=user)
    return row


def _ordered(ready: Loaded, starts: Mapping[str, int], order: str, word: str) -> Sequence[Mapping[str, Any]]:
    told = ready.told.get("projects", {})
    rows = [p for p in ready.instance["projects"] if not word or word in told.get(p["id"], {}).get("title", "")]
    keys = {
        "street": lambda p: (told.get(p["id"], {}).get("street", ""), -p["value"]),
        "kind": lambda p: (told.get(p["id"], {}).get("label", ""), -p["value"]),
        "start": lambda p: (starts.get(p["id"], 999), -p["value"]),
    }
    return sorted(rows, key=keys.get(order, lambda p: (-p["value"], p["id"])))


def _row(
    ready: Loaded,
    item: Mapping[str, Any],
    starts: Mapping[str, int],
    draft: PlanDraft | None,
    clashes: list[Any],
    beside: Mapping[str, list[Beside]] | None = None,
) -> Row:
    code, calendar = item["id"], ready.calendar
    start = starts.get(code)
    row = Row(code, ready.told.get("projects", {}).get(code, {"title": code, "label": ""}), item, start)
    row.locked = bool(draft and code in draft.locks)
    row.moved = bool(draft and code in draft.moves)
    row.clashes = [one["words"] for one in clashes if one["about"] == code]
    row.works = (beside or {}).get(code, [])
    if start is None:
        return row
    n, months = len(calendar.labels), item["duration_months"]
    first, last = max(0, min(start, n - 1)), max(1, min(start + months, n))
    row.bar = Span(_percent(start, n), _percent(months, n))
    row.month, row.until = calendar.labels[first], calendar.labels[last - 1]
    row.work_bars = [
        Span(_percent(one.start, n), _percent(one.months, n), one.words, "agreed" if one.agreed else "")
        for one in row.works
    ]
    if item["outdoor"] and start >= 0 and start + months <= n:
        row.rain, row.winter = calendar.days(start, months)
        row.hatch = _hatch(ready, start, months)
    return row


def _percent(part: float, whole: int) -> str:
    return f"{100 * part / whole:.3f}%"


def _hatch(ready: Loaded, start: int, months: int) -> list[Span]:
    """Return the stretches of a bar that lie in rain or winter, in percent of the bar."""
    fractions = ready.instance["season_fraction"]
    first = int(ready.instance["first_month"][5:]) - 1
    wet = [fractions[(first + m) % 12] > 0 for m in range(start, start + months)]
    return [Span(_percent(a, months), _percent(b - a, months)) for a, b in _runs(wet)]


def _runs(flags: Sequence[bool]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for n, flag in enumerate(flags):
        if flag and found and found[-1][1] == n:
            found[-1] = (found[-1][0], n + 1)
        elif flag:
            found.append((n, n + 1))
    return found


def _months(ready: Loaded) -> list[Span]:
    n = len(ready.calendar.labels)
    return [Span(_percent(m, n), _percent(1, n), str(int(one[5:]))) for m, one in enumerate(ready.calendar.labels)]


def _years(ready: Loaded) -> list[Span]:
    years, n = ready.calendar.years, len(ready.calendar.years)
    return [Span(_percent(years.index(y), n), _percent(years.count(y), n), f"{y}年") for y in sorted(set(years))]


def _bands(ready: Loaded) -> list[Span]:
    """Return the bands of rain and winter behind the bars, to the day."""
    calendar, found = ready.calendar, []
    n = len(calendar.labels)
    for days, kind, label in ((calendar.rain, "rain", "雨季"), (calendar.winter, "winter", "冬期")):
        for a, b in _runs([days[m + 1] > days[m] for m in range(n)]):
            head, tail = days[a + 1] - days[a], days[b] - days[b - 1]
            left = a + (1 - min(1, head / 30) if b - a > 1 and a > 0 else 0)
            right = b - (1 - min(1, tail / 30) if b - a > 1 and b < n else 0)
            found.append(Span(_percent(left, n), _percent(right - left, n), label, kind))
    return found


def _quota(comes_to: Mapping[str, Any], least: Value | None) -> list[dict[str, Any]]:
    """Return each year's share with its shortfall in words."""
    found = []
    for year, row in comes_to["quota"].items():
        share = Share(**row)
        enough = least is None or not share.basic_m2 or share.enough(least)
        short = share.shortfall_m2(least) if least else 0
        words = "没有基础类项目" if not share.basic else "达到" if enough else f"还差 {short / 10_000:.2f} 万㎡"
        found.append({
            "year": year, "share": share, "enough": enough, "words": words,
            "width": f"{min(share.tenths_of_percent, 400) / 4:.1f}",
            "at": f"{float(least.number) * 250:.1f}" if least else "0",
        })  # fmt: skip
    return found


def _money(comes_to: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return money by source and year beside its limit, in thousand yuan."""
    found = []
    for name, label in (("district", "区级资金"), ("city", "市级补助"), ("other", "其他资金")):
        limits = comes_to["limits"].get(name, {})
        years = [{"year": y, "spent": v, "limit": limits.get(y)} for y, v in comes_to["money"][name].items()]
        total = sum(comes_to["money"][name].values())
        found.append({"label": label, "years": years, "total": total, "limited": name in LIMITED})
    return found


HEIGHT = 84


def _curves(ready: Loaded, comes_to: Mapping[str, Any]) -> dict[str, Any]:
    """Draw money (running sum of each year) and area on site as paths of a picture 1000 wide."""
    n, lines = len(ready.calendar.labels), comes_to["curves"]
    limits = [sum(comes_to["limits"][s].get(str(y), 0) for s in LIMITED) for y in ready.calendar.years]
    top = max([*limits, *lines["spent"], 1])
    widest = max([*lines["area"], lines["capacity"], 1])
    return {
        "height": HEIGHT, "money": _areas(lines["spent"], ready.calendar.years, top), "limits": _steps(limits, top),
        "bars": [
            {"x": f"{1000 * m / n + 2:.1f}", "w": f"{1000 / n - 4:.1f}", "h": f"{HEIGHT * a / widest:.1f}",
             "y": f"{HEIGHT - HEIGHT * a / widest:.1f}", "over": a > lines["capacity"], "area": a,
             "sites": lines["sites"][m], "label": ready.calendar.labels[m]}
            for m, a in enumerate(lines["area"])
        ],
        "capacity_y": f"{HEIGHT - HEIGHT * lines['capacity'] / widest:.1f}", "capacity": lines["capacity"],
        "years": _year_words(comes_to, ready),
    }  # fmt: skip


def _areas(spent: Sequence[int], years: Sequence[int], top: int) -> list[str]:
    n, found = len(spent), []
    for year in sorted(set(years)):
        months = [m for m, y in enumerate(years) if y == year]
        points = [f"{1000 * months[0] / n:.1f} {HEIGHT}"]
        points += [f"{1000 * (m + 1) / n:.1f} {HEIGHT - HEIGHT * 0.92 * spent[m] / top:.1f}" for m in months]
        found.append(f"M{'L'.join(points)}L{1000 * (months[-1] + 1) / n:.1f} {HEIGHT}Z")
    return found


def _steps(limits: Sequence[int], top: int) -> str:
    n = len(limits)
    points = [
        f"{1000 * at / n:.1f} {HEIGHT - HEIGHT * 0.92 * limit / top:.1f}"
        for m, limit in enumerate(limits) for at in (m, m + 1)
    ]  # fmt: skip
    return f"M{'L'.join(points)}"


def _year_words(comes_to: Mapping[str, Any], ready: Loaded) -> list[dict[str, Any]]:
    years, n, found = ready.calendar.years, len(ready.calendar.years), []
    for year in sorted(set(years)):
        spent = sum(comes_to["money"][s].get(str(year), 0) for s in LIMITED)
        limit = sum(comes_to["limits"][s].get(str(year), 0) for s in LIMITED)
        found.append({"left": _percent(years.index(year), n), "spent": spent, "limit": limit, "over": spent > limit})
    return found
