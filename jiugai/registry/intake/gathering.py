"""Sales records: the whole file is gathered into communities and building groups, and those become the rows."""

from collections.abc import Iterator
from itertools import islice

from jiugai.domain.intake import transactions
from jiugai.domain.intake.claiming import community_facts
from jiugai.domain.intake.names import placeholder
from jiugai.domain.intake.transactions import BuildingGroup, Gathered, Sale
from jiugai.registry.intake import bulk, parsing
from jiugai.registry.intake.batches import source_of
from jiugai.registry.intake.locating import Ground
from jiugai.registry.intake.rows import IDENT, Parsed, number_space
from jiugai.registry.intake.staging import CHUNK, problem_row, wanted
from jiugai.registry.models import ImportBatch, ImportProblem, ImportRow

COMMUNITIES, GROUPS = "小区", "楼栋归并"
MOST_PROBLEMS = 2000
"""Single sales with problems beyond this are counted, not listed."""
SALE_PROBLEMS = ("sale_without_community", "shifted_row")


class Gatherer:
    """Reads all sales at the first step, keeping counts only, then stages what they add up to."""

    def __init__(self, batch: ImportBatch, ground: Ground) -> None:
        self.ground = ground
        self.profile = parsing.profile_of(batch)
        self.problems: list[ImportProblem] = []
        self.left_out = 0
        self.numbers = {COMMUNITIES: 0, GROUPS: 0}
        self._stream: Iterator[ImportRow] | None = None

    def step(self, batch: ImportBatch) -> bool:
        """Stage the next communities or groups in the caller's transaction; return whether there were any."""
        if self._stream is None:
            gathered = transactions.gather(self._sales(batch), profile=self.profile)
            ImportProblem.objects.filter(batch=batch, code__in=SALE_PROBLEMS).delete()
            ImportProblem.objects.bulk_create(self.problems)
            batch.summary |= {"sales": gathered.rows, "problems_left_out": self.left_out}
            batch.save(update_fields=["summary"])
            staged = ImportRow.objects.filter(batch=batch).count()
            self._stream = islice(self._staged(batch, gathered), staged, None)
        made = list(islice(self._stream, CHUNK))
        bulk.insert(made)
        return bool(made)

    def _sales(self, batch: ImportBatch) -> Iterator[Sale]:
        """Yield the readable sales; what is wrong with single rows is kept aside."""
        for table in wanted(parsing.tables_of(batch), self.profile.sheet):
            for sale, problem in transactions.read_sales(table.rows(), profile=self.profile):
                if problem is not None and len(self.problems) < MOST_PROBLEMS:
                    self.problems.append(problem_row(batch, None, problem, table.columns))
                elif problem is not None:
                    self.left_out += 1
                if sale is not None:
                    yield sale

    def _staged(self, batch: ImportBatch, gathered: Gathered) -> Iterator[ImportRow]:
        for sheet, parsed in self._rows(batch, gathered):
            self.numbers[sheet] += 1
            key = parsed.building_code or parsed.ident.partition(":")[2]
            yield ImportRow(
                batch=batch, sheet=sheet, number=self.numbers[sheet], key=key, raw={"cells": []}, parsed=parsed.stored()
            )

    def _rows(self, batch: ImportBatch, gathered: Gathered) -> Iterator[tuple[str, Parsed]]:
        space = number_space(source_of(batch).key)
        keys = list(gathered.communities)
        located = self.ground.locate([gathered.communities[k] for k in keys])
        areas = {}
        for key, place in zip(keys, located, strict=True):
            areas[key] = place.area
            said = community_facts(gathered.communities[key], place.position)
            facts = {k: v for k, v in said.items() if k not in parsing.NOT_CLAIMED} | {IDENT: f"{space}:{key}"}
            facts |= {"area": place.area} if place.area else {}
            yield COMMUNITIES, Parsed(placeholder("链家", key), f"{space}:{key}", area=place.area, fields=facts)
        for group in gathered.groups:
            yield GROUPS, _group(group, space, areas.get(group.key.community, ""))


def _group(group: BuildingGroup, space: str, area: str) -> Parsed:
    key = group.key
    facts = {
        "label": group.label,
        "storeys": key.storeys,
        "built_year": key.year,
        "building_type": key.shape,
        "structure": group.structure or "unknown",
        "has_lift": key.lift,
        "sales": group.sales,
    }
    return Parsed(
        name=placeholder("链家", key.community),
        ident=f"{space}:{key.community}",
        area=area,
        label=group.label,
        building_code=f"L{group.code}",
        record="sales_group",
        building={name: value for name, value in facts.items() if value is not None},
    )
