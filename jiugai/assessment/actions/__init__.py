"""What people do on the task board and in co-ordination."""

from jiugai.assessment.actions.coordinating import hold_meeting, save_liaison, save_mechanism
from jiugai.assessment.actions.reporting import report_measure

__all__ = ["hold_meeting", "report_measure", "save_liaison", "save_mechanism"]
