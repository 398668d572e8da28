"""What a record's columns hold, given the claims that count: plain functions from values to values."""

from datetime import date
from typing import Any

from jiugai.domain import fire
from jiugai.domain.heights import height_class
from jiugai.domain.intake.names import initials, normalise, pinyin
from jiugai.domain.lift_need import estimate
from jiugai.domain.ownership import Ownership, group_of, known
from jiugai.registry.resolving import Facts

Row = dict[str, Any]
DIRECT_COMMUNITY = (
    "address", "built_year", "mixed_pilot", "plan_mark", "households", "building_count", "floors_max",
    "share_no_lift", "share_masonry", "sales", "floor_area", "plot_ratio", "green_rate", "property_fee",
    "property_firm", "developer", "point",
)  # fmt: skip
DIRECT_BUILDING = (
    "label", "point", "built_year", "storeys", "building_type", "structure", "has_lift", "lift_share", "sales",
    "households", "floor_area",
)  # fmt: skip


def community_row(facts: Facts) -> Row:
    """Return the columns of a community; missing keys mean that no source says anything."""
    row = {field: facts[field].current.value for field in DIRECT_COMMUNITY if field in facts}
    row |= _names(facts) | _years(facts) | _owners(facts) | _height(facts) | _need(facts)
    return row | _position(facts) | _area(facts)


def building_row(facts: Facts) -> Row:
    """Return the columns of a building."""
    row = {field: facts[field].current.value for field in DIRECT_BUILDING if field in facts}
    owners = _owners(facts)
    owners.pop("ownership_group", None)
    return row | owners | _fire_standard(facts)


def _value(facts: Facts, field: str) -> Any:
    return facts[field].current.value if field in facts else None


def _names(facts: Facts) -> Row:
    name = _value(facts, "name")
    if not name:
        return {}
    return {
        "name": name,
        "name_norm": normalise(name)[:120],
        "pinyin": pinyin(name)[:300],
        "initials": initials(name)[:60],
    }


def _years(facts: Facts) -> Row:
    """Earliest and latest year, put in order: two sources may each give one end."""
    ends = [y for y in (_value(facts, "built_year_min"), _value(facts, "built_year_max")) if y is not None]
    if len(ends) == 2:
        return {"built_year_min": min(ends), "built_year_max": max(ends)}
    return {f: _value(facts, f) for f in ("built_year_min", "built_year_max") if f in facts}


def _owners(facts: Facts) -> Row:
    """The class comes as one code or a list; the first one named is the main one."""
    said = _value(facts, "ownership")
    codes = said if isinstance(said, list) else [said] if said else []
    classes = known(codes)
    main = next((code for code in codes if code in classes), Ownership.UNKNOWN.value)
    return {
        "ownership": str(main),
        "ownership_classes": [one.value for one in classes],
        "ownership_group": group_of(codes).value,
    }


def _height(facts: Facts) -> Row:
    floors = _value(facts, "floors_max")
    said = _value(facts, "height_class")
    return {"height_class": height_class(floors) if floors is not None else said or "unknown"}


def _need(facts: Facts) -> Row:
    """The need somebody found, else the estimate from height and sales by the newest figures (T01-4)."""
    if "need" in facts:
        return {"need": facts["need"].current.value}
    floors, share = _value(facts, "floors_max"), _value(facts, "share_no_lift")
    return {"need": estimate(floors_max=floors, share_no_lift=share, on=date.max).value}


def _position(facts: Facts) -> Row:
    """A point is suspect while the source that gave it flags it; a person's correction carries no flags."""
    if "point" not in facts:
        return {"position_state": "missing", "position_flags": []}
    flagged = facts.get("position_flags")
    same = flagged is not None and flagged.current.source == facts["point"].current.source
    flags = list(flagged.current.value) if flagged is not None and same else []
    return {"position_state": "suspect" if flags else "good", "position_flags": flags}


def _area(facts: Facts) -> Row:
    return {"area_code": facts["area"].current.value} if "area" in facts else {}


def _fire_standard(facts: Facts) -> Row:
    """The standard read off the drawings, else what follows from year and storeys (T22-5)."""
    if "fire_standard" in facts:
        return {"fire_standard": facts["fire_standard"].current.value}
    found = fire.in_force(built_year=_value(facts, "built_year"), storeys=_value(facts, "storeys"))
    return {"fire_standard": " 或 ".join(edition.code for edition in found.editions)[:80]}
