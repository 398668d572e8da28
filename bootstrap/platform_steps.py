"""What happens to the database before the platform serves: migrate, load, demo log-ins."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import IO

from bootstrap import prepared
from bootstrap.places import Places
from bootstrap.problems import StepFailed
from bootstrap.say import Counter, step

# As in `jiugai.config.command`, which cannot be imported here: this package runs before anything is installed.
THEN, MARK = "--then", "\x1e"


def manage(places: Places, *words: str, env: Mapping[str, str], hear: Callable[[str], None] | None = None) -> str:
    """Run one `jiugai` command and return what it prints; `hear` gets each line of its standard error at once.

    Raises StepFailed with its last words.
    """
    code, printed, complaints = _ran(places, words, env, hear)
    if code != 0:
        raise _failed(words[0], code, printed, complaints)
    return printed


def manage_all(places: Places, commands: Iterable[tuple[str, ...]], *, env: Mapping[str, str]) -> dict[str, str]:
    """Run several `jiugai` commands in one process and return what each prints: starting takes longest.

    Raises StepFailed with the last words of the one that failed.
    """
    words = [word for command in commands for word in (*command, THEN)]
    code, printed, complaints = _ran(places, ("several", *words), env, None)
    said = [part.partition("\n") for part in printed.split(MARK)[1:]]
    if code != 0:
        raise _failed(said[-1][0] if said else "several", code, printed, complaints)
    return {name: out for name, _, out in said}


def _ran(
    places: Places, words: Iterable[str], env: Mapping[str, str], hear: Callable[[str], None] | None
) -> tuple[int, str, str]:
    """Run the command and return its code, output and complaints, which the log keeps."""
    command = [str(places.python), "-m", "jiugai.config.command", *words]
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as out:
        with _started(command, places, env, out) as process:
            complaints = _listen(process, hear)
        out.seek(0)
        printed = out.read()
    (places.log / f"{command[3]}.log").write_text(printed + complaints, encoding="utf-8")
    return process.returncode, printed, complaints


def _failed(name: str, code: int, printed: str, complaints: str) -> StepFailed:
    said = "\n".join((complaints or printed).splitlines()[-15:])
    return StepFailed(step=name, code=code, said=said)


@contextmanager
def _started(
    command: list[str], places: Places, env: Mapping[str, str], out: IO[str]
) -> Iterator[subprocess.Popen[str]]:
    """Run a command for the length of the block; it does not outlive a stop of ours."""
    process = subprocess.Popen(
        command,
        cwd=places.root,
        env=dict(env),
        stdin=subprocess.DEVNULL,
        stdout=out,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        errors="replace",
    )
    with process:
        try:
            yield process
        except BaseException:
            process.kill()
            raise


def _listen(process: subprocess.Popen[str], hear: Callable[[str], None] | None) -> str:
    lines = []
    for line in process.stderr or ():
        lines.append(line)
        if hear:
            hear(line.strip())
    return "".join(lines)


# What packages bring besides the files that pages ask for; packing all of it would take half a minute.
LEFT_OUT = tuple(
    f"--ignore={pattern}"
    for pattern in ("*.map", "*.rtl.*", "*-dev*", "*.d.ts", "*.amd.js", "*.cjs.js", "*.esm.js", "ext", "*cyrillic*")
)


# Each part makes its rows once, marked as demonstration; later ones build on those before.
DEMO_PARTS = (
    "register",
    "checkup",
    "governance",
    "planning",
    "streetworks",
    "pipes",
    "plan",
    "menus",
    "ledger",
    "approvals",
    "matters",
    "policy",
    "works",
    "assessment",
)


def prepare(places: Places, *, env: Mapping[str, str]) -> str:
    """Bring the database up to date; returns the table of demo log-ins, empty outside demo mode."""
    mark = prepared.mark_of(places, mode=env["JIUGAI_ENV"])
    kept = prepared.recall(places, mark, env=env)
    if kept is not None:
        return kept
    prepared.forget(places, env=env)
    log_ins = _steps(places, env)
    prepared.remember(places, mark, log_ins, env=env)
    return log_ins


def _steps(places: Places, env: Mapping[str, str]) -> str:
    step("更新数据库结构", "migrating the database")
    manage(places, "migrate", "--no-input", env=env)
    step("载入随附的真实数据（首次需要一会儿）", "loading the shipped real data")
    counter = Counter()
    manage(places, "load-shipped", "--progress", env=env, hear=counter)
    counter.end()
    rest: list[tuple[str, ...]] = [("collectstatic", "--no-input", *LEFT_OUT), ("load-policies",), ("load-standards",)]
    rest.append(("plan", "warm"))
    if env["JIUGAI_ENV"] != "demo":
        manage_all(places, rest, env=env)
        return ""
    step("准备演示数据", "preparing the demonstration")
    rest += [("demo-users",), *((f"demo-{part}",) for part in DEMO_PARTS)]
    return manage_all(places, rest, env=env)["demo-users"]
