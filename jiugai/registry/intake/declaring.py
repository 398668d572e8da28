"""The second step in one go: a source for the data, the mapping, a saved profile if wished, and the check."""

from collections.abc import Mapping
from hashlib import sha1
from typing import Any

from django.db import transaction

from jiugai.accounts.actor import Actor
from jiugai.domain.intake.mapping import Profile
from jiugai.registry.intake import batches, steps
from jiugai.registry.models import ImportBatch, Source
from jiugai.registry.queries.areas import named

SHIPPED_NAMES = {
    "ganji-communities": "赶集网小区",
    "lianjia-communities": "链家小区",
    "lianjia-transactions": "链家成交记录归并",
}


def areas_of(actor: Actor) -> list[tuple[str, str]]:
    """Return the areas in which an actor may import, path and name."""
    return named(batches.import_paths(actor))


@transaction.atomic
def declare_and_check(*, batch: ImportBatch, profile: Profile, answers: Mapping[str, Any], actor: Actor) -> ImportBatch:
    """Fix mapping and source of a batch and let it be checked. Raises BadProfile, WrongState, AlreadyWritten."""
    source = answers.get("source") or source_named(answers["source_name"], key=profile.source)
    steps.declare(batch_id=batch.pk, profile=profile, source=source, observed_on=answers["observed_on"], actor=actor)
    if answers.get("save_as"):
        batch.refresh_from_db()
        steps.save_profile(batch=batch, name=answers["save_as"], actor=actor)
    return steps.ask_check(batch_id=batch.pk, actor=actor)


def source_named(name: str, *, key: str = "") -> Source:
    """Return the source of a name, made on first use; `key` is given by profiles that know their source.

    What people hand in counts as recorded by an organisation; only profiles of the product speak of crawls.
    """
    found = Source.objects.filter(name=name.strip()).first()
    if found is not None:
        return found
    known = key in SHIPPED_NAMES
    digest = sha1(name.strip().encode(), usedforsecurity=False).hexdigest()[:10]
    made, _ = Source.objects.get_or_create(
        key=key if known else f"org{digest}",
        defaults={
            "name": name.strip()[:120],
            "mark": Source.Mark.CRAWL if known else Source.Mark.ENTERED,
            "label": "公开抓取 2017—2021，非官方" if known else "",
        },
    )
    return made


def name_for(profile: Profile) -> str:
    """Return the name a new source would get from a profile that knows its source."""
    return SHIPPED_NAMES.get(profile.source, "")
