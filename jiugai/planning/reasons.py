"""Reasons of a plan on the database: `domain.planning.explain` and `clash` with the names that people know."""

from collections.abc import Collection, Mapping, Sequence

from jiugai.domain.planning.clash import Clash, find_clash
from jiugai.domain.planning.explain import Reasons, UnknownProject, explain
from jiugai.domain.planning.tables import Locks
from jiugai.planning.scoring import Loaded

CLASH_SECONDS = 20.0
WAY = "可以："


def names_of(ready: Loaded) -> dict[str, str]:
    """Return titles of projects, works, streets and bundles by the ids of the instance."""
    told = ready.told.get("projects", {})
    names = {code: str(one["title"]) for code, one in told.items() if one.get("title")}
    for project in ready.problem.projects:
        one = told.get(project.id, {})
        names.setdefault(project.street, str(one.get("street") or project.street))
        if project.bundle and one.get("bundle"):
            names[project.bundle] = str(one["bundle"])
    return names


def reasons_of(ready: Loaded, starts: Mapping[str, int], code: str) -> Reasons | None:
    """Say why a project is in or out of a plan; nothing is said of works, which take place in any case."""
    try:
        return explain(ready.problem, starts, code, names_of(ready))
    except UnknownProject:
        return None


def clash_of(ready: Loaded, locks: Mapping[str, int] | None = None) -> Clash | None:
    """Return a minimal clash with the ways out when no plan can exist, None when a plan exists or time ran out."""
    held = Locks(dict(locks or {}))
    return find_clash(ready.problem, seconds=CLASH_SECONDS, names=names_of(ready), locks=held)


def clash_sentences(
    ready: Loaded, locks: Mapping[str, int] | None = None, *, settled: Collection[str] = ()
) -> list[str]:
    """Say why there is no plan and what would help; empty when nothing was proven.

    `settled` are the locks that nobody set on the board: what stands in the plan or waits at the city.
    """
    names = names_of(ready)
    return [_of_the_plan(words, [names.get(code, code) for code in settled]) for words in _sentences(ready, locks)]


def _of_the_plan(words: str, titles: Sequence[str]) -> str:
    """Say of what the plan holds that the plan holds it, and that an adjustment changes it (T03-7)."""
    for title in titles:
        words = words.replace(f"您锁定了“{title}”", f"计划已定“{title}”")
        words = words.replace(f"放开“{title}”的锁定", f"经计划调整把“{title}”另行安排")
    return words


def _sentences(ready: Loaded, locks: Mapping[str, int] | None) -> list[str]:
    found = clash_of(ready, locks)
    if found is None:
        return []
    together = [f"{WAY}同时{'；'.join(found.release)}（改动最小）"] if len(found.release) > 1 else []
    ways = [
        f"{'' if n == 0 and not together else '也'}{WAY}{way.words}{'' if n or together else '（改动最小）'}"
        for n, way in enumerate(found.ways[:4])
    ]
    more = ["放开其中一条还不够，另有别的冲突"] if found.more else []
    if found.more and together:
        ways, more = [], []
    return [*found.sentences(ready.problem, names_of(ready)), *together, *ways, *more]


def parted(sentences: Sequence[str]) -> tuple[list[str], list[str]]:
    """Part what `clash_sentences` said into what clashes and what would help."""
    first = next((n for n, words in enumerate(sentences) if words.startswith(WAY)), len(sentences))
    return list(sentences[:first]), list(sentences[first:])
