"""Holding a matter's columns together: what its kind checks, and what the database refuses, both in words."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import BaseConstraint

from jiugai.domain.errors import Refusal
from jiugai.matters.kinds import Kind


class DoNotFit(Refusal):
    """The columns of the matter contradict each other."""

    status = 422
    code = "do_not_fit"


def prepare(matter: Any, its_kind: Kind, *, today: date) -> None:
    """Let the kind look at the row before it is written, and fill it. Raises what it refuses."""
    if its_kind.of.prepare:
        its_kind.of.prepare(matter, today)


@contextmanager
def in_words(matter: Any, its_kind: Kind) -> Iterator[None]:
    """Turn the refusal of a constraint of the kind's model into its sentence. Raises DoNotFit.

    A constraint without a sentence of its own (`violation_error_message`) stays an unforeseen failure.
    """
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        words = _words(its_kind, error)
        if words is None:
            raise
        clause = its_kind.of.clauses[-1] if its_kind.of.clauses else ""
        raise DoNotFit(words, where=matter.title, clause=clause, remedy="核对后改正再提交") from error


def _words(its_kind: Kind, error: IntegrityError) -> str | None:
    name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None)
    known = {one.name: one for one in its_kind.model._meta.constraints}  # noqa: SLF001 - Django's documented API
    found = known.get(name) if name else None
    if found is None or found.violation_error_message == BaseConstraint.default_violation_error_message:
        return None
    return str(found.violation_error_message)
