"""What is done to matters; each keyword-only, in one transaction, with a line in the log."""

from jiugai.matters.actions.assigning import assign
from jiugai.matters.actions.attaching import attach
from jiugai.matters.actions.commenting import comment
from jiugai.matters.actions.editing import edit_matter
from jiugai.matters.actions.escalating import escalate
from jiugai.matters.actions.handing_over import hand_over
from jiugai.matters.actions.moving import move
from jiugai.matters.actions.opening import open_matter
from jiugai.matters.actions.resuming import resume
from jiugai.matters.actions.suspending import suspend

__all__ = [
    "assign",
    "attach",
    "comment",
    "edit_matter",
    "escalate",
    "hand_over",
    "move",
    "open_matter",
    "resume",
    "suspend",
]
