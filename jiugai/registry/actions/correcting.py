"""Correct a fact together with its proof: both are kept, or neither."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction

from jiugai.accounts.actor import Actor
from jiugai.registry.actions.documents import file_document
from jiugai.registry.actions.values import Saved, enter_value
from jiugai.registry.models import Building, Community, Document
from jiugai.registry.uploads import Upload


@dataclass(frozen=True)
class Correction:
    """What a person says of one fact: JSON value, day it was seen, why, and the version he had on screen.

    `proof` is a document on file, `upload` a new one; the new one counts when both are given.
    """

    field: str
    value: Any
    observed_on: date
    reason: str
    version: int | None = None
    proof: Document | None = None
    upload: Upload | None = None


@transaction.atomic
def correct_fact(*, subject: Community | Building, said: Correction, actor: Actor, on: date) -> Saved:
    """File the proof if one was sent, private to the organisation, and enter the value with it.

    Raises what `file_document` and `enter_value` raise; a refused value keeps no proof.
    """
    proof = _filed(subject, said.upload, actor, on=on) if said.upload else said.proof
    return enter_value(
        subject=subject,
        field=said.field,
        value=said.value,
        observed_on=said.observed_on,
        actor=actor,
        reason=said.reason,
        on=on,
        document=proof,
        expected_version=said.version,
    )


def _filed(subject: Community | Building, upload: Upload, actor: Actor, *, on: date) -> Document:
    home = subject if isinstance(subject, Community) else subject.community
    return file_document(community=home, upload=upload, kind="依据材料", private=True, actor=actor, on=on).document
