"""What happens to the database before the platform serves: migrate, load, demo log-ins."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping

from bootstrap.places import Places
from bootstrap.problems import StepFailed
from bootstrap.say import step


def manage(places: Places, *words: str, env: Mapping[str, str]) -> str:
    """Run one `jiugai` command and return what it prints. Raises StepFailed with its last words."""
    command = [str(places.python), "-m", "jiugai.config.command", *words]
    done = subprocess.run(
        command,
        cwd=places.root,
        env=dict(env),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    (places.log / f"{words[0]}.log").write_text(done.stdout + done.stderr, encoding="utf-8")
    if done.returncode != 0:
        said = "\n".join((done.stderr or done.stdout).splitlines()[-15:])
        raise StepFailed(step=words[0], code=done.returncode, said=said)
    return done.stdout


# What packages bring besides the files that pages ask for; packing all of it would take half a minute.
LEFT_OUT = tuple(
    f"--ignore={pattern}"
    for pattern in ("*.map", "*.rtl.*", "*-dev*", "*.d.ts", "*.amd.js", "*.cjs.js", "*.esm.js", "ext", "*cyrillic*")
)


def prepare(places: Places, *, env: Mapping[str, str]) -> str:
    """Bring the database up to date; returns the table of demo log-ins, empty outside demo mode."""
    step("更新数据库结构", "migrating the database")
    manage(places, "migrate", "--no-input", env=env)
    step("载入随附的真实数据（首次需要一会儿）", "loading the shipped real data")
    manage(places, "load-shipped", env=env)
    manage(places, "collectstatic", "--no-input", *LEFT_OUT, env=env)
    if env["JIUGAI_ENV"] != "demo":
        return ""
    log_ins = manage(places, "demo-users", env=env)
    manage(places, "demo-register", env=env)
    return log_ins
