"""Template tags and filters of our pages: marks and ways to write figures. Loaded in every template.

A missing value never becomes 0 or a dash: the filters put the mark of an unknown fact in its place.
How to use each of them stands in docs/components.md.
"""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django import template
from django.http import HttpRequest
from django.template.loader_tags import BLOCK_CONTEXT_KEY
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import SafeString

from jiugai.web.parts import dates, icons, marks, numbers

register = template.Library()

register.simple_tag(icons.icon, name="icon")
register.simple_tag(marks.state, name="state")
register.simple_tag(marks.demo, name="demo")
register.simple_tag(marks.clause, name="clause")
register.simple_tag(marks.source, name="src_mark")
register.simple_tag(marks.unknown, name="unknown")
register.simple_tag(dates.cn_years, name="cn_years")


@register.simple_tag(takes_context=True)
def again(context: template.Context, name: str) -> SafeString:
    """Render a block of the page a second time: the title stands in the tab and in the top bar."""
    blocks = context.render_context.get(BLOCK_CONTEXT_KEY)
    block = blocks.get_block(name) if blocks else None
    return block.nodelist.render(context) if block else SafeString("")


@register.filter
def known(value: Any, words: str = marks.UNKNOWN) -> Any:
    """Return the value, or the mark of an unknown fact when there is none. 0 and False are values."""
    return marks.unknown(words) if value is None or value == "" or value == [] else value


def _number(write: Callable[[Any], str]) -> Callable[[Any], str | SafeString]:
    """Return a filter that writes numbers by `write` and marks everything else as unknown."""
    return lambda value: write(value) if numbers.readable(value) else marks.unknown()


for _name, _write in (
    ("n0", lambda value: numbers.grouped(value, 0)),
    ("n1", lambda value: numbers.grouped(value, 1)),
    ("n2", lambda value: numbers.grouped(value, 2)),
    ("wan", numbers.in_wan),
    ("fen", lambda value: numbers.grouped(numbers.exact(value) / 100, 2)),
    ("fen_wan", lambda value: numbers.in_wan(numbers.exact(value) / 100)),
    ("percent", numbers.percent),
    ("area", numbers.area),
    ("area_wan", numbers.area_in_wan),
):
    register.filter(_name, _number(_write))


@register.filter
def plain_number(value: Any) -> str | SafeString:
    """Write a number in groups of three with only the decimals that it has, two at most: 41,000 and 0.5."""
    if not numbers.readable(value):
        return marks.unknown()
    words = numbers.grouped(value, 2)
    return words.rstrip("0").rstrip(".") if "." in words else words


@register.filter
def month_day(value: Any) -> str:
    """Write a day of every year: 06-01 is 6月1日."""
    month, _, day = str(value).partition("-")
    return f"{int(month)}月{int(day)}日" if month.isdecimal() and day.isdecimal() else str(value)


@register.filter
def share_of(part: Any, whole: Any) -> str | SafeString:
    """Write part of whole as percent, cut to one decimal: `{{ 58|share_of:94 }}` is 61.7%."""
    if not (numbers.readable(part) and numbers.readable(whole)) or not numbers.exact(whole):
        return marks.unknown()
    return numbers.share(part, whole)


@register.filter
def cn_date(value: Any, today: date | None = None) -> str | SafeString:
    """Write a date; the year only when it is not this year's (`today` fixes which that is)."""
    if not isinstance(value, date):
        return marks.unknown()
    return dates.cn_date(value, today=today or timezone.localdate())


@register.filter
def cn_time(value: Any, today: date | None = None) -> str | SafeString:
    """Write a moment with hour and minute; the year only when it is not this year's."""
    if not isinstance(value, date):
        return marks.unknown()
    return dates.cn_time(value, today=today or timezone.localdate())  # type: ignore[arg-type]


@register.filter
def cn_full_date(value: Any) -> str | SafeString:
    """Write a date always with its year: for print, history and versions."""
    return dates.cn_full_date(value) if isinstance(value, date) else marks.unknown()


@register.filter
def own_address(address: str | None, request: HttpRequest) -> str:
    """Return an address when it is one of ours, else nothing: a link back must not lead elsewhere."""
    ours = url_has_allowed_host_and_scheme(address, {request.get_host()})
    return address if address and ours else ""


@register.filter
def problem_shell(status: int, actor: Any) -> str:
    """Return the page an error page stands in: a bare one where log-in or server may be what failed."""
    bare = status >= 500 or actor is None or getattr(actor, "is_anonymous", True)
    return "web/bare.html" if bare else "web/base.html"


@register.filter
def at(values: Mapping[str, Any], key: str) -> Any:
    """Return the value under a key that the template holds in a variable."""
    return values[key]
