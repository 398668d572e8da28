"""Where the shipped files are."""

from pathlib import Path

SHIPPED = Path(__file__).resolve().parents[1] / "shipped"
