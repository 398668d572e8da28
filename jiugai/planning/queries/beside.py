"""What stands beside the bars of the board: works of other departments, the price of one bar, figures in words."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from jiugai.domain.figures import Value
from jiugai.domain.planning.price import price
from jiugai.domain.planning.quota import Share
from jiugai.domain.planning.sums import sums
from jiugai.planning.scoring import Loaded
from jiugai.streetworks.models import Overlap

MOST_WORKS = 6


@dataclass(frozen=True)
class Beside:
    """A work of another department in the months of the plan, on the ground or in the street of a project."""

    ref: str
    title: str
    start: int
    months: int
    since: str
    until: str
    agreed: bool

    @property
    def words(self) -> str:
        """The work with its months."""
        return f"{self.title}（{self.since} — {self.until}）" + ("，已约定一次开挖" if self.agreed else "")


def works_beside(ready: Loaded, starts: Mapping[str, int], codes: Collection[str]) -> dict[str, list[Beside]]:
    """Return the works on the ground of projects, or in their streets, where the plan has them; in one query."""
    known = {work["id"]: work for work in ready.instance["works"]}
    if not known or not codes:
        return {}
    pairs = {(pair["a"], pair["b"]) for pair in ready.instance["pairs"]}
    near, by_street = _on_ground(codes), defaultdict[str, set[str]](set)
    for work in known.values():
        if work["street"] != work["district"]:
            by_street[work["street"]].add(work["id"])
    found = {}
    for item in ready.instance["projects"]:
        code = item["id"]
        if code in codes:
            refs = (near.get(code, set()) | by_street.get(item["street"], set())) & known.keys()
            made = [_beside(ready, known[ref], starts, (code, ref) in pairs) for ref in sorted(refs)]
            found[code] = sorted(made, key=lambda one: (not one.agreed, one.start, one.ref))[:MOST_WORKS]
    return found


def _on_ground(codes: Collection[str]) -> dict[str, set[str]]:
    rows = Overlap.objects.filter(footprint__project_ref__in=codes, footprint__live=True, gone_at__isnull=True)
    found: dict[str, set[str]] = defaultdict(set)
    for code, work in rows.values_list("footprint__project_ref", "work"):
        found[code].add(f"W{work}")
    return found


def _beside(ready: Loaded, work: Mapping[str, Any], starts: Mapping[str, int], agreed: bool) -> Beside:
    labels, months = ready.calendar.labels, work["duration_months"]
    start = min(starts.get(work["id"], work["earliest"]), len(labels) - 1)
    last = min(start + months, len(labels)) - 1
    title = ready.told.get("projects", {}).get(work["id"], {}).get("title", work["id"])
    return Beside(work["id"], title, start, last - start + 1, labels[start], labels[last], agreed)


def price_of(ready: Loaded, before: Mapping[str, int], starts: Mapping[str, int], code: str, *, user: int) -> list[str]:
    """Return what the present place of one bar costs against its place in the version, all else as it is now."""
    was, now = before.get(code), starts.get(code)
    if was == now:
        return []
    others = {ident: start for ident, start in starts.items() if ident != code}
    back = others if was is None else {**others, code: was}
    told = ready.told.get("projects", {})
    words = price(*(sums(ready.instance, told, plan, ready.calendar) for plan in (back, starts)))
    change = float(ready.score(user, starts).objective - ready.preview(user, code, was).objective)
    return [f"得分{'＋' if change >= 0 else '−'}{abs(change):,.1f}", *words]


def short_in_words(quota: Mapping[str, Any], least: Value | None) -> list[str]:
    """Say for each year that misses the share how far it is away; nothing for years that reach it."""
    found = []
    for year, row in quota.items():
        share = Share(**row)
        if least is None or not share.basic_m2 or share.enough(least):
            continue
        found.append(
            f"{year}年开工的基础类 {share.basic} 个、{share.basic_m2 / 10_000:.2f} 万㎡，"
            f"其中抗震、节能 {share.saving} 个、{share.saving_m2 / 10_000:.2f} 万㎡，"
            f"占 {share.words}，低于 {least.text}，还差 {share.shortfall_m2(least) / 10_000:.2f} 万㎡"
        )
    return found


def season_in_words(ready: Loaded, starts: Mapping[str, int]) -> list[str]:
    """Say how many outdoor projects run in rain or winter, and which has most days there."""
    told, found = ready.told.get("projects", {}), list[tuple[int, int, str]]()
    for item in ready.instance["projects"]:
        start, months = starts.get(item["id"]), item["duration_months"]
        if start is None or not item["outdoor"] or not 0 <= start <= len(ready.calendar.labels) - months:
            continue
        rain, winter = ready.calendar.days(start, months)
        if rain or winter:
            found.append((rain, winter, told.get(item["id"], {}).get("title", item["id"])))
    if not found:
        return []
    rain, winter, title = max(found, key=lambda one: (one[0] + one[1], one[2]))
    days = f"雨季 {sum(one[0] for one in found):,} 天、冬期 {sum(one[1] for one in found):,} 天"
    return [
        f"{len(found)} 个室外项目有施工日落在雨季或冬期，合计{days}",
        f"最多的是{title}，雨季 {rain} 天、冬期 {winter} 天",
    ]
