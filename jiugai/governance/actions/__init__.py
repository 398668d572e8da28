"""What people do in governance beside the moves of matters."""

from jiugai.governance.actions.guards import save_guard
from jiugai.governance.actions.standards import save_standard
from jiugai.governance.actions.surveys import record_survey, withdraw_survey

__all__ = ["record_survey", "save_guard", "save_standard", "withdraw_survey"]
