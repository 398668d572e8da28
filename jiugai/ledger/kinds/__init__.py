"""The kinds of matters of this part."""

from jiugai.ledger.kinds import area_filing, mixed_use, spare_house


def declare_all() -> None:
    """Make them known."""
    area_filing.declare()
    spare_house.declare()
    mixed_use.declare()
