"""What a plan comes to, for people to read: money by source and year, quota, households, season days, digs, curves.

Reads an instance in the format renovation-plan-1 with what `told` says of each project. It judges nothing: whether
a plan holds is said by `constraints`.
"""

from collections import defaultdict
from collections.abc import Mapping
from fractions import Fraction
from typing import Any, NamedTuple

from jiugai.domain.planning.seasons import Seasons

Json = Mapping[str, Any]


class Calendar(NamedTuple):
    """The months of an instance: their years, and days of rainy season and winter works up to each month."""

    labels: list[str]
    years: list[int]
    rain: list[int]
    winter: list[int]

    def days(self, start: int, months: int) -> tuple[int, int]:
        """Return days of rainy season and of winter works in a stretch."""
        return self.rain[start + months] - self.rain[start], self.winter[start + months] - self.winter[start]


def calendar_of(instance: Json, seasons: Seasons) -> Calendar:
    """Lay the seasons over the months of an instance."""
    year, month = (int(part) for part in instance["first_month"].split("-"))
    labels, years, rain, winter = [], [], [0], [0]
    for n in range(instance["months"]):
        y, m = year + (month - 1 + n) // 12, (month - 1 + n) % 12 + 1
        labels.append(f"{y}-{m:02d}")
        years.append(y)
        rain.append(rain[-1] + seasons.rain.days(y, m))
        winter.append(winter[-1] + seasons.winter.days(y, m))
    return Calendar(labels, years, rain, winter)


def sums(instance: Json, told: Json, starts: Mapping[str, int], calendar: Calendar) -> dict[str, Any]:
    """Return the figures of a plan as plain JSON values; money in thousand yuan."""
    chosen = [p for p in instance["projects"] if p["id"] in starts]
    return {
        "projects": len(chosen),
        "of": len(instance["projects"]),
        "households": sum(p["households"] for p in chosen),
        "area_m2": sum(p["floor_area_m2"] for p in chosen),
        "money": _money(chosen, told, starts, calendar),
        "limits": _limits(instance),
        "quota": _quota(chosen, starts, calendar),
        "season": _season(chosen, starts, calendar),
        "digs": _digs(instance, starts),
        "curves": _curves(instance, chosen, starts, calendar),
    }


def _money(chosen: list[Any], told: Json, starts: Mapping[str, int], calendar: Calendar) -> dict[str, Any]:
    """Spread each project's money over the months it occupies, exactly, and cut only when all is added up.

    Projects of one duration share a denominator, so whole numbers are added and few fractions are made.
    """
    names = ("district", "city", "other")
    parts: dict[tuple[str, int, int], int] = defaultdict(int)
    for p in chosen:
        n, first = p["duration_months"], starts[p["id"]]
        costs = (p["district_cost"], p["city_cost"], told.get(p["id"], {}).get("other_cost", 0))
        for year, months in _years_of(calendar.years, first, n):
            for name, cost in zip(names, costs, strict=True):
                parts[name, year, n] += cost * months
    by: dict[str, dict[int, Fraction]] = {name: defaultdict(Fraction) for name in names}
    for (name, year, n), cost in parts.items():
        by[name][year] += Fraction(cost, n)
    years = sorted(set(calendar.years))
    return {name: {str(y): int(found[y]) for y in years} for name, found in by.items()}


def _years_of(years: list[int], first: int, n: int) -> list[tuple[int, int]]:
    """Return (year, months) of a stretch; most lie in one or two years."""
    last = min(first + n, len(years)) - 1
    if years[first] == years[last]:
        return [(years[first], last - first + 1)]
    span = years[first : last + 1]
    return [(year, span.count(year)) for year in dict.fromkeys(span)]


def _limits(instance: Json) -> dict[str, Any]:
    district: dict[str, int] = defaultdict(int)
    for d in instance["districts"]:
        for year, money in d["budget"].items():
            district[year] += money
    return {"district": dict(district), "city": instance["city_budget"]}


def _quota(chosen: list[Any], starts: Mapping[str, int], calendar: Calendar) -> dict[str, Any]:
    """Count, per year of start, area and number of basic-class projects and of those with seismic or energy works."""
    found = {str(y): {"basic_m2": 0, "saving_m2": 0, "basic": 0, "saving": 0} for y in sorted(set(calendar.years))}
    for p in chosen:
        if not p["basic_class"]:
            continue
        row = found[str(calendar.years[starts[p["id"]]])]
        row["basic"] += 1
        row["basic_m2"] += p["floor_area_m2"]
        row["saving"] += p["seismic_energy"]
        row["saving_m2"] += p["floor_area_m2"] if p["seismic_energy"] else 0
    return found


def _season(chosen: list[Any], starts: Mapping[str, int], calendar: Calendar) -> dict[str, int]:
    rain = winter = 0
    for p in chosen:
        if p["outdoor"]:
            r, w = calendar.days(starts[p["id"]], p["duration_months"])
            rain, winter = rain + r, winter + w
    return {"rain": rain, "winter": winter}


def _digs(instance: Json, starts: Mapping[str, int]) -> dict[str, int]:
    spans = {one["id"]: one["duration_months"] for one in [*instance["projects"], *instance["works"]]}
    earned = 0
    for pair in instance["pairs"]:
        a, b = pair["a"], pair["b"]
        if a in starts and b in starts:
            earned += starts[a] < starts[b] + spans[b] and starts[b] < starts[a] + spans[a]
    return {"together": earned, "of": len(instance["pairs"])}


def _curves(
    instance: Json, chosen: list[Any], starts: Mapping[str, int], calendar: Calendar
) -> dict[str, list[int] | int]:
    """Return sites, area and all money by month, each a running sum of what begins and ends."""
    n = instance["months"]
    sites, area, money = ([0.0] * (n + 1) for _ in range(3))
    for p in chosen:
        first, last = starts[p["id"]], starts[p["id"]] + p["duration_months"]
        cost = (p["district_cost"] + p["city_cost"]) / p["duration_months"]
        for line, step in ((sites, 1), (area, p["floor_area_m2"]), (money, cost)):
            line[first] += step
            line[last] -= step
    for line in (sites, area, money):
        for month in range(1, n):
            line[month] += line[month - 1]
    spent, year_sum = [], 0.0
    for month in range(n):
        year_sum = money[month] + (year_sum if month and calendar.years[month] == calendar.years[month - 1] else 0)
        spent.append(round(year_sum))
    return {
        "sites": [int(one) for one in sites[:n]], "area": [int(one) for one in area[:n]], "spent": spent,
        "capacity": sum(d["capacity_m2"] for d in instance["districts"]),
    }  # fmt: skip
