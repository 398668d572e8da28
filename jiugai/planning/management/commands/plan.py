"""`jiugai plan solve INSTANCE --seconds N --threads N --out PLAN`, `jiugai plan score INSTANCE PLAN`: planner on files.

`jiugai plan explain INSTANCE [PLAN] [--project ID]` says why projects are in or out; without PLAN why there is none.
`jiugai plan warm` compiles the planner's loops.

Files have the format renovation-plan-1 (docs/planner.md); neither command touches the database. Exit codes of solve:
0 a plan was found, 1 there is none, 2 a file cannot be used, 3 none was found in the time. Of score: 0 feasible,
1 not, 2 unusable.
"""

import ctypes
import json
import os
import sys
from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from jiugai.domain.errors import Refusal
from jiugai.domain.planning import Problem, Result, Status, breakdown, check, load, solve
from jiugai.domain.planning.clash import find_clash
from jiugai.domain.planning.constraints import usable
from jiugai.domain.planning.explain import UnknownProject, explain
from jiugai.domain.planning.reading import BadInstance, Fault, read_json
from jiugai.domain.planning.warming import warm

EXIT = {Status.OPTIMAL: 0, Status.FEASIBLE: 0, Status.INFEASIBLE: 1, Status.UNKNOWN: 3}
UNUSABLE = 2


@contextmanager
def _libraries_on_stderr() -> Iterator[None]:
    """Keep standard output for the plan: HiGHS prints its name there whenever it is made, whatever one asks of it."""
    sys.stdout.flush()
    kept = os.dup(1)
    os.dup2(2, 1)
    try:
        yield
    finally:
        ctypes.CDLL(None).fflush(None)
        os.dup2(kept, 1)
        os.close(kept)


class Command(BaseCommand):
    """Solve or score a planning instance in a file."""

    help = "Solve or score a renovation planning instance"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the two commands."""
        steps = parser.add_subparsers(dest="step", required=True)
        one = steps.add_parser("solve", help="find a plan and a proven bound")
        one.add_argument("instance", type=Path)
        one.add_argument("--seconds", type=float, default=60.0)
        one.add_argument("--threads", type=int, default=2)
        one.add_argument("--seed", type=int, default=1)
        one.add_argument(
            "--work", type=int, help="thousand moves: the same plan on every machine, if the time suffices"
        )
        one.add_argument("--out", type=Path, help="the plan; standard output without it")
        one.add_argument("--start", type=Path, help="a plan to begin with")
        one.add_argument("--quiet", action="store_true", help="no progress on standard error")
        two = steps.add_parser("score", help="check and score a plan")
        two.add_argument("instance", type=Path)
        two.add_argument("plan", type=Path)
        why = steps.add_parser("explain", help="say why projects are in or out, or why there is no plan")
        why.add_argument("instance", type=Path)
        why.add_argument("plan", type=Path, nargs="?", help="without it: why no plan can exist")
        why.add_argument("--project", action="append", default=[], help="only these ids; by default what is left out")
        why.add_argument("--seconds", type=float, default=60.0, help="for the search of a clash")
        steps.add_parser("warm", help="compile the loops now, so that the first run does not wait for it")

    def handle(self, *args: Any, step: str, **options: Any) -> None:
        """Run one of them and leave with its code."""
        try:
            steps: dict[str, Callable[..., int]] = {
                "solve": self.solve, "score": self.score, "explain": self.explain, "warm": self.warm,
            }  # fmt: skip
            code = steps[step](**options)
        except UnknownProject as unknown:
            self.stderr.write(f"没有项目 {unknown}")
            code = UNUSABLE
        except Refusal as refusal:
            self.stderr.write("\n".join([refusal.message, *refusal.details, refusal.remedy]))
            code = UNUSABLE
        if code:
            sys.exit(code)

    def solve(self, *, instance: Path, out: Path | None, **options: Any) -> int:
        """Find a plan and write it."""
        problem = load(instance)
        start = _starts(options["start"]) if options["start"] else None
        with _libraries_on_stderr():
            result = solve(
                problem, seconds=options["seconds"], threads=options["threads"], seed=options["seed"],
                work=options["work"], warm_start=start, on_progress=None if options["quiet"] else self.say,
            )  # fmt: skip
        text = json.dumps(result.document(), ensure_ascii=False)
        if out:
            out.write_text(text, encoding="utf-8")
            self.stdout.write(_summary(problem, result))
        else:
            self.stdout.write(text)
        return EXIT[result.status]

    def warm(self, **_: Any) -> int:
        """Compile what the planner needs; a machine too slow for it starts all the same."""
        with _libraries_on_stderr():
            warm()
        return 0

    def say(self, objective: float | None, bound: float | None, seconds: float) -> None:
        """Write one line of progress."""
        shown = [f"{x:.1f}" if x is not None else "-" for x in (objective, bound)]
        self.stderr.write(f"{seconds:7.1f} s  objective {shown[0]}  bound {shown[1]}")

    def score(self, *, instance: Path, plan: Path, **_: Any) -> int:
        """Print violations and objective of a plan as JSON."""
        problem, starts = load(instance), _starts(plan)
        found = check(problem, starts)
        parts = breakdown(problem, usable(problem, starts)[0])
        report = {
            "feasible": not found,
            "violations": [{"constraint": v.constraint, "amount": float(v.amount), "text": v.text} for v in found],
            "objective": float(parts.total),
            "breakdown": {k: float(getattr(parts, k)) for k in ("value", "waiting", "season", "savings")},
        }
        self.stdout.write(json.dumps(report, ensure_ascii=False, indent=1))
        return 1 if found else 0

    def explain(self, *, instance: Path, plan: Path | None, project: list[str], seconds: float, **_: Any) -> int:
        """Print the reasons of a plan, or without one the clash; 1 when there is a clash."""
        problem, starts = load(instance), _starts(plan) if plan else {}
        if not starts:
            found = find_clash(problem, seconds=seconds)
            if found is None:
                self.stdout.write("没有证明出冲突：可能有计划，或限时内没有证完")
                return 0
            lines = [
                "这些条件不能同时满足：",
                *found.sentences(problem),
                "可以这样放开：",
                *(w.words for w in found.ways),
            ]
            self.stdout.write("\n".join([*lines, *([] if found.minimal else ["（限时内没有证明到最小）"])]))
            return 1
        for ident in project or [p.id for p in problem.projects if p.id not in starts]:
            self.stdout.write("\n".join([ident, *explain(problem, starts, ident).sentences, ""]))
        return 0


def _starts(path: Path) -> dict[str, Any]:
    plan = read_json(path)
    if not isinstance(plan, dict) or not isinstance(plan.get("starts"), dict):
        raise BadInstance([Fault("missing_field", path.name, "计划文件缺少 starts 对象")])
    return dict(plan["starts"])


def _summary(problem: Problem, result: Result) -> str:
    figures = [f"{result.status}", f"{result.seconds:.1f} s"]
    if result.objective is not None:
        chosen = sum(p.id in result.starts for p in problem.projects)
        figures.append(f"objective {result.objective:.3f}, {chosen} of {len(problem.projects)} projects")
    if result.bound is not None:
        figures.append(f"bound {result.bound:.3f}")
    if result.gap is not None:
        figures.append(f"gap {result.gap:.2%}")
    return ", ".join([*figures, *result.clash, *([result.reason] if result.reason else [])])
