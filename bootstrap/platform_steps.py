"""What happens to the database before the platform serves: migrate, load, demo log-ins."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import IO

from bootstrap.places import Places
from bootstrap.problems import StepFailed
from bootstrap.say import Counter, step


def manage(places: Places, *words: str, env: Mapping[str, str], hear: Callable[[str], None] | None = None) -> str:
    """Run one `jiugai` command and return what it prints; `hear` gets each line of its standard error at once.

    Raises StepFailed with its last words.
    """
    command = [str(places.python), "-m", "jiugai.config.command", *words]
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as out:
        with _started(command, places, env, out) as process:
            complaints = _listen(process, hear)
        out.seek(0)
        printed = out.read()
    (places.log / f"{words[0]}.log").write_text(printed + complaints, encoding="utf-8")
    if process.returncode != 0:
        said = "\n".join((complaints or printed).splitlines()[-15:])
        raise StepFailed(step=words[0], code=process.returncode, said=said)
    return printed


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
    "plan",
    "menus",
    "ledger",
    "approvals",
    "matters",
    "policy",
    "assessment",
)


def prepare(places: Places, *, env: Mapping[str, str]) -> str:
    """Bring the database up to date; returns the table of demo log-ins, empty outside demo mode."""
    step("更新数据库结构", "migrating the database")
    manage(places, "migrate", "--no-input", env=env)
    step("载入随附的真实数据（首次需要一会儿）", "loading the shipped real data")
    counter = Counter()
    manage(places, "load-shipped", "--progress", env=env, hear=counter)
    counter.end()
    manage(places, "collectstatic", "--no-input", *LEFT_OUT, env=env)
    manage(places, "load-policies", env=env)
    manage(places, "load-standards", env=env)
    if env["JIUGAI_ENV"] != "demo":
        return ""
    log_ins = manage(places, "demo-users", env=env)
    step("准备演示数据", "preparing the demonstration")
    for part in DEMO_PARTS:
        manage(places, f"demo-{part}", env=env)
    return log_ins
