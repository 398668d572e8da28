"""The pages of a register from its declaration: list, menus, export, print, bulk actions, each behind its right."""

from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers

from jiugai.accounts import bulk as background
from jiugai.accounts import exporting
from jiugai.accounts.actions.request_export import request_export
from jiugai.accounts.actor import Actor
from jiugai.accounts.exporting import ordered
from jiugai.accounts.guard import actor_of, needs, require
from jiugai.accounts.permissions import Permission, may, where_held
from jiugai.accounts.scope import scoped
from jiugai.domain.errors import Conflict, Refusal, TooLarge
from jiugai.domain.retention import kept
from jiugai.web import export
from jiugai.web.downloads import disposition
from jiugai.web.request_id import current_request_id
from jiugai.web.tables import totals
from jiugai.web.tables.options import menu_context
from jiugai.web.tables.page import heads, list_context, matching, show_rows
from jiugai.web.tables.params import to_query
from jiugai.web.tables.state import COLUMNS, State, state_of
from jiugai.web.tables.table import BulkAction, Link, Table

PRINT_ROWS = 2_000
BULK_ROWS = background.MOST_ROWS
EVERY = "every"
YEAR = 365 * 24 * 3600


def list_urls(table: Table, route: str, permission: Permission) -> list[URLPattern]:
    """Return the addresses of a register: `<name>-list`, `-menu`, `-total`, `-print`, `-export`, `-bulk`.

    Raises Unscoped at the start of the server for a register that does not say who sees its rows.
    """
    table.filters.check_scope(table.rows())
    pages: list[tuple[str, str, Any, tuple[Permission, ...]]] = [
        ("", "list", show_list, ()),
        ("menu/<slug:name>/", "menu", show_menu, ()),
        ("total/", "total", show_total, ()),
        ("print/", "print", show_print, ()),
    ]
    if table.exportable:
        pages.append(("export/", "export", export_list, (Permission.EXPORT,)))
        exporting.offer(table, permission)
    background.offer(table)
    pages += [(f"bulk/{a.key}/", f"bulk-{a.key}", partial(bulk, action=a), (a.permission,)) for a in table.bulk]
    # Who may not open the list may not take it home either: every page asks for the list's own right too.
    return [
        path(route + tail, needs(permission, *also)(_bind(view, table)), name=f"{table.name}-{part}")
        for tail, part, view, also in pages
    ]


def _bind(view: Any, table: Table) -> Any:
    def bound(request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        answer: HttpResponseBase = view(request, table, **kwargs)
        return answer

    bound.__name__ = getattr(view, "__name__", "bulk")
    bound.__doc__ = view.__doc__
    return bound


def read_state(request: HttpRequest, table: Table) -> State:
    """Read the list's state from the address and the cookie with the columns chosen last."""
    return _state(request, table, request.GET)


def _state(request: HttpRequest, table: Table, source: QueryDict) -> State:
    """Read a state with the columns the person may see."""
    seen = table.for_rights(partial(may, actor_of(request)))
    return state_of(seen, source, remembered=request.COOKIES.get(_cookie(table), ""))


def _chosen_state(request: HttpRequest, table: Table) -> State:
    """Read the state of an export: of the chosen rows, or with `every` of all that meet the list's conditions."""
    if not request.GET.get(EVERY):
        return read_state(request, table)
    return _state(request, table, QueryDict(request.GET.get("back", "")))


def _cookie(table: Table) -> str:
    return f"cols-{table.key}"


def show_list(request: HttpRequest, table: Table) -> HttpResponse:
    """Show the list, or only its changing parts to htmx."""
    state, actor = read_state(request, table), actor_of(request)
    part = request.headers.get("HX-Target") == "list"
    context = list_context(state, actor) | places(table) | rights(state, actor) | {"part": part}
    response = render(request, "web/table_list.html" if part else "web/table.html", context)
    patch_vary_headers(response, ["HX-Target"])
    if part:
        response.headers["HX-Push-Url"] = f"{reverse(f'{table.name}-list')}{request_query(request, state)}"
    if COLUMNS in request.GET:
        known = {column.key for column in table.columns}
        kept = ",".join(key for key in state.keys if key in known)  # a header takes no other words
        response.set_cookie(_cookie(table), kept, max_age=YEAR, samesite="Lax", httponly=True)
    return response


def request_query(request: HttpRequest, state: State) -> str:
    """Return the canonical query of the request, with its place."""
    place = {name: request.GET[name] for name in ("after", "before") if request.GET.get(name)}
    return state.url(**place)


def places(table: Table) -> dict[str, str]:
    """Return the addresses of the register's other pages."""
    parts = ("list", "total", "print", *(("export",) if table.exportable else ()))
    return {f"{part}_url": reverse(f"{table.name}-{part}") for part in parts}


def rights(state: State, actor: Actor) -> dict[str, Any]:
    """Return what the actor may do here, with the reasons for what he may not."""
    table = state.table
    bulk = [(a, reverse(f"{table.name}-bulk-{a.key}")) for a in table.bulk if may(actor, a.permission)]
    return {
        "may_export": may(actor, Permission.EXPORT) if table.exportable else None,
        "exports_url": reverse("export-files"),
        "bulk_rows": BULK_ROWS,
        "bulk_at_once": min((a.at_once for a, _ in bulk), default=0),
        "bulk": bulk,
        "empty_links": _links(table.empty.links, state, actor),
        "tools": _links(table.tools, state, actor),
        "no_area": not actor.sees_all and not actor.paths,
        "by_ids": table.filters.get("ids") is not None,
    }


def _links(links: Iterable[Link], state: State, actor: Actor) -> list[Link]:
    """Return the links the actor may follow; `{query}` in an address takes the list's conditions along."""
    allowed = [one for one in links if one.permission is None or may(actor, one.permission)]
    return [one._replace(url=one.url.replace("{query}", to_query(state.conditions))) for one in allowed]


def show_menu(request: HttpRequest, table: Table, name: str) -> HttpResponse:
    """Show the menu of a filter with counts."""
    context = menu_context(read_state(request, table), actor_of(request), name)
    if not context["fields"]:
        raise Http404
    return render(request, "web/table_menu.html", context | places(table))


def show_total(request: HttpRequest, table: Table) -> HttpResponse:
    """Answer how many rows the conditions of a form would give, before they are applied."""
    try:
        found = totals.total(matching(read_state(request, table), actor_of(request))).words
    except Refusal:
        found = "0"
    return HttpResponse(found, content_type="text/plain; charset=utf-8")


def show_print(request: HttpRequest, table: Table) -> HttpResponse:
    """Show the list as a plain page for paper, all chosen columns, up to 2,000 rows."""
    state, actor = read_state(request, table), actor_of(request)
    rows = list(ordered(state, actor)[: PRINT_ROWS + 1])
    context = {
        "table": table,
        "state": state,
        "heads": heads(state),
        "rows": show_rows(state, rows[:PRINT_ROWS]),
        "cut": PRINT_ROWS if len(rows) > PRINT_ROWS else 0,
        "conditions": table.filters.in_words(state.conditions, actor),
        "sources": list(table.sources()) if table.sources else [],
    }
    return render(request, "web/table_print.html", context | places(table))


def export_list(request: HttpRequest, table: Table) -> HttpResponseBase:
    """Hand out the list as Excel or text, and write down who took what."""
    state, actor = _chosen_state(request, table), where_held(actor_of(request), Permission.EXPORT)
    kind = "csv" if request.GET.get("format") == "csv" else "xlsx"
    about = exporting.about(state, actor, at=timezone.localtime(), request=current_request_id())
    if kind == "xlsx" and about.count > export.EXCEL_ROWS:
        raise TooLarge(
            f"{about.count:,} 行放不进一张工作表",
            remedy="加条件缩小范围，或导出 CSV",
        )
    if kind == "xlsx" and about.count > settings.EXPORT_ROWS_AT_ONCE:
        return _later(request, state, actor, about)
    columns = [column.key for column in exporting.file_columns(state)]
    exporting.write_down(
        actor=actor, title=table.title, rows=about.count, conditions=about.conditions, columns=columns, kind=kind
    )
    name = f"{table.title}_{about.at:%Y%m%d_%H%M}.{kind}"
    return _xlsx(state, actor, about, name) if kind == "xlsx" else _csv(state, actor, name)


def _later(request: HttpRequest, state: State, actor: Actor, about: export.About) -> HttpResponse:
    """Ask whether a long list shall be written in the background; when asked to, queue it."""
    if request.method == "POST":
        request_export(state=state, actor=actor, about=about, now=timezone.now())
        messages.success(request, "已排队，生成好了在这里下载")
        return redirect("export-files")
    context = {
        "table": state.table,
        "about": about,
        "most": settings.EXPORT_ROWS_AT_ONCE,
        "days": kept("exported_files", on=timezone.localdate()).days,
        "csv_url": state.url(format="csv"),
        "back_url": f"{reverse(f'{state.table.name}-list')}{state.url()}",
    }
    return render(request, "web/export_later.html", context)


def _xlsx(state: State, actor: Actor, about: export.About, name: str) -> FileResponse:
    rows = ordered(state, actor).iterator(chunk_size=export.CHUNK)
    book = export.write_xlsx(about, exporting.file_columns(state), rows, state.table.marks)
    return FileResponse(book, as_attachment=True, filename=name)


def _csv(state: State, actor: Actor, name: str) -> StreamingHttpResponse:
    response = StreamingHttpResponse(_csv_lines(state, actor), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = disposition(name)
    return response


def _csv_lines(state: State, actor: Actor) -> Iterator[str]:
    """Read under the actor's scope: by the time these lines are sent, the request's own is closed."""
    with transaction.atomic(), scoped(actor):
        rows = ordered(state, actor).iterator(chunk_size=export.CHUNK)
        sources = list(state.table.sources()) if state.table.sources else []
        yield from export.csv_lines(exporting.file_columns(state), rows, state.table.marks, sources=sources)


def bulk(request: HttpRequest, table: Table, action: BulkAction) -> HttpResponse:
    """Ask before a bulk action, saying what follows; with `confirmed` do it."""
    actor, posted = actor_of(request), request.method == "POST"
    data = request.POST if posted else request.GET
    rows = _every(table, actor, data.get("back", "")) if data.get(EVERY) else _chosen(table, actor, data.getlist("ids"))
    for row in rows:
        require(actor, action.permission, row)
    asks = [ask.asked_of(rows, actor) for ask in action.asks]
    answers = {ask.name: data.get(ask.name, "").strip() for ask in asks}
    wrong = [ask.name for ask in asks if not _answered(ask, answers[ask.name])]
    if posted and not wrong:
        return _do(request, table, action, rows, answers)
    context = {
        "table": table,
        "action": action,
        "rows": rows,
        "names": [str(row) for row in rows[:10]],
        "consequence": action.consequence(len(rows)),
        "asks": [(ask, answers[ask.name], posted and ask.name in wrong) for ask in asks],
        "seen": _versions(rows) if action.watch else "",
        "later": len(rows) > action.at_once,
        "back": data.get("back", ""),
    }
    return render(request, "web/table_bulk.html", context | places(table), status=422 if posted else 200)


def _do(
    request: HttpRequest, table: Table, action: BulkAction, rows: list[Any], answers: dict[str, str]
) -> HttpResponse:
    """Do a confirmed action, or queue it where it takes longer than a person waits; then go back to the list."""
    actor = actor_of(request)
    if action.watch:
        _refuse_changed(rows, request.POST.get("seen", ""))
    if len(rows) > action.at_once:
        background.request_run(table=table, action=action, rows=rows, answers=answers, actor=actor)
        messages.success(request, f"{len(rows):,} {table.unit}已排队，在后台分批办，进度在这里看")
        return redirect("bulk-runs")
    messages.success(request, action.run(rows=rows, actor=actor, answers=answers, on=timezone.localdate()))
    return redirect(f"{reverse(f'{table.name}-list')}?{request.POST.get('back', '')}")


def _versions(rows: Iterable[Any]) -> str:
    """Return what the person sees now, to be compared when he confirms."""
    return ",".join(f"{row.pk}:{row.version}" for row in rows)


def _refuse_changed(rows: Iterable[Any], seen: str) -> None:
    """Raise Conflict when a row is no longer what the person saw on the page that asked him."""
    known = dict(part.split(":", 1) for part in seen.split(",") if ":" in part)
    changed = [str(row) for row in rows if known.get(str(row.pk), str(row.version)) != str(row.version)]
    if changed:
        raise Conflict(
            f"您打开之后，{'、'.join(changed[:5])}{'等' if len(changed) > 5 else ''}已经被别人改过",
            remedy="回到列表看看现在的情况，再选再办",
            details=changed[:20],
        )


def _answered(ask: Any, answer: str) -> bool:
    return answer in dict(ask.choices) if ask.choices else bool(answer)


def _chosen(table: Table, actor: Actor, ids: list[str]) -> list[Any]:
    """Return the chosen rows the actor sees. Raises Refusal for none or too many."""
    numbers = {int(one) for text in ids for one in text.split(",") if one.isdecimal() and len(one) < 19}
    return _few(table, table.filters.visible(table.rows(), actor).filter(pk__in=numbers))


def _every(table: Table, actor: Actor, back: str) -> list[Any]:
    """Return all rows that meet the conditions of the list the person comes from. Raises Refusal as `_chosen` does."""
    return _few(table, matching(state_of(table, QueryDict(back)), actor))


def _few(table: Table, rows: QuerySet[Any]) -> list[Any]:
    found = list(rows.order_by("pk")[: BULK_ROWS + 1])
    if len(found) > BULK_ROWS:
        raise TooLarge(f"一次最多处理 {BULK_ROWS:,} {table.unit}", remedy="加条件缩小范围，分几次办")
    if not found:
        raise Refusal(f"没有选中任何{table.title}", remedy="回到列表，先勾选再办")
    return found
