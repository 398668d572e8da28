"""What governance adds to the file of a community, and where what keeps its gates shut is mended."""

from collections.abc import Iterable

from jiugai.accounts.permissions import Permission
from jiugai.domain.five_types import Problem
from jiugai.domain.stages import Line
from jiugai.governance.queries.inventory import guards_of
from jiugai.matters.models import Matter
from jiugai.policy.doors import mend
from jiugai.registry.panels import LineNote, Look, line_notes, tab


def add_to_the_file() -> None:
    """Say once, at the start, what the file shows of governance."""
    tab("community-governance", "治理", order=30, count=_open, permission=Permission.MATTER_VIEW)
    line_notes(Line.GOVERNANCE, _notes)
    mend(("t02_",), "打开治理台账", lambda home: f"/communities/{home.pk}/governance/")


def _open(look: Look) -> int | None:
    rows = Matter.objects.open().filter(community=look.community, kind__in=list(Problem))
    return rows.count() or None


def _notes(look: Look) -> Iterable[LineNote]:
    url = f"/communities/{look.community.pk}/governance/"
    left = sum(board.left for board in guards_of(look.community))
    count = _open(look)
    if count:
        yield LineNote(f"五类问题还有 {count} 处没有办结", url, "bad")
    if left:
        yield LineNote(f"外窗护栏还有 {left} 户没有拆除", url, "soon")
