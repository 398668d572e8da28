"""Overlaps as rows of a list, with where the asking stands."""

from django.db.models import CharField, F, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from jiugai.streetworks.models import Overlap, SynergyRequest

STANDING = {
    "unasked": ("unk", "未发请求"),
    "asked": ("soon", "待对方答复"),
    "lapsed": ("bad", "逾期未答复"),
    "accepted": ("ok", "同意一起施工"),
    "refused": ("na", "不能合并"),
    "harmless": ("na", "不需协同"),
}


def overlap_rows() -> QuerySet[Overlap]:
    """Return the overlaps that stand, with `stands`, `asked` (key of the matter) and `due` of the last request."""
    asked = SynergyRequest.objects.filter(overlap=OuterRef("pk")).exclude(stage="stopped").order_by("-pk")
    rows = Overlap.objects.filter(gone_at__isnull=True, footprint__live=True).select_related(
        "work__owner", "footprint__community__area__parent__parent"
    )
    return rows.annotate(
        stands=Coalesce(
            Subquery(asked.values("stage")[:1]), Value("unasked"), output_field=CharField()
        ),
        asked=Subquery(asked.values("pk")[:1]),
        due=Subquery(asked.values("due_on")[:1]),
        community=F("footprint__community"),
    ).defer(
        "work__geom", "work__ground", "footprint__ground", "footprint__community__boundary",
        "footprint__community__search_text", "footprint__community__area__boundary",
        "footprint__community__area__parent__boundary", "footprint__community__area__parent__parent__boundary",
    )  # fmt: skip


def standing(row: Overlap) -> str:
    """Return the code of where an overlap stands."""
    return "harmless" if row.harmless_on is not None else str(row.stands)  # type: ignore[attr-defined]
