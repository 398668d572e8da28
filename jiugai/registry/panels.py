"""What other parts add to the file of a community: panels, tabs, lines, events, dates of stages.

The register knows none of them. Each part says so once, in its AppConfig.ready(). Everything added is loaded with the
person's eyes; what needs a right the person lacks is left out.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal

from jiugai.accounts.actor import Actor
from jiugai.accounts.guard import may_open
from jiugai.accounts.permissions import Permission, may
from jiugai.domain.stages import Line
from jiugai.registry.models import Community
from jiugai.registry.queries.timeline import Event

Column = Literal["left", "middle", "right"]


@dataclass(frozen=True)
class Look:
    """Whose file is looked at, by whom, on which day."""

    community: Community
    actor: Actor
    on: date


@dataclass(frozen=True)
class LineNote:
    """A sentence under 治理, 改造 or 管理."""

    text: str
    url: str = ""
    kind: str = ""


@dataclass(frozen=True)
class StageNote:
    """What stands under a passed stage of the tracker: a day, or words; `open` marks it as not clean."""

    day: date | None = None
    words: str = ""
    open: bool = False


Load = Callable[[Look], Mapping[str, Any] | None]


@dataclass(frozen=True)
class _Panel:
    key: str
    title: str
    order: int
    template: str
    load: Load
    column: Column
    permission: Permission | None


@dataclass(frozen=True)
class _Tab:
    name: str
    label: str
    order: int
    count: Callable[[Look], int | None] | None
    permission: Permission | None


_panels: dict[str, _Panel] = {}
_tabs: dict[str, _Tab] = {}
_lines: list[tuple[Line, Callable[[Look], Iterable[LineNote]]]] = []
_events: list[Callable[[Look], Iterable[Event]]] = []
_stages: list[Callable[[Look], Mapping[str, StageNote]]] = []


def panel(
    key: str,
    title: str,
    order: int,
    template: str,
    load: Load,
    *,
    column: Column = "middle",
    permission: Permission | None = None,
) -> None:
    """Show `template` on the first page of the file, lower orders first; nothing when `load` returns None.

    The template gets what `load` returned as `p`, beside `title`, `community` and `actor`. A key given again replaces
    the panel, so that starting twice is harmless.
    """
    _panels[key] = _Panel(key, title, order, template, load, column, permission)


def tab(
    name: str,
    label: str,
    *,
    order: int = 50,
    count: Callable[[Look], int | None] | None = None,
    permission: Permission | None = None,
) -> None:
    """Add a tab whose page is the address called `name` (argument: key of the community).

    The view renders with `registry.views.file.page(request, community, name, context, template=…)`.
    """
    _tabs[name] = _Tab(name, label, order, count, permission)


def line_notes(line: Line, load: Callable[[Look], Iterable[LineNote]]) -> None:
    """Add sentences to one of the three business lines on the first page (T01-10)."""
    if (line, load) not in _lines:
        _lines.append((line, load))


def timeline_source(load: Callable[[Look], Iterable[Event]]) -> None:
    """Add events to the community's one timeline. At most the 200 newest are ever shown."""
    if load not in _events:
        _events.append(load)


def stage_notes(load: Callable[[Look], Mapping[str, StageNote]]) -> None:
    """Add days and words to the stage tracker, by code of the stage."""
    if load not in _stages:
        _stages.append(load)


def panels_of(look: Look, column: Column) -> list[dict[str, Any]]:
    """Load the panels of a column that the person may see."""
    chosen = sorted((p for p in _panels.values() if p.column == column), key=lambda p: (p.order, p.key))
    shown = []
    for one in chosen:
        context = one.load(look) if _allowed(one.permission, look) else None
        if context is not None:
            shown.append({"key": one.key, "title": one.title, "template": one.template, "p": context})
    return shown


def tabs_of(look: Look) -> list[dict[str, Any]]:
    """Return the added tabs that the person may open, with their counts."""
    chosen = sorted(_tabs.values(), key=lambda t: (t.order, t.name))
    return [
        {"name": t.name, "label": t.label, "count": t.count(look) if t.count else None}
        for t in chosen
        if _allowed(t.permission, look)
    ]


def lines_of(look: Look) -> dict[str, list[LineNote]]:
    """Return the sentences of each business line."""
    found: dict[str, list[LineNote]] = {line.value: [] for line in Line}
    for line, load in _lines:
        found[line.value] += [one if may_open(look.actor, one.url) else replace(one, url="") for one in load(look)]
    return found


def events_of(look: Look) -> list[Event]:
    """Return the events that other parts add."""
    return [event for load in _events for event in load(look)]


def stages_of(look: Look) -> dict[str, StageNote]:
    """Return what stands under the stages; the part that started last has the last word."""
    return {code: note for load in _stages for code, note in load(look).items()}


def _allowed(permission: Permission | None, look: Look) -> bool:
    return permission is None or bool(may(look.actor, permission, look.community))
