"""What each page of a batch shows: chosen by where the batch is, filled by `queries.imports`."""

from typing import Any

from django.core.paginator import Page, Paginator
from django.http import QueryDict
from django.urls import reverse

from jiugai.accounts.actor import Actor
from jiugai.accounts.permissions import Permission, may
from jiugai.registry.intake import batches, mending
from jiugai.registry.intake.batches import State
from jiugai.registry.intake.checking import PHASES
from jiugai.registry.models import ImportBatch, ImportProblem, ImportRow
from jiugai.registry.queries import imports as queries

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
    named = [name for name, _ in sheets]
    wanted = str(params.get("sheet", ""))
    sheet = wanted if "sheet" in params and wanted in named else next((n for n, k in sheets if k), named[0])
    page = Paginator(queries.problems_of(batch, severity=severity, sheet=sheet), PER_PAGE).get_page(params.get("page"))
    problems = list(page.object_list)
    chosen = next((p for p in problems if str(p.pk) == params.get("at")), problems[0] if problems else None)
    skipped = ImportRow.objects.filter(batch=batch, fate=Fate.SKIP)
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
        "pager": _pager(page, "处", f"show={severity}&sheet={_quoted(sheet)}"),
        "back": f"show={severity}&sheet={_quoted(sheet)}&page={page.number}",
        "wrong_rows": ImportProblem.objects.filter(batch=batch, severity="error", row__isnull=False)
        .exclude(row__fate=Fate.SKIP)
        .values("row")
        .distinct()
        .count(),
        "skipped": skipped.count(),
        "sheet_count": len(batch.mapping.get("sheets", [])),
    }


def _quoted(text: str) -> str:
    made = QueryDict(mutable=True)
    made["x"] = text
    return made.urlencode()[2:]


def _tab(name: str, count: int, severity: str, current: bool) -> Context:
    return {
        "label": name or "整个文件",
        "url": f"?show={severity}&sheet={_quoted(name)}",
        "current": current,
        "count": count,
    }


def _preview(batch: ImportBatch, params: QueryDict) -> Context:
    counts = batch.summary.get("checked", {})
    wanted = params.get("fate", "")
    first = next((f for f in ("change", "new", "same", "skip") if counts.get(f)), "new")
    fate = wanted if wanted in Fate.values else first
    rows = ImportRow.objects.filter(batch=batch, fate=fate).order_by("pk")
    page = Paginator(rows, LINES_PER_PAGE).get_page(params.get("page"))
    alike = ImportRow.objects.filter(batch=batch, parsed__alike__isnull=False).exclude(fate=Fate.SKIP).count()
    return {
        "batch": batch,
        "write_url": reverse("import-write", args=[batch.pk]),
        "counts": counts,
        "to_write": sum(counts.get(f, 0) for f in ("new", "change", "same")),
        "fate": fate,
        "alike": alike,
        "moving": queries.moving(batch),
        "tabs": [
            {"label": Fate(f).label, "url": f"?step=4&fate={f}", "current": f == fate, "count": counts.get(f, 0)}
            for f in (Fate.NEW, Fate.CHANGE, Fate.SAME, Fate.SKIP)
        ],
        "lines": queries.lines(batch, list(page.object_list)),
        "pager": _pager(page, "行", f"step=4&fate={fate}"),
    }


def _outcome(batch: ImportBatch, actor: Actor, params: QueryDict) -> Context:
    written = ImportRow.objects.filter(batch=batch, written_at__isnull=False)
    fate = params.get("fate", "")
    rows = ImportRow.objects.filter(batch=batch)
    if fate in Fate.values:
        rows = rows.filter(fate=fate)
    page = Paginator(rows.select_related("community", "building").order_by("pk"), PER_PAGE).get_page(params.get("page"))
    return {
        "batch": batch,
        "undo_url": reverse("import-undo", args=[batch.pk]),
        "counts": batch.summary.get("written") or batch.summary.get("checked") or {},
        "written_rows": written.count(),
        "left_rows": rows.filter(written_at__isnull=True).exclude(fate=Fate.SKIP).count(),
        "rows": page.object_list,
        "pager": _pager(page, "行", f"fate={fate}"),
        "may_undo": may(actor, Permission.IMPORT_UNDO, batch),
        "can_undo": batch.state in {State.WRITTEN, State.STOPPED, State.FAILED},
        "can_go_on": batch.state in {State.STOPPED, State.FAILED} and not batch.summary.get("replaced_by"),
        "incident": queries.incident_of(batch) if batch.state == State.FAILED else "",
        "replaced_by": ImportBatch.objects.filter(pk=batch.summary.get("replaced_by") or 0).first(),
    }


def _pager(page: Page[Any], unit: str, query: str) -> Context:
    def url(number: int) -> str:
        return f"?{query}&page={number}"

    return {
        "first": page.start_index(),
        "last": page.end_index(),
        "total": page.paginator.count,
        "unit": unit,
        "previous_url": url(page.previous_page_number()) if page.has_previous() else "",
        "next_url": url(page.next_page_number()) if page.has_next() else "",
    }
