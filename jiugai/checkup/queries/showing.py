"""A check-up for its page: arithmetic, answers, defects with photos, what colleagues said otherwise."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from jiugai.checkup.models import Checkup, CheckupAnswer, CheckupDefect, CheckupPart
from jiugai.checkup.rebuilding import moment, result_of
from jiugai.domain.checkup.edition import Edition, Indicator, Level, Severity
from jiugai.domain.checkup.scoring import Line, cut
from jiugai.offline.models import Operation, Photo

STATES = {"ok": ("ok", "没问题"), "bad": ("bad", "有问题"), "unsure": ("unk", "说不清"), "open": ("na", "没填")}
KINDS = {Severity.LIGHT: "na", Severity.MIDDLE: "unk", Severity.SEVERE: "bad"}


@dataclass(frozen=True)
class ShownDefect:
    """A defect with its words."""

    row: CheckupDefect
    problem: str
    severity: str
    kind: str


@dataclass(frozen=True)
class ShownPhoto:
    """A photo of an indicator; `url` is empty while it has not arrived."""

    url: str
    author: str
    point: Sequence[float] | None


@dataclass(frozen=True)
class ShownLine:
    """One indicator of a part: the line of the arithmetic with everything that was said."""

    line: Line
    indicator: Indicator
    answer: CheckupAnswer | None
    value: str
    kind: str
    state: str
    kept: Decimal | None
    severity: str
    defects: tuple[ShownDefect, ...]
    photos: tuple[ShownPhoto, ...]
    others: tuple[dict[str, Any], ...]


@dataclass(frozen=True)
class ShownPart:
    """A building or the shared part."""

    part: CheckupPart
    lines: tuple[ShownLine, ...]
    asked: int
    kept: Decimal | None
    score: Decimal | None


@dataclass(frozen=True)
class Shown:
    """The whole page."""

    checkup: Checkup
    edition: Edition
    parts: tuple[ShownPart, ...]
    shares: tuple[dict[str, Any], ...]
    score: Decimal | None
    needs: tuple[str, ...]
    clocks: tuple[Operation, ...]
    unfilled: int


def shown(checkup: Checkup) -> Shown:
    """Load and work out everything that the page says."""
    edition = checkup.edition.edition
    parts = list(checkup.parts.prefetch_related("answers", "defects").order_by("key"))
    parts.sort(key=lambda p: (p.is_shared, p.key and p.building_id is None, p.label))
    result = result_of(checkup, edition, parts)
    photos = _photos(checkup, parts)
    clocks = Operation.objects.filter(kind="checkup", subject__startswith=checkup.subject).exclude(clock="ok")
    return Shown(
        checkup=checkup,
        edition=edition,
        parts=tuple(_part(p, result.parts[p.key].lines, edition, photos) for p in parts),
        shares=_shares(result.whole.shares, result.whole.mean, result.whole.shared, len(result.whole.buildings)),
        score=cut(result.whole.value),
        needs=tuple(edition.needs.get(code, code) for code in result.need.needs),
        clocks=tuple(clocks.order_by("pk")[:20]),
        unfilled=sum(part.open_count for part in parts),
    )


def _photos(checkup: Checkup, parts: Sequence[CheckupPart]) -> Mapping[str, int]:
    wanted = {p.get("sha256") for part in parts for p in part.photos}
    rows = Photo.objects.filter(community_id=checkup.community_id, sha256__in=wanted)
    return dict(rows.values_list("sha256", "pk"))


def _shares(
    shares: Sequence[tuple[Level, int]], mean: Fraction | None, shared: Fraction | None, buildings: int
) -> tuple[dict[str, Any], ...]:
    """Say how the community's score is put together, one line per level."""
    values = {Level.BUILDING: mean, Level.COMMUNITY: shared}
    words = {Level.BUILDING: f"{buildings} 栋楼的平均分", Level.COMMUNITY: "小区公共部分"}
    total = sum(share for _, share in shares)
    return tuple(
        {
            "label": words[level],
            "score": cut(values[level]),
            "share": share * 100 // total if total else share,
            "points": cut((values[level] or Fraction(0)) * share / total),
        }
        for level, share in shares
    )


def _part(part: CheckupPart, lines: Sequence[Line], edition: Edition, photos: Mapping[str, int]) -> ShownPart:
    answers = {a.indicator: a for a in part.answers.all()}
    found = tuple(_line(part, line, answers.get(line.indicator), edition, photos) for line in lines)
    asked = sum(line.weight for line in lines if line.counted)
    kept = sum((line.kept for line in lines if line.counted), Fraction(0))
    return ShownPart(part, found, asked, cut(kept) if asked else None, part.score)


def _line(
    part: CheckupPart, line: Line, answer: CheckupAnswer | None, edition: Edition, photos: Mapping[str, int]
) -> ShownLine:
    indicator = next(i for i in edition.indicators if i.code == line.indicator)
    kind, state = STATES[line.state]
    return ShownLine(
        line=line,
        indicator=indicator,
        answer=answer,
        value=in_words(answer.value if answer else None, indicator),
        kind=KINDS[line.severity] if line.severity else kind,
        state=state,
        kept=cut(line.kept) if line.counted else None,
        severity=edition.severities[line.severity] if line.severity else "",
        defects=tuple(_defect(d, indicator, edition) for d in part.defects.all() if d.indicator == line.indicator),
        photos=tuple(_photo(p, photos) for p in part.photos if p.get("indicator") == line.indicator),
        others=tuple(
            {"author": o["author"], "value": in_words(o["value"], indicator), "at": moment(o["at"])}
            for o in (answer.others if answer else ())
        ),
    )


def in_words(value: Any, indicator: Indicator) -> str:
    """Say an answer."""
    if value is None:
        return "没填"
    known = STATES.get(value) if isinstance(value, str) else None
    return known[1] if known else f"{value:g} {indicator.unit}" if isinstance(value, int | float) else str(value)


def _defect(row: CheckupDefect, indicator: Indicator, edition: Edition) -> ShownDefect:
    problem = indicator.problem(row.code)
    severity = Severity(row.severity)
    return ShownDefect(row, problem.label if problem else row.code, edition.severities[severity], KINDS[severity])


def _photo(raw: Mapping[str, Any], known: Mapping[str, int]) -> ShownPhoto:
    pk = known.get(str(raw.get("sha256")))
    return ShownPhoto(f"/photos/{pk}/" if pk else "", str(raw.get("author") or ""), raw.get("point"))
