"""Small marks beside facts: state, source, demonstration, clause, unknown."""

import re
from datetime import date
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString

from jiugai.web.parts.dates import cn_full_date
from jiugai.web.parts.icons import icon

UNKNOWN = "资料不足"

STATE_ICONS = {
    "ok": "circle-check-filled",
    "bad": "circle-x-filled",
    "unk": "help-circle-filled",
    "na": "minus",
    "run": "progress",
    "sus": "clock-pause",
    "late": "alert-circle-filled",
    "soon": "clock",
}
STATE_CLASSES = {"late": "bad", "soon": "unk"}
SOURCES = {
    "off": ("官", "官方名单"),
    "crawl": ("抓", "公开抓取，非官方"),
    "rec": ("录", "录入"),
    "demo": ("演", "演示数据"),
}
DIGITS = "零一二三四五六七八九十"
_OBLIGATION = re.compile(r"T(\d\d)-\d+")


def state(kind: str, words: str, *, plain: bool = False, icon_name: str = "") -> SafeString:
    """Return a state tag. `kind`: ok, bad, unk, na, run, sus; or late (overdue) and soon (due soon)."""
    return format_html(
        '<span class="j-st {}{}">{}{}</span>',
        STATE_CLASSES.get(kind, kind),
        " plain" if plain else "",
        icon(icon_name or STATE_ICONS[kind], size=14),
        words,
    )


def unknown(words: str = UNKNOWN) -> SafeString:
    """Return the mark that stands where a fact is missing; it never looks like 0."""
    return format_html('<span class="j-unknown">{}</span>', words)


def demo(words: str = "演示") -> SafeString:
    """Return the dashed mark of what is made up."""
    return format_html('<span class="j-demo" title="演示数据，不是真实情况">{}</span>', words)


def clause(number: str, *, quote: str = "", url: str = "", with_task: bool = True) -> SafeString:
    """Return the mark of an obligation such as T02-5, or of a law as it is named.

    `quote` shows on hover, `url` opens the text.
    """
    words = clause_words(number) if with_task else number
    if url:
        return format_html('<a class="j-cl" href="{}" title="{}">{}</a>', url, quote, words)
    return format_html('<span class="j-cl" title="{}">{}</span>', quote, words)


def clause_words(number: str) -> str:
    """Write an obligation with its task, 任务二 T02-5; the name of a law stays as it is."""
    task = _OBLIGATION.match(number)
    return f"任务{chinese_number(int(task[1]))} {number}" if task else number


def chinese_number(number: int) -> str:
    """Write 1 to 99 in Chinese: 2 is 二, 15 is 十五, 32 is 三十二."""
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else ("十" if tens == 1 else f"{DIGITS[tens]}十")
    return head + (DIGITS[ones] if ones or not tens else "")


def source(claim: Any, *, url: str = "") -> SafeString:
    """Return the one-character mark of where a fact comes from.

    `claim` is a mark (off, crawl, rec, demo), a source, or a value that has a source. Made-up values are marked
    as such whatever their source says. The name and date of the source show on hover and are read aloud.
    """
    mark = source_mark(claim)
    letter, kind = SOURCES[mark]
    told = "，".join([kind, *_told(claim)])
    if url:
        template = '<a class="j-src {}" href="{}" title="{}" aria-label="来源：{}">{}</a>'
        return format_html(template, mark, url, told, told, letter)
    template = '<span class="j-src {}" role="img" title="{}" aria-label="来源：{}">{}</span>'
    return format_html(template, mark, told, told, letter)


def source_mark(claim: Any) -> str:
    """Return off, crawl, rec or demo for anything `source` takes."""
    if isinstance(claim, str):
        return claim
    if _get(claim, "provenance") == "demo":
        return "demo"
    return str(_get(claim, "mark") or _get(_get(claim, "source"), "mark"))


def _told(claim: Any) -> list[str]:
    if isinstance(claim, str):
        return []
    origin = _get(claim, "source") or claim
    observed = _get(claim, "observed_on") or _get(origin, "observed")
    when = cn_full_date(observed) if isinstance(observed, date) else str(observed or "")
    person = str(_get(claim, "entered_by_name") or "")
    name = origin if isinstance(origin, str) else str(_get(origin, "name") or "")
    return [words for words in (name, when, person) if words]


def _get(thing: Any, name: str) -> Any:
    return thing.get(name) if isinstance(thing, dict) else getattr(thing, name, None)
