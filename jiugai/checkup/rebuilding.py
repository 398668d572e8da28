"""Make answers, defects, scores and the suggested need anew from the entries: the same whatever order they came in."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from jiugai.checkup.entries import DEFECTS, NOTE, PHOTOS
from jiugai.checkup.models import Checkup, CheckupAnswer, CheckupDefect, CheckupPart
from jiugai.checkup.parts import SHARED, buildings_of, label_of
from jiugai.domain.checkup.edition import ORDER, Edition, Level, Severity
from jiugai.domain.checkup.merge import Op, Said, State, fold
from jiugai.domain.checkup.scoring import Defect, Need, Score, Whole, cut, score_part, score_whole, suggest
from jiugai.offline.models import Operation
from jiugai.registry.models import Building

FAR = datetime(2100, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Result:
    """A whole check-up, worked out: its parts' scores by key, the community's score, the suggested need."""

    parts: Mapping[str, Score]
    whole: Whole
    need: Need


def entries_of(checkup: Checkup, keys: Iterable[str] | None = None) -> dict[str, list[Op]]:
    """Return the entries about these parts (all by default), as edits by part, in one query."""
    rows = Operation.objects.filter(kind="checkup", subject__startswith=checkup.subject)
    if keys is not None:
        rows = rows.filter(subject__in=[f"{checkup.subject}{key}" for key in keys])
    found: dict[str, list[Op]] = {}
    for row in rows:
        if row.body.get("field"):
            found.setdefault(row.subject.removeprefix(checkup.subject), []).append(_op(row))
    return found


def _op(row: Operation) -> Op:
    said = row.body
    return Op(
        device=row.device,
        counter=row.counter,
        at=row.at_ms,
        logical=row.logical,
        author=row.author_name,
        action=said["action"],
        field=said["field"],
        value=said.get("value"),
    )


def rebuild(checkup: Checkup, keys: Iterable[str]) -> Result:
    """Make these parts anew and bring the check-up's totals up to date. The caller holds the check-up's lock."""
    edition = checkup.edition.edition
    buildings = buildings_of(checkup.community_id)
    wanted = sorted(set(keys))
    entries = entries_of(checkup, wanted)
    for key in wanted:
        _rebuild_part(checkup, key, fold(entries.get(key, ())), edition, buildings)
    return sum_up(checkup, edition, buildings)


def _rebuild_part(checkup: Checkup, key: str, state: State, edition: Edition, buildings: list[Building]) -> None:
    label, building = label_of(key, buildings)
    score = score_of(state, key, edition)
    values = {
        "label": label,
        "building": building,
        "score": cut(score.value),
        "open_count": len(score.open),
        "unsure_count": len(score.unsure),
        "disputed": sum(bool(r.others) for r in state.fields.values()),
        "photos": [{"ref": m.ident, "author": m.author, "at": m.at, **m.value} for m in state.sets.get(PHOTOS, ())],
        "touched_at": _latest(state),
    }
    part, _ = CheckupPart.objects.update_or_create(checkup=checkup, key=key, defaults=values)
    part.answers.all().delete()
    CheckupAnswer.objects.bulk_create(_answers(part, state))
    part.defects.all().delete()
    CheckupDefect.objects.bulk_create(_defects(part, state))


def score_of(state: State, key: str, edition: Edition) -> Score:
    """Score one part from the state of its entries."""
    level = Level.BUILDING if key else Level.COMMUNITY
    answers = {name: r.current.value for name, r in state.fields.items()}
    defects = [Defect(str(m.value["indicator"]), Severity(m.value["severity"])) for m in state.sets.get(DEFECTS, ())]
    return score_part(edition.of(level), answers, defects, edition)


def _answers(part: CheckupPart, state: State) -> list[CheckupAnswer]:
    return [
        CheckupAnswer(
            part=part,
            indicator=name,
            value=register.current.value,
            note=state.value(f"{NOTE}{name}") or "",
            author_name=register.current.author,
            at=moment(register.current.at),
            others=[_shown(said) for said in register.others],
        )
        for name, register in state.fields.items()
        if not name.startswith(NOTE)
    ]


def _defects(part: CheckupPart, state: State) -> list[CheckupDefect]:
    return [
        CheckupDefect(
            part=part,
            ref=m.ident,
            indicator=m.value["indicator"],
            code=m.value["code"],
            severity=m.value["severity"],
            place=str(m.value.get("place") or "")[:120],
            note=str(m.value.get("note") or "")[:500],
            author_name=m.author,
            at=moment(m.at),
        )
        for m in state.sets.get(DEFECTS, ())
    ]


def _shown(said: Said) -> dict[str, Any]:
    return {"value": said.value, "author": said.author, "at": said.at}


def moment(ms: int) -> datetime:
    """Return ms since 1970 as a moment; what lies beyond all calendars is set to their end."""
    return min(datetime.fromtimestamp(min(ms, int(FAR.timestamp() * 1000)) / 1000, tz=UTC), FAR)


def _latest(state: State) -> datetime | None:
    fields = [r.current.at for r in state.fields.values()]
    members = [m.at for several in state.sets.values() for m in several]
    return moment(max([*fields, *members])) if fields or members else None


def result_of(checkup: Checkup, edition: Edition, parts: Iterable[CheckupPart]) -> Result:
    """Work the whole check-up out again from its answers and defects. `parts` have both prefetched."""
    scores: dict[str, Score] = {}
    names: dict[str, str] = {}
    for part in parts:
        level = Level.BUILDING if part.key else Level.COMMUNITY
        answers = {a.indicator: a.value for a in part.answers.all()}
        defects = [Defect(d.indicator, Severity(d.severity)) for d in part.defects.all()]
        scores[part.key] = score_part(edition.of(level), answers, defects, edition)
        names[part.key] = part.label
    shared = scores.get(SHARED) or score_part(edition.of(Level.COMMUNITY), {}, [], edition)
    whole = score_whole([(names[k], s) for k, s in scores.items() if k], shared, edition)
    return Result(scores, whole, suggest([s for k, s in scores.items() if k] + [shared], whole, edition))


def sum_up(checkup: Checkup, edition: Edition, buildings: list[Building]) -> Result:
    """Write the check-up's totals from its parts."""
    parts = list(checkup.parts.prefetch_related("answers", "defects"))
    result = result_of(checkup, edition, parts)
    done = [p for p in parts if p.key and p.done]
    defects = [d for p in parts for d in p.defects.all()]
    on_record = len(buildings) or checkup.community.building_count
    checkup.score = cut(result.whole.value)
    checkup.need, checkup.need_says = result.need.level, result.need.says[:200]
    checkup.needs = list(result.need.needs)
    checkup.buildings_done = len(done)
    checkup.buildings_all = None if on_record is None else max(on_record, sum(bool(p.key) for p in parts))
    checkup.defects = len(defects)
    checkup.severe = sum(d.severity == ORDER[-1] for d in defects)
    checkup.save(
        update_fields=["score", "need", "need_says", "needs", "buildings_done", "buildings_all", "defects", "severe"]
    )
    return result
