"""Anticipated failures that a person can understand and mend."""

from collections.abc import Sequence


class Refusal(Exception):
    """Something that was asked for is refused, with words for the person who asked.

    Args:
        message: what is wrong, in Chinese.
        where: the place (sheet, row, column, field), may be empty.
        clause: id of the obligation or law that says so, may be empty.
        remedy: what to do next, in Chinese.
        details: further lines, for example one per wrong field.

    """

    status = 400
    code = "refused"

    def __init__(
        self,
        message: str,
        *,
        where: str = "",
        clause: str = "",
        remedy: str = "",
        details: Sequence[str] = (),
    ) -> None:
        super().__init__(message)
        self.message = message
        self.where = where
        self.clause = clause
        self.remedy = remedy
        self.details = tuple(details)


class NotAllowed(Refusal):
    """The person may see the thing but not do this to it."""

    status = 403
    code = "not_allowed"


class Conflict(Refusal):
    """Somebody else was faster, or the thing has moved on."""

    status = 409
    code = "conflict"


class TooLarge(Refusal):
    """More than we take at once."""

    status = 413
    code = "too_large"
