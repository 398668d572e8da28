"""Stops taking in an upload once it is larger than anything we keep."""

from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler, StopUpload


class LimitHandler(FileUploadHandler):
    """Comes first in line, and counts what really arrives.

    The rest of the body is read and thrown away, so that the browser gets the answer in words that the view gives
    when the file is missing (`too_large`).
    """

    def handle_raw_input(self, input_data: Any, META: Any, content_length: int, *rest: Any) -> None:  # noqa: N803
        """Start counting."""
        self.arrived = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Pass on what is within the limit."""
        self.arrived += len(raw_data)
        if self.arrived > settings.UPLOAD_LIMIT_BYTES:
            self.request.META["jiugai.too_large"] = True  # type: ignore[union-attr]
            raise StopUpload(connection_reset=False)
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """Leave the file to the handlers behind."""


def largest_upload() -> str:
    """Return the limit in words."""
    return f"{settings.UPLOAD_LIMIT_BYTES // 1024**2} MB"


def too_large(request: Any) -> bool:
    """Tell whether a file of this request was dropped for its size."""
    return bool(request.META.get("jiugai.too_large"))
