"""What policy at run time keeps."""

from jiugai.policy.models.occurrences import Occurrence

__all__ = ["Occurrence"]
