"""Rows of a batch, counted and chosen for its pages."""

from django.db.models import QuerySet

from jiugai.registry.models import ImportBatch, ImportProblem, ImportRow

Fate = ImportRow.Fate


def wrong(batch: ImportBatch) -> int:
    """Count the rows with errors that are still to be written."""
    found = ImportProblem.objects.filter(batch=batch, severity="error", row__isnull=False).exclude(row__fate=Fate.SKIP)
    return found.values("row").distinct().count()


def skipped(batch: ImportBatch) -> int:
    """Count the rows that are left out."""
    return ImportRow.objects.filter(batch=batch, fate=Fate.SKIP).count()


def alike(batch: ImportBatch) -> int:
    """Count the rows that look like a community on record."""
    return ImportRow.objects.filter(batch=batch, parsed__alike__isnull=False).exclude(fate=Fate.SKIP).count()


def written(batch: ImportBatch) -> int:
    """Count the rows that are in the register."""
    return ImportRow.objects.filter(batch=batch, written_at__isnull=False).count()


def left(batch: ImportBatch) -> int:
    """Count the rows that are still to be written."""
    return ImportRow.objects.filter(batch=batch, written_at__isnull=True).exclude(fate=Fate.SKIP).count()


def of_fate(batch: ImportBatch, fate: str) -> QuerySet[ImportRow]:
    """Return the rows of one fate, or all for a fate that is none, with what they became."""
    rows = ImportRow.objects.filter(batch=batch).select_related("community", "building").order_by("pk")
    return rows.filter(fate=fate) if fate in Fate.values else rows


def replacement(batch: ImportBatch) -> ImportBatch | None:
    """Return the batch of the corrected file that took this one's place."""
    return ImportBatch.objects.filter(pk=batch.summary.get("replaced_by") or 0).first()
