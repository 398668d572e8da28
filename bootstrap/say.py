"""Words in the terminal: one short line per step, details in var/log."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable


def step(zh: str, en: str = "") -> None:
    """Announce what is being done now; a command's own name needs no second language."""
    print(f"· {zh}" + (f"\n  {en}" if en else ""), flush=True)


class Counter:
    """A line that changes while something long goes on; where the output is no terminal, a new line now and then."""

    EVERY_SECONDS = 5.0

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock, self.next, self.shown = clock, 0.0, False

    def __call__(self, text: str) -> None:
        """Show how far it is."""
        if sys.stdout.isatty():
            print(f"\r\033[K  {text}", end="", flush=True)
            self.shown = True
        elif self.clock() >= self.next:
            print(f"  {text}", flush=True)
            self.next = self.clock() + self.EVERY_SECONDS

    def end(self) -> None:
        """Leave the line."""
        if self.shown:
            print(flush=True)


def notice(text: str) -> None:
    """Something the reader should know although work goes on."""
    print(text, file=sys.stderr, flush=True)
