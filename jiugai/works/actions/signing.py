"""Keep which versions of a matter's papers were signed off, and tell which were replaced since."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Max

from jiugai.matters.models import MatterDocument
from jiugai.registry.models import DocumentVersion
from jiugai.works.models import SignedPaper


@dataclass(frozen=True)
class Replaced:
    """A paper that is not what was signed: a newer version stands on top, or it was withdrawn."""

    paper: SignedPaper
    version: int | None
    withdrawn: bool


def sign_papers_of(*, matter: Any, now: datetime) -> None:
    """Keep document, version and fingerprint of every paper on file."""
    papers = MatterDocument.objects.filter(matter_id=matter.pk, document__withdrawn_at__isnull=True)
    for paper in papers.order_by("pk"):
        last: Any = DocumentVersion.objects.filter(document=paper.document_id).order_by("-number").first()
        SignedPaper.objects.get_or_create(
            matter_id=matter.pk, document_id=paper.document_id,
            defaults={"kind": paper.kind, "version": last and last.number, "sha256": last.sha256 if last else "",
                      "at": now},
        )  # fmt: skip


def replaced(matter_ids: list[int]) -> list[Replaced]:
    """Return the papers that changed after they were signed. Two queries."""
    signed = list(SignedPaper.objects.filter(matter__in=matter_ids).select_related("document", "matter"))
    rows = DocumentVersion.objects.filter(document__in=[one.document_id for one in signed])
    newest = dict(rows.values_list("document").annotate(last=Max("number")))
    found = [Replaced(one, newest.get(one.document_id), one.document.withdrawn_at is not None) for one in signed]
    return [one for one in found if one.withdrawn or one.version != one.paper.version]
