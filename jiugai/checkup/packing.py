"""What a phone takes along of a check-up: indicators in words, and the state of every part."""

from typing import Any

from jiugai.checkup.entries import DEFECTS, NOTE, PHOTOS
from jiugai.checkup.models import Checkup
from jiugai.checkup.parts import SHARED, buildings_of, label_of
from jiugai.checkup.rebuilding import entries_of
from jiugai.domain.checkup.edition import Edition, Indicator
from jiugai.domain.checkup.merge import Member, State, fold


def pack_of(checkup: Checkup) -> dict[str, Any]:
    """Return the check-up as JSON for the phone."""
    edition = checkup.edition.edition
    buildings = buildings_of(checkup.community_id)
    keys = [SHARED, *(f"b{b.pk}" for b in buildings)]
    keys += [k for k in checkup.parts.values_list("key", flat=True) if k not in keys]
    entries = entries_of(checkup)
    parts = [{"key": key, "label": label_of(key, buildings)[0], **_state(fold(entries.get(key, ())))} for key in keys]
    return {
        "id": checkup.pk,
        "year": checkup.year,
        "state": checkup.state,
        "edition": _edition(edition),
        "parts": parts,
    }


def _edition(edition: Edition) -> dict[str, Any]:
    return {
        "name": edition.name,
        "status": edition.status,
        "severities": [{"code": k, "label": label} for k, label in edition.severities.items()],
        "indicators": [_indicator(i) for i in edition.indicators],
    }


def _indicator(i: Indicator) -> dict[str, Any]:
    problems = [{"code": p.code, "label": p.label, "severity": p.severity} for p in i.problems]
    return {"code": i.code, "level": i.level, "label": i.label, "asks": i.asks, "hint": i.hint, "unit": i.unit,
            "answer": i.answer, "problems": problems}  # fmt: skip


def _state(state: State) -> dict[str, Any]:
    """Return the fields with what colleagues said otherwise, and the members of both sets."""
    fields = {
        name: {"value": r.current.value, "author": r.current.author, "at": r.current.at,
               "others": [{"value": o.value, "author": o.author, "at": o.at} for o in r.others]}
        for name, r in state.fields.items()
    }  # fmt: skip
    answers = {name: said for name, said in fields.items() if not name.startswith(NOTE)}
    notes = {name.removeprefix(NOTE): said for name, said in fields.items() if name.startswith(NOTE)}
    sets = {name: [_member(m) for m in state.sets.get(name, ())] for name in (DEFECTS, PHOTOS)}
    return {"answers": answers, "notes": notes, **sets}


def _member(m: Member) -> dict[str, Any]:
    return {"ref": m.ident, "author": m.author, "at": m.at, **m.value}
