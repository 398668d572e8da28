"""The planner beside a spreadsheet's greedy, HiGHS and CP-SAT on the direct model: objective, bound, gap, memory.

    make bench ARGS="planner --kit DIR --presets S M --seeds 11 12 13 --seconds 10 60 200 --methods ours greedy"
    make bench ARGS="planner --files a.json --seconds 60 --methods ours highs cpsat"

DIR holds `make_instance.py` and `score.py` of the planning kit. Each run is a process of its own and one line of
output, so the table can be made in parts. The gap is to a method's own bound; `of best` compares with the best
bound seen for the instance in this call. With `--rescore` the time of one dragged bar is measured instead.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from jiugai.domain.planning import Rescorer, load, solve, total
from jiugai.domain.planning.greedy import greedy, holds
from jiugai.domain.planning.mip import Model, branch
from jiugai.domain.planning.seating import choices, limits
from jiugai.domain.planning.tables import Tables, tables

Answer = tuple[dict[str, int], float | None]


def ours(t: Tables, seconds: float, seed: int) -> Answer:
    """Return plan and bound of `solve`."""
    result = solve(t.problem, seconds=seconds, threads=2, seed=seed)
    return dict(result.starts), result.bound


def spreadsheet(t: Tables, _seconds: float, _seed: int) -> Answer:
    """Best value for money first."""
    board = greedy(t)
    return (t.starts(board.chosen) if holds(board) else {}), None


def highs(t: Tables, seconds: float, seed: int) -> Answer:
    """Branch and cut on the direct model."""
    answer = branch(Model(t, np.arange(t.count)), seconds=seconds, effort=0.05, seed=seed)
    return {t.ids[i]: s for i, s in answer.starts.items()}, answer.bound


def cpsat(t: Tables, seconds: float, seed: int) -> Answer:
    """CP-SAT on the direct model, two workers."""
    from ortools.sat.python import cp_model

    model: Any = cp_model.CpModel()
    x = {(int(i), int(s)): model.new_bool_var("") for i, s in zip(*np.nonzero(t.allowed), strict=True)}
    choices(model, t, np.flatnonzero(t.allowed.any(axis=1)), x)
    limits(model, t, x, np.stack([t.city_unit, t.district_unit]))
    points = [round(1000 * float(t.gain[i, s])) * chosen for (i, s), chosen in x.items()]
    for (a, b), saving in zip(t.pairs.tolist(), t.saving.tolist(), strict=True):
        earned = model.new_bool_var("")
        points.append(round(1000 * saving) * earned)
        mine, other = np.flatnonzero(t.allowed[a]), np.flatnonzero(t.allowed[b])
        model.add_bool_or([*(x[a, int(s)] for s in mine), earned.negated()])
        for s in map(int, mine):
            meets = [x[b, int(q)] for q in other if s < q + t.duration[b] and q < s + t.duration[a]]
            model.add_bool_or([*meets, x[a, s].negated(), earned.negated()])
    model.maximize(sum(points))
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds, solver.parameters.num_workers = seconds, 2
    solver.parameters.random_seed = seed
    if solver.solve(model) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return {}, None
    return {t.ids[i]: s for (i, s), c in x.items() if solver.value(c)}, solver.best_objective_bound / 1000


METHODS: dict[str, Callable[[Tables, float, int], Answer]] = {
    "ours": ours, "greedy": spreadsheet, "highs": highs, "cpsat": cpsat,
}  # fmt: skip


def one(path: Path, method: str, seconds: float, seed: int) -> dict[str, Any]:
    """Run one method on one instance; return figures and plan."""
    problem = load(path)
    began = time.perf_counter()
    starts, bound = METHODS[method](tables(problem), seconds, seed)
    spent = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    points = float(total(problem, starts)) if starts else None
    return {"objective": points, "bound": bound, "seconds": spent, "mb": peak, "starts": starts}


def judged(kit: Path | None, instance: Path, answer: dict[str, Any]) -> str:
    """Let the kit's judge score the plan."""
    if kit is None or not answer["starts"]:
        return "-"
    with tempfile.NamedTemporaryFile("w", suffix=".json") as plan:
        json.dump({"starts": answer["starts"], "bound": answer["bound"]}, plan)
        plan.flush()
        said = subprocess.run([sys.executable, str(kit / "score.py"), str(instance), plan.name], check=False,
                              capture_output=True)  # fmt: skip
    return "accepted" if said.returncode == 0 else "REFUSED"


def instances(chosen: argparse.Namespace, folder: Path) -> Iterator[tuple[str, Path]]:
    """Yield the files given, and those the kit makes."""
    for path in chosen.files:
        yield path.stem, path
    if chosen.kit:
        for preset in chosen.presets:
            for seed in chosen.seeds:
                out = folder / f"{preset}{seed}.json"
                make = [sys.executable, str(chosen.kit / "make_instance.py"), "--preset", preset, "--seed", str(seed)]
                subprocess.run([*make, "--out", str(out)], check=True, capture_output=True)
                yield f"{preset}.{seed}", out


def measure(chosen: argparse.Namespace, name: str, path: Path) -> None:
    """Print a line for each method and time on one instance."""
    best = float("inf")
    for method in chosen.methods:
        for seconds in chosen.seconds if method != "greedy" else [0.0]:
            command = [
                sys.executable,
                "-m",
                "bench.planner",
                "--one",
                str(path),
                method,
                str(seconds),
                str(chosen.seed),
            ]
            out = subprocess.run(command, check=True, capture_output=True, text=True).stdout
            answer = json.loads(out.splitlines()[-1])
            points, bound = answer["objective"], answer["bound"]
            best = min(best, bound if bound is not None else best)
            gap = f"{(bound - points) / bound:8.2%}" if points is not None and bound else "       -"
            of_best = f"{points / best:8.2%}" if points is not None and best < float("inf") else "       -"
            figures = f"{seconds:>6.0f} s {points or 0:>12.1f} {bound or 0:>12.1f} {gap} {of_best}"
            cost = f"{answer['seconds']:>7.1f} s {answer['mb']:>6.0f} MB"
            print(f"{name:<8}{method:<8}{figures} {cost} ", judged(chosen.kit, path, answer), flush=True)


def rescore(name: str, path: Path) -> None:
    """Print how long one dragged bar takes."""
    problem = load(path)
    result = solve(problem, seconds=5)
    scorer, times = Rescorer(problem, result.starts), []
    for ident in list(result.starts)[:500]:
        began = time.perf_counter()
        scorer.preview(ident, 1)
        times.append(1000 * (time.perf_counter() - began))
    print(f"{name:<8}a bar moved and moved back: median {np.median(times):.3f} ms, worst {max(times):.3f} ms")


def main() -> int:
    """Measure what is asked for."""
    if sys.argv[1:2] == ["--one"]:
        path, method, seconds, seed = sys.argv[2:]
        print(json.dumps(one(Path(path), method, float(seconds), int(seed))))
        return 0
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", nargs="*", type=Path, default=[])
    parser.add_argument("--kit", type=Path)
    parser.add_argument("--presets", nargs="*", default=["S"])
    parser.add_argument("--seeds", nargs="*", type=int, default=[11])
    parser.add_argument("--seconds", nargs="*", type=float, default=[10.0])
    parser.add_argument("--methods", nargs="*", choices=METHODS, default=["greedy", "ours"])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rescore", action="store_true")
    chosen = parser.parse_args()
    print("instance method  limit    objective        bound      gap  of best    time   memory  judge of the kit")
    with tempfile.TemporaryDirectory() as folder:
        for name, path in instances(chosen, Path(folder)):
            if chosen.rescore:
                rescore(name, path)
            else:
                measure(chosen, name, path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
