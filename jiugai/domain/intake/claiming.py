"""From a row's values to what its source says of a community: the same for the import and for the shipped list."""

from collections.abc import Mapping
from typing import Any

from jiugai.domain.intake.names import tidy
from jiugai.domain.intake.positions import Position

NOT_KEPT = frozenset({"community", "lon", "lat", "below"})


def community_facts(values: Mapping[str, Any], position: Position | None) -> dict[str, Any]:
    """Return what is kept of a row: its values, the area its point lies in, and what is doubtful about the point."""
    facts = {field: value for field, value in values.items() if field not in NOT_KEPT}
    if "name" in facts:
        facts["name"] = tidy(str(facts["name"]))
    if position is not None:
        facts["area"] = position.area
        facts["position_flags"] = list(position.flags)
    return facts
