"""How far a loading has come, for whoever waits in front of it."""

from collections.abc import Callable

Tell = Callable[[str, int], None]
"""Takes what is being loaded and how many rows of it are in."""


def nobody(label: str, rows: int) -> None:
    """Tell nobody."""
