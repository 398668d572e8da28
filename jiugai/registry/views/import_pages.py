"""What each page of a batch shows: chosen by where the batch is, filled by `queries.imports`."""

from collections.abc import Sequence
from typing import Any

from django.core.paginator import Paginator
from django.http import QueryDict
from django.urls import reverse
from django.utils.http import urlencode

from jiugai.accounts.actor import Actor
from jiugai.accounts.permissions import Permission, may
from jiugai.registry.intake import batches, mending
from jiugai.registry.intake.batches import State
from jiugai.registry.intake.checking import PHASES
from jiugai.registry.models import ImportBatch, ImportRow
from jiugai.registry.queries import import_rows as rows
from jiugai.registry.queries import imports as queries
from jiugai.web.parts.paging import pager

PER_PAGE = 7
LINES_PER_PAGE = 20
Context = dict[str, Any]
Fate = ImportRow.Fate
TITLES = {State.WRITING: "正在写入", State.UNDOING: "正在撤回"}


def page_of(batch: ImportBatch, actor: Actor, params: QueryDict) -> tuple[str, Context]:
    """Return template and context of a batch's page."""
    if batch.state in batches.AT_WORK:
        return "registry/imports/progress.html", {"batch": batch, "job": progress_of(batch), "step": _step(batch)}
    if batch.state != State.CHECKED:
        return "registry/imports/batch.html", _outcome(batch, actor, params)
    if params.get("step") == "4" and not batch.errors:
        return "registry/imports/preview.html", _preview(batch, params)
    return "registry/imports/check.html", _check(batch, params)


def _step(batch: ImportBatch) -> int:
    return 3 if batch.state == State.CHECKING else 4


def progress_of(batch: ImportBatch) -> Context:
    """Return what the progress bar shows and whom it asks."""
    title = TITLES.get(State(batch.state)) or PHASES.get(batch.summary.get("phase", "reading"), "正在查错")
    stopping = "做完手上这一段就停" if batch.stop_asked else "可以离开这个页面，完成后在“导入”里看结果"
    return {
        "title": title,
        "done": batch.rows_done,
        "total": batch.rows_total,
        "finished": batch.state not in batches.AT_WORK,
        "failed": batch.state == State.FAILED,
        "detail": stopping,
        "poll_url": reverse("import-progress", args=[batch.pk]),
        "stop_url": "" if batch.stop_asked else reverse("import-stop", args=[batch.pk]),
    }


def _check(batch: ImportBatch, params: QueryDict) -> Context:
    severity = "warning" if params.get("show") == "warning" or (not batch.errors and "show" not in params) else "error"
    sheets = queries.sheets_of(batch, severity)
    sheet = _sheet(params, sheets)
    page = Paginator(queries.problems_of(batch, severity=severity, sheet=sheet), PER_PAGE).get_page(params.get("page"))
    problems = list(page.object_list)
    chosen = next((p for p in problems if str(p.pk) == params.get("at")), problems[0] if problems else None)
    return {
        "batch": batch,
        "leave_out_url": reverse("import-leave-out", args=[batch.pk]),
        "severity": severity,
        "sheet": sheet,
        "tabs": [_tab(name, count, severity, name == sheet) for name, count in sheets],
        "problems": problems,
        "chosen": chosen,
        "excerpt": queries.excerpt(batch, chosen),
        "fixes": mending.fixes(batch),
        "pager": pager(page, "处", show=severity, sheet=sheet),
        "back": urlencode({"show": severity, "sheet": sheet, "page": str(page.number)}),
        "wrong_rows": rows.wrong(batch),
        "skipped": rows.skipped(batch),
        "sheet_count": len(batch.mapping.get("sheets", [])),
    }


def _sheet(params: QueryDict, sheets: Sequence[tuple[str, int]]) -> str:
    """Return the sheet asked for, else the first with problems, else the first."""
    named = [name for name, _ in sheets]
    wanted = str(params.get("sheet", ""))
    if "sheet" in params and wanted in named:
        return wanted
    return next((name for name, count in sheets if count), named[0])


def _tab(name: str, count: int, severity: str, current: bool) -> Context:
    return {
        "label": name or "整个文件",
        "url": f"?{urlencode({'show': severity, 'sheet': name})}",
        "current": current,
        "count": count,
    }


def _preview(batch: ImportBatch, params: QueryDict) -> Context:
    counts = batch.summary.get("checked", {})
    wanted = params.get("fate", "")
    first = next((f for f in ("change", "new", "same", "skip") if counts.get(f)), "new")
    fate = wanted if wanted in Fate.values else first
    page = Paginator(rows.of_fate(batch, fate), LINES_PER_PAGE).get_page(params.get("page"))
    return {
        "batch": batch,
        "write_url": reverse("import-write", args=[batch.pk]),
        "counts": counts,
        "to_write": sum(counts.get(f, 0) for f in ("new", "change", "same")),
        "fate": fate,
        "alike": rows.alike(batch),
        "moving": queries.moving(batch),
        "tabs": [
            {"label": Fate(f).label, "url": f"?step=4&fate={f}", "current": f == fate, "count": counts.get(f, 0)}
            for f in (Fate.NEW, Fate.CHANGE, Fate.SAME, Fate.SKIP)
        ],
        "lines": queries.lines(batch, list(page.object_list)),
        "pager": pager(page, "行", step="4", fate=fate),
    }


def _outcome(batch: ImportBatch, actor: Actor, params: QueryDict) -> Context:
    fate = params.get("fate", "")
    page = Paginator(rows.of_fate(batch, fate), PER_PAGE).get_page(params.get("page"))
    return {
        "batch": batch,
        "undo_url": reverse("import-undo", args=[batch.pk]),
        "counts": batch.summary.get("written") or batch.summary.get("checked") or {},
        "written_rows": rows.written(batch),
        "left_rows": rows.left(batch),
        "rows": page.object_list,
        "pager": pager(page, "行", fate=fate),
        "may_undo": may(actor, Permission.IMPORT_UNDO, batch),
        "can_undo": batch.state in {State.WRITTEN, State.STOPPED, State.FAILED},
        "can_go_on": batch.state in {State.STOPPED, State.FAILED} and not batch.summary.get("replaced_by"),
        "incident": queries.incident_of(batch) if batch.state == State.FAILED else "",
        "replaced_by": rows.replacement(batch),
    }
