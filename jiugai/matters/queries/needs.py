"""What a matter still lacks for a move."""

from typing import Any

from jiugai.domain.process import Move
from jiugai.matters.kinds import Kind
from jiugai.matters.models import MatterDocument

EMPTY: tuple[Any, ...] = (None, "", (), [])


def papers_on_file(matter: Any) -> set[str]:
    """Return the kinds of documents attached and not withdrawn. One query."""
    rows = MatterDocument.objects.filter(matter_id=matter.pk, document__withdrawn_at__isnull=True)
    return set(rows.values_list("kind", flat=True))


def documents_asked(matter: Any, its_kind: Kind, step: Move) -> list[str]:
    """Return the kinds of documents a move asks for: its own, and those of the stage it leads out of."""
    asked = [need.name for need in step.needs if need.what == "document"]
    if not step.free and step.to != matter.stage:
        asked += its_kind.stage(matter.stage).documents
    return list(dict.fromkeys(asked))


def barred(matter: Any, its_kind: Kind, step: Move) -> list[str]:
    """Return what the kind itself says is lacking; its queries."""
    return list(its_kind.of.lacking(matter, step.code)) if its_kind.of.lacking and not step.free else []


def missing(matter: Any, its_kind: Kind, step: Move, *, on_file: set[str] | None = None) -> list[str]:
    """Return in words what is missing, fields first; at most one query."""
    fields = [need.label for need in step.needs if need.what == "field" and getattr(matter, need.name) in EMPTY]
    fields += barred(matter, its_kind, step)
    asked = documents_asked(matter, its_kind, step)
    if not asked:
        return fields
    known = papers_on_file(matter) if on_file is None else on_file
    return fields + [f"材料“{kind}”" for kind in asked if kind not in known]
