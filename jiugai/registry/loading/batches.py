"""The shipped list as an import batch: what it brought can be told apart, and taken back."""

from datetime import datetime
from hashlib import sha256

from jiugai.accounts.actor import CITY_PATH
from jiugai.registry.loading.place import SHIPPED
from jiugai.registry.models import BuildingValue, CommunityValue, ImportBatch

PREFIX = "SHIPPED-"


def digest() -> str:
    """Return the digest of the shipped files, by their manifest (which holds the digest of each)."""
    return sha256((SHIPPED / "manifest.yaml").read_bytes()).hexdigest()


def loaded() -> bool:
    """Tell whether exactly these files are in the database already."""
    return ImportBatch.objects.filter(number=_number(), state=ImportBatch.State.WRITTEN).exists()


def open_batch() -> ImportBatch:
    """Start the batch of these files."""
    manifest = SHIPPED / "manifest.yaml"
    return ImportBatch.objects.create(
        number=_number(),
        state=ImportBatch.State.WRITING,
        file="shipped/manifest.yaml",
        file_name="随产品数据 manifest.yaml",
        file_kind="shipped",
        file_size=manifest.stat().st_size,
        sha256=digest(),
        area_path=CITY_PATH,
        uploaded_by_name="系统",
    )


def close_batch(batch: ImportBatch, *, rows: int, summary: dict[str, int], at: datetime) -> None:
    """Record that the batch is written."""
    batch.state, batch.written_at = ImportBatch.State.WRITTEN, at
    batch.rows_total = batch.rows_done = rows
    batch.summary = summary
    batch.save()


def withdraw_older(batch: ImportBatch, *, at: datetime) -> int:
    """Withdraw what earlier versions of the shipped list said; what people entered stays."""
    older = ImportBatch.objects.filter(number__startswith=PREFIX).exclude(pk=batch.pk)
    gone = 0
    for model in (CommunityValue, BuildingValue):
        gone += model.objects.filter(batch__in=older, withdrawn_at__isnull=True).update(withdrawn_at=at)
    older.update(state=ImportBatch.State.UNDONE, undone_at=at)
    return gone


def _number() -> str:
    return f"{PREFIX}{digest()[:10]}"
