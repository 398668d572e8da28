"""What policy documents can be linked to, by code: its name and where to read on."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse

from jiugai.domain.clauses import obligations
from jiugai.domain.figures import shipped
from jiugai.domain.projects import KINDS
from jiugai.domain.rules import RULES
from jiugai.domain.stages import GATES, STAGES
from jiugai.policy.models import PolicyLink

Names = Callable[[], Mapping[str, str]]
_processes: list[Names] = []


@dataclass(frozen=True)
class Target:
    """A linked thing in words, with its address when it has a page."""

    kind: str
    ref: str
    label: str
    url: str
    place: str = ""


def processes(names: Names) -> None:
    """Tell the names of processes by code; the part that owns them says so when the server starts."""
    if names not in _processes:
        _processes.append(names)


def names_of(kind: str) -> Mapping[str, str]:
    """Return everything of a kind that can be linked to, by code."""
    tables: dict[str, Names] = {
        PolicyLink.Kind.OBLIGATION: lambda: {one.id: f"{one.id} {one.title}" for one in obligations()},
        PolicyLink.Kind.RULE: lambda: {rule.name: rule.title for rule in RULES},
        PolicyLink.Kind.FIGURE: lambda: {one.name: one.label for one in shipped()},
        PolicyLink.Kind.GATE: lambda: {gate.code: gate.label for gate in GATES},
        PolicyLink.Kind.STAGE: lambda: {stage.code: stage.label for stage in STAGES},
        PolicyLink.Kind.PROCESS: lambda: {code: name for names in _processes for code, name in names().items()},
        PolicyLink.Kind.PROJECT: lambda: {one.code: one.label for one in KINDS},
    }
    return tables[kind]() if kind in tables else {}


def is_known(kind: str, ref: str) -> bool:
    """Tell whether there is such a thing."""
    return ref in names_of(kind)


def target(link: PolicyLink) -> Target:
    """Return what a link leads to; a thing that is gone keeps its code."""
    label = names_of(link.kind).get(link.ref, link.ref)
    return Target(link.get_kind_display(), link.ref, label, _url(link.kind, link.ref), link.place)


def _url(kind: str, ref: str) -> str:
    pages = {"rule": "rule", "figure": "figure", "gate": "gate-table", "obligation": "obligation"}
    try:
        return reverse(pages[kind], args=[ref]) if kind in pages else ""
    except NoReverseMatch:
        return ""
