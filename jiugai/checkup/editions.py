"""Which edition of the indicators is in force. The shipped ones enter the database when they are first needed."""

from datetime import date

from jiugai.checkup.models import CheckupEdition
from jiugai.domain.checkup.edition import in_force
from jiugai.domain.checkup.reading import read_edition, shipped


def all_editions() -> list[CheckupEdition]:
    """Return every edition, newest first; the shipped ones are added if they are not there yet."""
    known = list(CheckupEdition.objects.all())
    codes = {edition.code for edition in known}
    missing = [raw for raw in shipped() if raw["code"] not in codes]
    if not missing:
        return known
    for raw in missing:
        read = read_edition(raw)
        content = {**raw, "since": read.since.isoformat()}
        defaults = {"name": read.name, "since": read.since, "content": content, "reason": read.source}
        CheckupEdition.objects.get_or_create(code=read.code, defaults=defaults)
    return list(CheckupEdition.objects.all())


def edition_on(day: date) -> CheckupEdition:
    """Return the edition in force on a day. Raises NoEdition."""
    return in_force(all_editions(), day)
