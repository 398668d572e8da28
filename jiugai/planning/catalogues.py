"""Which edition of the catalogue is in force. The shipped ones enter the database when they are first needed."""

from datetime import date

from jiugai.domain.errors import Refusal
from jiugai.domain.menu.catalogue import Catalogue, read_catalogue, shipped
from jiugai.planning.models import MenuEdition


class NoCatalogue(Refusal):
    """No edition is in force on that day."""

    code = "no_catalogue"


def all_editions() -> list[MenuEdition]:
    """Return every edition, newest first; the shipped ones are added if they are not there yet."""
    known = list(MenuEdition.objects.all())
    codes = {edition.code for edition in known}
    missing = [raw for raw in shipped() if raw["code"] not in codes]
    for raw in missing:
        read = read_catalogue(raw)
        content = {**raw, "since": read.since.isoformat()}
        defaults = {"name": read.name, "since": read.since, "content": content, "reason": read.source}
        MenuEdition.objects.get_or_create(code=read.code, defaults=defaults)
    return list(MenuEdition.objects.all()) if missing else known


def edition_on(day: date) -> MenuEdition:
    """Return the edition in force on a day. Raises NoCatalogue."""
    begun = [one for one in all_editions() if one.since <= day]
    if not begun:
        raise NoCatalogue(f"{day:%Y年%m月%d日}还没有菜单目录", clause="T05-4", remedy="先录入当时的标准和技术导则")
    return max(begun, key=lambda one: (one.since, one.pk))


def catalogue_on(day: date) -> Catalogue:
    """Return the catalogue in force on a day. Raises NoCatalogue."""
    return edition_on(day).catalogue
