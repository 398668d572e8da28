"""Refusals told on the form that was sent: what is wrong, where, what to do, and which clause says so."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any, TypeVar

from django.forms import BaseForm

from jiugai.domain.errors import Refusal
from jiugai.web.parts.marks import clause_words

T = TypeVar("T")
# Who may not do a thing, or may not see it, has nothing to mend on the form.
NOT_ABOUT_THE_FORM = {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND}
MOST_DETAILS = 10


def tried(form: BaseForm, act: Callable[[dict[str, Any]], T], *, field: str | None = None) -> T | None:
    """Do it when the form is right; put a refusal on the form and return nothing. What is forbidden stays so."""
    if not form.is_valid():
        return None
    try:
        return act(form.cleaned_data)
    except Refusal as refusal:
        put(form, refusal, field)
        return None


def put(form: BaseForm, refusal: Refusal, field: str | None = None) -> None:
    """Put a refusal at the field given, else at the field that its place names, else above the form.

    Raises the refusal itself when it is not about what was entered.
    """
    if refusal.status in NOT_ABOUT_THE_FORM:
        raise refusal
    at = field if field in form.fields else _named(form, refusal.where)
    place = "" if at and form.fields[at].label == refusal.where else refusal.where
    form.add_error(at, "；".join([_words(refusal, place), *refusal.details[:MOST_DETAILS]]))


def _named(form: BaseForm, where: str) -> str | None:
    return next((name for name, one in form.fields.items() if where and one.label == where), None)


def _words(refusal: Refusal, place: str) -> str:
    before = f"{place}：" if place and place not in refusal.message else ""
    clause = f"（依据：{clause_words(refusal.clause)}）" if refusal.clause else ""
    return "。".join(part for part in (before + refusal.message, refusal.remedy) if part) + clause
