"""How a special acceptance stands, item by item."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch

from jiugai.approvals.models import SchemeEdition
from jiugai.domain.schemes import SchemeKind
from jiugai.works.models.special import SpecialItem, SpecialMark


@dataclass(frozen=True)
class Standing:
    """An item with all its marks, the newest last."""

    item: SpecialItem
    marks: list[SpecialMark]

    @property
    def last(self) -> SpecialMark | None:
        """The mark that counts."""
        return self.marks[-1] if self.marks else None


@dataclass(frozen=True)
class Tally:
    """The items of an acceptance by how they stand."""

    rows: list[Standing]

    @property
    def asked(self) -> list[Standing]:
        """Items that the scheme has."""
        return [one for one in self.rows if not one.item.left_out]

    @property
    def failed(self) -> list[Standing]:
        """Items whose newest mark is a failure."""
        return [one for one in self.asked if one.last and one.last.result == SpecialMark.Result.FAIL]

    @property
    def open(self) -> list[Standing]:
        """Items nobody has looked at."""
        return [one for one in self.asked if one.last is None]

    @property
    def passed(self) -> int:
        """How many pass."""
        return len(self.asked) - len(self.failed) - len(self.open)


def tally(acceptance: Any) -> Tally:
    """Load an acceptance's items with their marks. Two queries."""
    return tallies([acceptance.pk])[acceptance.pk]


def tallies(keys: list[int]) -> dict[int, Tally]:
    """Load the items of several acceptances with their marks. Two queries."""
    marks = Prefetch("marks", SpecialMark.objects.order_by("pk"))
    found: dict[int, list[Standing]] = {key: [] for key in keys}
    for item in SpecialItem.objects.filter(acceptance__in=keys).order_by("pk").prefetch_related(marks):
        found[item.acceptance_id].append(Standing(item, list(item.marks.all())))
    return {key: Tally(rows) for key, rows in found.items()}


def _newest(acceptance: Any) -> int | None:
    """Return the key of the special scheme's edition that stands now."""
    rows = SchemeEdition.objects.filter(scheme__project=acceptance.project_id, scheme__kind=SchemeKind.SPECIAL.value)
    return rows.order_by("-number").values_list("pk", flat=True).first()


def lacking_to_pass(acceptance: Any) -> list[str]:
    """Say what an acceptance lacks before it can pass."""
    found = tally(acceptance)
    words = [f"“{one.item.place}”的合格记录" for one in (*found.failed, *found.open)]
    if not found.asked:
        words.append("验收项")
    newest = _newest(acceptance)
    if newest and newest != acceptance.edition_id:
        words.append("按现行专项方案的验收（方案已有新的一版，撤回后重新开始）")
    if not acceptance.try_outs.exists() and not acceptance.no_try_out:
        words.append("残疾人、老年人体验试用的记录")
    return words
