"""Matters, what happened to them, and the calendar their clocks go by."""

from jiugai.matters.models.calendar import CalendarFeed, HolidayDay, HolidayNotice
from jiugai.matters.models.handling import Handling
from jiugai.matters.models.log import AllowedStep, MatterDocument, MatterLog, MatterPause
from jiugai.matters.models.matter import Matter, MatterQuerySet
from jiugai.matters.models.tracking import tracked_kind

__all__ = [
    "AllowedStep",
    "CalendarFeed",
    "Handling",
    "HolidayDay",
    "HolidayNotice",
    "Matter",
    "MatterDocument",
    "MatterLog",
    "MatterPause",
    "MatterQuerySet",
    "tracked_kind",
]
