"""Which documents a person may see: those open to all in scope, his organisation's own, and those shared by rule."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch, Q

from jiugai.accounts.actor import Actor
from jiugai.accounts.models.sharing import Dataset
from jiugai.accounts.sharing import owners_for
from jiugai.registry.models import Community, Document, DocumentVersion


@dataclass(frozen=True)
class Shelf:
    """The documents a person sees of a community, and how many others stay closed to him."""

    documents: list[Document]
    closed: int


def readable(actor: Actor, *, on: date) -> Q:
    """Build the condition 'this person may read it'; scope comes on top by `.visible_to`."""
    if actor.is_system:
        return Q()
    own = Q(organisation=actor.organisation_id) if actor.organisation_id else Q(pk__in=())
    shared = Q(organisation__in=owners_for(actor, Dataset.DOCUMENTS, on=on))
    return Q(private=False) | own | shared


def is_shared_access(document: Document, actor: Actor) -> bool:
    """Tell whether reading it uses another organisation's private data, so that it must be logged."""
    return document.private and not actor.is_system and document.organisation_id != actor.organisation_id


def shelf(community: Community, *, actor: Actor, on: date) -> Shelf:
    """Load the documents of a community in three queries, newest first; withdrawn ones stay in the list."""
    everything = Document.objects.visible_to(actor).filter(community=community)
    versions = Prefetch("versions", queryset=DocumentVersion.objects.order_by("-number"))
    mine = list(everything.filter(readable(actor, on=on)).select_related("organisation").prefetch_related(versions))
    return Shelf(
        mine, closed=everything.filter(withdrawn_at__isnull=True).count() - sum(1 for d in mine if not d.withdrawn_at)
    )
