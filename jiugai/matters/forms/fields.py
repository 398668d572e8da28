"""Fields that people fill by name: bodies, people, communities, places."""

import re
from typing import Any, TypeVar

from django import forms
from django.contrib.gis.geos import Point
from django.core.exceptions import ValidationError
from django.db.models import Q

from jiugai.accounts.actor import Actor
from jiugai.accounts.models import Organisation, User
from jiugai.accounts.models.organisations import called
from jiugai.domain.errors import Refusal
from jiugai.registry.models import Community

_PLACE = re.compile(r"^\s*(\d{2,3}(?:\.\d+)?)\s*[,，\s]\s*(\d{1,2}(?:\.\d+)?)\s*$")
# Beijing with a margin; a place outside is a slip of the pen or of the order.
WEST, SOUTH, EAST, NORTH = 115.3, 39.3, 117.6, 41.1
TOO_MANY = 5
M = TypeVar("M")


class NotFound(Refusal):
    """Nothing, or more than one thing, is called like that."""

    status = 422
    code = "not_found_by_name"


def body_called(text: str, actor: Actor) -> Organisation:
    """Return the body with this name, full name, alias or code. Raises NotFound."""
    rows = Organisation.objects.visible_to(actor).filter(called(text.strip()))
    return _only(list(rows.order_by("pk")[:TOO_MANY]), "单位", text)


def person_called(text: str, actor: Actor) -> User:
    """Return the person with this account or name, among those in the actor's areas. Raises NotFound."""
    rows = User.objects.get_queryset().visible_to(actor)
    found = rows.filter(Q(username=text.strip()) | Q(display_name=text.strip()), is_active=True)
    return _only(list(found.order_by("pk")[:TOO_MANY]), "人", text)


def community_called(text: str, actor: Actor) -> Community:
    """Return the community with this name or code in the actor's scope. Raises NotFound."""
    rows = Community.objects.visible_to(actor).current().filter(Q(name=text.strip()) | Q(code=text.strip()))
    return _only(list(rows.select_related("area").order_by("pk")[:TOO_MANY]), "小区", text)


def _only(found: list[M], what: str, text: str) -> M:
    if len(found) == 1:
        return found[0]
    if not found:
        raise NotFound(f"没有找到{what}“{text[:40]}”", where=what, remedy="写登记的名称，或写编号")
    raise NotFound(f"有 {len(found)} 个{what}叫“{text[:40]}”", where=what, remedy="写编号或全称")


class ByName(forms.CharField):
    """A row chosen by its name; `find` is one of the functions above."""

    def __init__(self, *, find: Any, actor: Actor, listed: str = "", **rest: Any) -> None:
        attrs = {"list": listed} if listed else {}
        super().__init__(max_length=160, widget=forms.TextInput(attrs=attrs | {"autocomplete": "off"}), **rest)
        self.find, self.actor = find, actor

    def clean(self, value: Any) -> Any:
        """Return the row, None for nothing."""
        text = super().clean(value)
        if not text:
            return None
        try:
            return self.find(text, self.actor)
        except Refusal as refusal:
            raise ValidationError(f"{refusal.message}。{refusal.remedy}") from None

    def prepare_value(self, value: Any) -> Any:
        """Show a row by its name."""
        return value if isinstance(value, str) or value is None else self.to_words(value)

    def to_words(self, value: Any) -> str:
        """Return the name of a row given as itself or by its key."""
        if isinstance(value, int):
            row = Organisation.objects.filter(pk=value).first()
            return str(row or "")
        return str(value)


class PlaceField(forms.CharField):
    """A place as longitude and latitude in the country's coordinates (CGCS2000)."""

    def __init__(self, **rest: Any) -> None:
        rest.setdefault("help_text", "经度,纬度（CGCS2000），例如 116.4605,39.9340")
        super().__init__(max_length=60, **rest)

    def clean(self, value: Any) -> Point | None:
        """Return the point, None for nothing."""
        text = super().clean(value)
        if not text:
            return None
        found = _PLACE.match(text)
        lon, lat = (float(found[1]), float(found[2])) if found else (0.0, 0.0)
        if not (WEST <= lon <= EAST and SOUTH <= lat <= NORTH):
            raise ValidationError("不是北京范围内的经度,纬度，例如 116.4605,39.9340")
        return Point(lon, lat, srid=4490)

    def prepare_value(self, value: Any) -> Any:
        """Show a point by its numbers."""
        return f"{value.x:.6f},{value.y:.6f}" if isinstance(value, Point) else value
