"""The job of `bench.national`: one city, drawn, planned and judged. Django is set up by whoever imports this."""

import importlib.util
import json
import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from procrastinate.contrib.django import app

from jiugai.domain.planning import load, solve


@app.task(name="bench.national", queue="bench")
def plan_city(folder: str, number: int, projects: int, kit: str, seconds: float) -> None:
    """Draw a city, plan it, have it judged, and write down what came of it."""
    path = Path(folder) / f"{number}.json"
    spec = importlib.util.spec_from_file_location("make_instance", Path(kit) / "make_instance.py")
    if spec is None or spec.loader is None:
        raise FileNotFoundError(kit)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    drawn, _witness = module.make(projects, max(3, min(17, projects // 40)), seed=1000 + number)
    path.write_text(json.dumps(drawn), encoding="utf-8")
    began, spent = time.perf_counter(), time.process_time()
    result = solve(load(path), seconds=seconds, threads=1, seed=1)
    row = {
        "projects": projects, "objective": result.objective, "bound": result.bound, "status": result.status.value,
        "seconds": time.perf_counter() - began, "cpu": time.process_time() - spent,
        "mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, "judge": _judged(kit, path, result.document()),
    }  # fmt: skip
    path.with_suffix(".done").write_text(json.dumps(row), encoding="utf-8")
    path.unlink()


def _judged(kit: str, instance: Path, plan: dict[str, Any]) -> bool:
    out = instance.with_suffix(".plan")
    out.write_text(json.dumps(plan), encoding="utf-8")
    judge = [sys.executable, str(Path(kit) / "score.py"), str(instance), str(out)]
    said = subprocess.run(judge, check=False, capture_output=True)
    out.unlink()
    return said.returncode == 0
