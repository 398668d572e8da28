"""Where each obligation of the task list is done: every app says it in a `places.yaml` of its own."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.apps import apps
from django.urls import reverse

from jiugai.domain.clauses import Obligation

FILE = "places.yaml"


@dataclass(frozen=True)
class Place:
    """A page on which an obligation is done: what it is called, and the name of its address."""

    words: str
    view: str

    @property
    def url(self) -> str:
        """The address."""
        return reverse(self.view)


@dataclass(frozen=True)
class Done:
    """Where an obligation is done; no places when it is not there yet."""

    obligation: Obligation
    places: tuple[Place, ...]


@cache
def places() -> Mapping[str, tuple[Place, ...]]:
    """Return the places by obligation, in the order of the installed apps and of their lines."""
    found: dict[str, list[Place]] = defaultdict(list)
    for app in apps.get_app_configs():
        for row in _rows(Path(app.path) / FILE) if app.name.startswith("jiugai.") else ():
            for obligation in row["obligations"]:
                found[obligation].append(Place(row["words"], row["view"]))
    return {obligation: tuple(rows) for obligation, rows in found.items()}


def _rows(file: Path) -> list[dict[str, Any]]:
    return (yaml.safe_load(file.read_text(encoding="utf-8")) or []) if file.exists() else []


def done(obligation: Obligation) -> Done:
    """Return where an obligation is done."""
    return Done(obligation, places().get(obligation.id, ()))
