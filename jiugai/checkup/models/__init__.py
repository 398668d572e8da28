"""Tables of the check-up."""

from jiugai.checkup.models.checkup import Checkup, CheckupAnswer, CheckupDefect, CheckupPart
from jiugai.checkup.models.standards import CheckupEdition, CheckupTarget

__all__ = ["Checkup", "CheckupAnswer", "CheckupDefect", "CheckupEdition", "CheckupPart", "CheckupTarget"]
