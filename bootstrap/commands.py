"""The commands of the Makefile, each one short story."""

from __future__ import annotations

import sys
from collections.abc import Callable

from bootstrap import cluster_make
from bootstrap.locks import waiting
from bootstrap.places import here
from bootstrap.problems import Problem
from bootstrap.say import notice


def main(words: list[str]) -> int:
    """Run one command; an anticipated problem is told in words and gives code 2."""
    command = COMMANDS.get(words[0] if words else "")
    if command is None:
        notice(f"python3 -m bootstrap {' | '.join(COMMANDS)}")
        return 64
    try:
        return command()
    except Problem as problem:
        notice(problem.text())
        return 2


def cluster() -> int:
    """Leave the private cluster running and print its DATABASE_URL."""
    places = here()
    with waiting(places.var / "install.lock"):
        made, _ = cluster_make.ensure(places)
    print(made.url)
    return 0


COMMANDS: dict[str, Callable[[], int]] = {"cluster": cluster}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
