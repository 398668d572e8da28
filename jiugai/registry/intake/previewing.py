"""What writing would do, row by row, without doing it."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from django.contrib.postgres.search import TrigramSimilarity

from jiugai.accounts.actor import CITY_PATH
from jiugai.domain.intake.duplicates import Place, find
from jiugai.domain.intake.names import normalise
from jiugai.domain.intake.problems import Problem
from jiugai.domain.intake.rows import Column
from jiugai.registry.intake import batches, bulk, proposing
from jiugai.registry.intake.locating import Ground
from jiugai.registry.intake.matching import Known, by_pk
from jiugai.registry.intake.rows import Parsed
from jiugai.registry.intake.staging import problem_row
from jiugai.registry.intake.weighing import Weighed, weigh
from jiugai.registry.intake.writing import Desk, all_areas, sit_down
from jiugai.registry.limits import NAME_LIKE_ENOUGH
from jiugai.registry.models import Community, ImportBatch, ImportProblem, ImportRow

Fate = ImportRow.Fate
CHUNK = 500
MOST_GUESSES = 300
ALIKE_SHOWN = 3


class Previewer:
    """Weighs rows against the register, for one batch and one person's areas."""

    def __init__(
        self, batch: ImportBatch, *, paths: Sequence[str], ground: Ground, columns: Mapping[str, Sequence[Column]]
    ) -> None:
        self.paths, self.ground, self.columns = paths, ground, columns
        profile = batch.mapping.get("profile", {})
        self.titles: Mapping[str, str] = profile.get("columns", {})
        self.creates = batch.target != "buildings" and profile.get("creates", True)
        self.guesses = 0

    def step(self, batch: ImportBatch, now: datetime) -> bool:
        """Weigh the next rows in the caller's transaction; return whether there were any."""
        rows = list(ImportRow.objects.filter(batch=batch, fate="").order_by("pk")[:CHUNK])
        if rows:
            self.weigh_rows(batch, rows, now=now)
            batch.rows_done += len(rows)
            batch.save(update_fields=["rows_done"])
        return bool(rows)

    def weigh_rows(self, batch: ImportBatch, rows: Sequence[ImportRow], *, now: datetime) -> None:
        """Fill in fate and changes of tied rows, and add the problems that only the register can show."""
        read = [(row, Parsed.of(row.parsed)) for row in rows]
        there = by_pk(row.community_id for row in rows if row.community_id)
        ties = {row.pk: there[row.community_id] for row in rows if row.community_id in there}
        desk = sit_down(batch, read, ties=ties, areas=all_areas(), at=now)
        problems: list[ImportProblem] = []
        for row, parsed in read:
            found = self._weigh(desk, row, parsed)
            problems += [problem_row(batch, row, one, self.columns.get(row.sheet, ())) for one in found]
        _look_alike(read)
        bulk.update(rows, ["fate", "changes", "building", "parsed"])
        bulk.insert(problems)

    def _weigh(self, desk: Desk, row: ImportRow, parsed: Parsed) -> Iterator[Problem]:
        """Set what becomes of a row; a row that cannot be placed gets a problem."""
        known = desk.ties.get(row.pk)
        path = known.path if known else self.ground.paths.get(parsed.area, "")
        weighed = weigh(parsed.fields, desk.claims.get(known.pk, {}) if known else {}, desk.word, order=desk.order)
        building = _building(desk, row, parsed, known)
        news = bool(weighed.news or (building and building.news))
        is_new = known is None or known.withdrawn
        row.fate = Fate.NEW if is_new else Fate.CHANGE if news else Fate.SAME
        row.changes = weighed.changes if not is_new else {}
        if building is not None and not is_new:
            row.changes = row.changes | {f"building.{name}": change for name, change in building.changes.items()}
        goes = self.ground.paths.get(parsed.area, "") if parsed.code else path
        outside = next((one for one in (path, goes) if one and not any(one.startswith(p) for p in self.paths)), "")
        if outside:
            yield self._outside(row, outside)
        elif known is None and not self.creates and parsed.name:
            yield self._unknown(row, parsed)

    def _outside(self, row: ImportRow, path: str) -> Problem:
        mine = "、".join(self.ground.name_at(p) for p in self.paths)
        where = self.ground.name_at(path)
        words = f"这个小区在{where}，您只能导入{mine}的数据"
        found = Problem("outside_scope", words, f"跳过这一行，或请{where}的数据员导入")
        column = self._column(row, "district", "name", "community")
        return found.at(sheet=row.sheet, row=row.number, column=column, typed=self._cell(row, column))

    def _unknown(self, row: ImportRow, parsed: Parsed) -> Problem:
        near = self._guess(parsed.name)
        remedy = f"选“{near}”，写法最接近；不是就先登记小区" if near else "核对名称，或先登记这个小区"
        found = Problem("community_unknown", "名册里没有这个名称", remedy, suggestion=near)
        column = self._column(row, "community", "name")
        return found.at(sheet=row.sheet, row=row.number, column=column, typed=parsed.name)

    def _guess(self, name: str) -> str | None:
        """Return the name in one's own areas that is written most like this; only for the first few hundred rows."""
        self.guesses += 1
        if self.guesses > MOST_GUESSES:
            return None
        rows = Community.objects.current()
        if CITY_PATH not in self.paths:
            rows = rows.filter(area_path__startswith=self.paths[0])
        near = (
            rows.annotate(like=TrigramSimilarity("name", name))
            .filter(like__gt=NAME_LIKE_ENOUGH)
            .order_by("-like", "pk")
        )
        return near.values_list("name", flat=True).first()

    def _cell(self, row: ImportRow, column: str) -> object:
        index = next((n for n, c in enumerate(self.columns.get(row.sheet, ())) if c.title == column), None)
        cells = row.raw.get("cells", [])
        return "" if index is None or index >= len(cells) else cells[index]

    def _column(self, row: ImportRow, *keys: str) -> str:
        there = {c.title for c in self.columns.get(row.sheet, ())}
        return next((t for k in keys for t, key in self.titles.items() if key == k and t in there), "")


def _building(desk: Desk, row: ImportRow, parsed: Parsed, known: Known | None) -> Weighed | None:
    if not parsed.label:
        return None
    pk = desk.buildings.get((known.pk, parsed.building_code or parsed.label)) if known else None
    row.building_id = pk
    return weigh(parsed.building, desk.building_claims.get(pk or 0, {}), desk.word, order=desk.order)


def _look_alike(read: Sequence[tuple[ImportRow, Parsed]]) -> None:
    """Note on new rows which communities they will be proposed as duplicates of."""
    fresh = {row.pk: row for row, parsed in read if row.fate == Fate.NEW and parsed.point}
    source = batches.source_of(read[0][0].batch).key if fresh else ""
    places = [place for row, parsed in read if row.pk in fresh and (place := _place(row.pk, parsed, source))]
    for proposal in find(places, among=proposing.neighbours([(p.lon, p.lat) for p in places])):
        ends = {str(e.key): e for e in (proposal.first, proposal.second)}
        mine = next((k for k in ends if k.startswith("row:")), "")
        other = next((k for k in ends if not k.startswith("row:")), "")
        if mine and other:
            alike = fresh[int(mine.removeprefix("row:"))].parsed.setdefault("alike", [])
            if len(alike) < ALIKE_SHOWN:
                alike.append({"community": int(other), "reasons": list(proposal.reasons)})


def _place(pk: int, parsed: Parsed, source: str) -> Place | None:
    if parsed.point is None:
        return None
    name = normalise(parsed.name) if "name" in parsed.fields else ""
    return Place(f"row:{pk}", name, *parsed.point, parsed.fields.get("built_year"), frozenset({source}))
