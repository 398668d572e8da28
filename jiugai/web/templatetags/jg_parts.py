"""Components as template tags. Each has one template in web/parts/; docs/components.md shows how to use them."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import template
from django.utils.safestring import SafeString

from jiugai.web.parts import numbers
from jiugai.web.parts.render import part as _part

register = template.Library()

NOTE_ICONS = {
    "bad": "circle-x-filled",
    "unk": "alert-triangle-filled",
    "ok": "circle-check-filled",
    "run": "info-circle",
}
EMPTY_ICONS = {"first": "folder-plus", "none": "filter", "denied": "lock", "missing": "database-off"}
FINDING_KINDS = {"fail": "bad", "unknown": "unk", "pass": "ok", "not_applicable": "na"}


@register.simple_block_tag
def panel(
    content: str,
    title: str,
    *,
    icon: str = "",
    kind: str = "",
    demo: bool = False,
    aside: str = "",
    link: str = "",
    url: str = "",
    flush: bool = False,
    id: str = "",  # noqa: A002 - the attribute's name
) -> SafeString:
    """Frame one question of the page. `aside` is a grey remark on the right, `link` and `url` a link there.

    `kind` bad makes the icon red, for what is blocked. `flush` leaves out the padding, for tables and lists that
    bring their own.
    """
    return _part(
        "panel",
        content=content, title=title, icon=icon, kind=kind, demo=demo,
        aside=aside, link=link, url=url, flush=flush, id=id,
    )  # fmt: skip


@register.simple_block_tag
def note(content: str, kind: str, title: str = "", *, id: str = "") -> SafeString:  # noqa: A002
    """Put a notice: a bold sentence that says what is, and a line that says what to do. `kind`: bad, unk, ok, run."""
    return _part("note", content=content, kind=kind, title=title, icon=NOTE_ICONS[kind], id=id)


@register.simple_block_tag
def empty(content: str, kind: str, title: str, *, icon: str = "") -> SafeString:
    """Say why there is nothing. `kind`: first (no data yet), none (no match), denied, missing (data not arrived)."""
    return _part("empty", content=content, kind=kind, title=title, icon=icon or EMPTY_ICONS[kind])


@register.simple_tag
def stages(steps: Sequence[Any], *, label: str = "阶段") -> SafeString:
    """Draw the stage tracker. A step has `label`, `state` (done, part, now, later), and may have `note`, `url`."""
    return _part("stages", steps=steps, label=label)


@register.simple_tag
def steps(labels: Sequence[str], current: int) -> SafeString:
    """Draw the steps of a wizard; `current` counts from 1."""
    rows = [{"label": t, "number": n, "state": _step_state(n, current)} for n, t in enumerate(labels, 1)]
    return _part("steps", rows=rows)


def _step_state(number: int, current: int) -> str:
    if number == current:
        return "now"
    return "done" if number < current else "later"


@register.simple_tag
def gate(findings: Sequence[Any]) -> SafeString:
    """List the findings of a gate: fails, unknowns, then passes (folded) and what does not apply.

    A finding has `outcome` (pass, fail, unknown, not_applicable), `title`, `clause`, and may have `quote`,
    `detail`, `next_step`, `url`, `link`.
    """
    rows = [{"kind": FINDING_KINDS[str(_get(f, "outcome"))], "f": f} for f in findings]
    by_kind = {kind: [row for row in rows if row["kind"] == kind] for kind in ("bad", "unk", "ok", "na")}
    return _part("gate", total=len(rows), **by_kind)


@register.simple_tag
def facts(rows: Sequence[Any]) -> SafeString:
    """List facts with their sources. A row has `label`, `value`, and may have `sources`, `url`, `conflict`."""
    return _part("facts", rows=rows)


@register.simple_tag
def figure(label: str, value: Any, unit: str = "", *, url: str = "", note: str = "", demo: bool = False) -> SafeString:
    """Show a figure under its label; `url` opens the list behind the number."""
    if value in (None, "") or "j-unknown" in str(value):
        unit = ""
    return _part("figure", label=label, value=value, unit=unit, url=url, note=note, demo=demo)


@register.simple_tag
def bar(
    value: Any, total: Any, *, mark: Any = None, kind: str = "", label: str = "", mark_label: str = ""
) -> SafeString:
    """Draw `value` of `total` as a bar from zero, with a `mark` for a threshold on the same scale.

    `label` is read aloud. `kind` colours: ok, bad or nothing.
    """
    return _part(
        "bar", width=_width(value, total), mark=_width(mark, total), kind=kind, label=label, mark_label=mark_label
    )


def _width(value: Any, total: Any) -> str:
    """Return a width in percent for a style attribute, empty where either number is missing."""
    if not numbers.readable(value) or not numbers.readable(total) or not numbers.exact(total):
        return ""
    part = numbers.exact(value) / numbers.exact(total) * 100
    return f"{min(max(part, Decimal(0)), Decimal(100)):.2f}"


@register.simple_tag
def stack(parts: Sequence[Any], *, label: str = "") -> SafeString:
    """Draw shares of a whole in one bar with its legend. A part has `label`, `value`, `colour` (a palette name)."""
    total = sum((numbers.exact(_get(p, "value")) for p in parts), Decimal(0))
    rows = [{"p": p, "width": _width(_get(p, "value"), total), "share": _share(p, total)} for p in parts]
    return _part("stack", rows=rows, label=label)


def _share(part: Any, total: Decimal) -> str:
    return numbers.share(_get(part, "value"), total) if total else ""


@register.simple_tag
def timeline(events: Sequence[Any]) -> SafeString:
    """List events, newest first. An event has `when`, `title`, and may have `detail`, `url`, `kind`, `demo`.

    `kind` bad marks what blocks something, sus a suspension.
    """
    return _part("timeline", events=events)


@register.simple_tag
def tabs(items: Sequence[Any], *, label: str) -> SafeString:
    """Link the parts of a record. An item has `label`, `url`, `current`, and may have `count`, `problems`."""
    return _part("tabs", items=items, label=label)


@register.simple_tag
def chips(conditions: Sequence[Any], *, add_url: str = "", clear_url: str = "") -> SafeString:
    """Show the conditions of a list, each removable alone. A condition has `label` and `remove_url`."""
    return _part("chips", conditions=conditions, add_url=add_url, clear_url=clear_url)


@register.simple_tag
def pager(page: Any) -> SafeString:
    """Close a list: where we are, how many in all, and the way on.

    `page` has `first`, `last`, `total`, `previous_url`, `next_url`, and may have `unit` (处, 个, 件).
    """
    return _part("pager", page=page)


@register.simple_tag
def progress(job: Any) -> SafeString:
    """Show a running job and ask again every two seconds until `finished`.

    `job` has `title`, `done`, `total`, `finished`, and may have `failed`, `detail`, `poll_url`, `stop_url`.
    """
    width = _width(_get(job, "done"), _get(job, "total"))
    return _part("progress", job=job, width=width)


@register.simple_block_tag(takes_context=True)
def confirm(
    context: template.Context,
    content: str,
    button: str,
    title: str,
    *,
    url: str,
    keep: str,
    do: str = "",
    icon: str = "",
    danger: bool = True,
) -> SafeString:
    """Put a button that first tells the consequence (`title` and the content) and only then posts to `url`.

    `keep` is the way out and says what stays. `do` repeats the act in the panel (default: as on the button).
    """
    return _part(
        "confirm",
        content=content, button=button, title=title, url=url, keep=keep, do=do or button, icon=icon, danger=danger,
        csrf_token=context.get("csrf_token"),
    )  # fmt: skip


def _get(thing: Any, name: str) -> Any:
    return thing.get(name) if isinstance(thing, Mapping) else getattr(thing, name, None)
