"""The commands of the Makefile, each one short story."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable

from bootstrap import cluster_make, lock_files, ports, prepare, quality, rubbish, running, web
from bootstrap.cluster import last_lines
from bootstrap.environment import for_children
from bootstrap.locks import waiting
from bootstrap.places import Places, here
from bootstrap.platform_steps import prepare as prepare_database
from bootstrap.problems import Problem, StepFailed
from bootstrap.say import notice, step
from bootstrap.supervisor import Supervisor

START_SECONDS = 120


def main(words: list[str]) -> int:
    """Run one command; an anticipated problem is told in words and gives code 2."""
    command = COMMANDS.get(words[0] if words else "")
    if command is None:
        notice(f"python3 -m bootstrap {' | '.join(COMMANDS)}")
        return 64
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that a stop during installation cleans up too
    try:
        return command()
    except Problem as problem:
        notice(problem.text())
        return 2
    except KeyboardInterrupt:
        return 130


def run() -> int:
    """Install, prepare and serve in the foreground until Ctrl-C or `make stop`."""
    places = here()
    address = web.address()
    running.refuse_second(places)
    ports.check(address=address.host, port=address.port)
    with prepare.workplace(places) as database_url:
        env = for_children(places, mode=os.environ.get("JIUGAI_ENV") or "demo", database_url=database_url)
        with running.sole(places, url=address.url):
            log_ins = prepare_database(places, env=env)
            env |= {"JIUGAI_LISTEN": address.listen, "PROMETHEUS_MULTIPROC_DIR": str(web.empty_counters(places))}
            _serve(places, address=address, env=env, log_ins=log_ins)
    return 0


def _serve(places: Places, *, address: web.Address, env: dict[str, str], log_ins: str) -> None:
    crew = Supervisor(children=web.children(places), env=env, cwd=places.root)
    crew.listen()
    try:
        _wait_for_answer(crew, address)
        if not crew.asked_to_stop:
            print(f"\n{log_ins}\n平台已就绪，按 Ctrl-C 停止，日志在 var/log：{address.url}")
            print(f"Ready (Ctrl-C stops, logs in var/log): {address.url}", flush=True)
        crew.run()
    finally:
        step("正在停止", "stopping")
        crew.stop()


def _wait_for_answer(crew: Supervisor, address: web.Address) -> None:
    """Raise StepFailed when the web server ends, or does not answer in time, on its first start."""
    server, end = crew.children[0], time.monotonic() + START_SECONDS
    crew.run(until=lambda: bool(server.crashes) or address.answers() or time.monotonic() > end)
    if not crew.asked_to_stop and (server.crashes or time.monotonic() > end):
        raise StepFailed(step="web", code=server.crashes, said=last_lines(server.log))


def install() -> int:
    """Only install packages (used by the Dockerfile)."""
    places = here()
    prepare.check_room(places)
    with waiting(places.var / "install.lock"):
        prepare.packages(places)
    return 0


def cluster() -> int:
    """Leave the private cluster running and print its DATABASE_URL."""
    places = here()
    with waiting(places.var / "install.lock"):
        made, _ = cluster_make.ensure(places)
    print(made.url)
    return 0


def stop() -> int:
    """Stop the platform and its cluster."""
    places = here()
    served = running.stop(places)
    made = cluster_make.find(places)
    kept = made.stop() if made else False
    print("已停止。 Stopped." if served or kept else "没有在运行。 Nothing was running.")
    return 0


def test() -> int:
    """Install what tests need, then run all of them."""
    return quality.test(here())


def check() -> int:
    """Format, lint, types, import contracts, migrations, tests."""
    return quality.check(here())


def bench() -> int:
    """Run the benchmarks."""
    return quality.bench(here())


def lock() -> int:
    """Write the lock files anew."""
    return lock_files.write(here())


def clean() -> int:
    """Remove everything that was installed or made, the private cluster included."""
    return rubbish.remove(here())


COMMANDS: dict[str, Callable[[], int]] = {
    action.__name__: action for action in (run, test, check, stop, clean, bench, lock, cluster, install)
}
