"""Kinds of matters about the plan: batches, adjustments, dispatch of the core area's plan."""

from jiugai.planning.kinds import adjustment, batch, dispatch


def register_kinds() -> None:
    """Declare them all."""
    batch.register_kind()
    adjustment.register_kind()
    dispatch.register_kind()
