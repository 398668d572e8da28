"""A workbook in, and its template out: of a kind of matter, and of any register whose rows a form reads."""

from base64 import b64encode
from collections.abc import Callable, Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from jiugai.accounts.guard import actor_of
from jiugai.domain.errors import Refusal
from jiugai.matters import sheets
from jiugai.matters.actions.importing import open_all
from jiugai.matters.forms.entry import entry_form
from jiugai.matters.kinds import Kind
from jiugai.matters.views.opening import home_area
from jiugai.web.refusing import put

SHOWN = 200
MOST_BACK = 4 * 1024 * 1024
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class SheetForm(forms.Form):
    """A workbook."""

    upload = forms.FileField(
        label="Excel 工作簿",
        help_text=f"xlsx，一次最多 {sheets.MOST_ROWS:,} 行；有一行不对就一行也不写",
        error_messages={"required": "没有选文件", "empty": "文件是空的"},
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx"}),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def matter_import(request: HttpRequest, kind: Kind) -> HttpResponse:
    """Show the form with the columns, or open what the workbook holds; slips come back with their place."""
    actor = actor_of(request)

    def write(rows: Sequence[Any]) -> str:
        made = open_all(kind=kind, forms=rows, area=home_area(actor), actor=actor, now=timezone.now())
        return f"已登记 {made} {kind.of.unit}{kind.label}"

    made = entry_form(kind, actor=actor)
    return take_in(request, made, write=write, name=f"matter-{kind.code}", label=kind.label)


def take_in(
    request: HttpRequest, made: Any, *, write: Callable[[Sequence[Any]], str], name: str, label: str
) -> HttpResponse:
    """Show the import page of a register, or read the rows by the form class `made` and `write` them, all or none.

    `name` starts the addresses `<name>-list` and `<name>-template`; `write` returns the message.
    """
    slips: Sequence[sheets.Slip] = ()
    form = SheetForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            filled = sheets.read_rows(made, form.cleaned_data["upload"])
            slips = filled.slips
            if not slips:
                messages.success(request, write(filled.forms))
                return redirect(f"{name}-list")
        except sheets.WrongRows as wrong:
            slips = wrong.slips
        except Refusal as refusal:
            put(form, refusal, "upload")
    context = {"form": form, "label": label, "list_url": reverse(f"{name}-list"), "slips": slips[:SHOWN],
               "all": len(slips), "template_url": reverse(f"{name}-template"), "heads": sheets.heads(made),
               "back": _back(form, slips)}  # fmt: skip
    return render(request, "matters/import.html", context, status=422 if slips or form.errors else 200)


def _back(form: SheetForm, slips: Sequence[sheets.Slip]) -> str:
    """Return the workbook with its comments as an address to save from; it is kept nowhere but in the page."""
    if not slips:
        return ""
    made = sheets.annotated(form.cleaned_data["upload"], slips)
    return f"data:{XLSX};base64,{b64encode(made).decode()}" if len(made) <= MOST_BACK else ""


@require_safe
def matter_template(request: HttpRequest, kind: Kind) -> HttpResponseBase:
    """Hand out the workbook to fill."""
    return hand_out(entry_form(kind, actor=actor_of(request)), label=kind.label)


def hand_out(made: Any, *, label: str) -> HttpResponseBase:
    """Hand out the workbook that the form class reads."""
    book = sheets.template(made, title=label)
    return FileResponse(book, as_attachment=True, filename=f"{label}_登记表.xlsx")
