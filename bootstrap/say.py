"""Words in the terminal: one short line per step, details in var/log."""

from __future__ import annotations

import sys


def step(zh: str, en: str = "") -> None:
    """Announce what is being done now; a command's own name needs no second language."""
    print(f"· {zh}" + (f"\n  {en}" if en else ""), flush=True)


def notice(text: str) -> None:
    """Something the reader should know although work goes on."""
    print(text, file=sys.stderr, flush=True)
