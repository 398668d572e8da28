"""A workbook of matters in, and its template out."""

from django import forms
from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from jiugai.accounts.guard import actor_of
from jiugai.domain.errors import Refusal
from jiugai.matters import sheets
from jiugai.matters.actions.importing import open_all
from jiugai.matters.kinds import Kind
from jiugai.matters.views.opening import home_area


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
    actor, slips = actor_of(request), list[sheets.Slip]()
    form = SheetForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            rows, slips = sheets.read_rows(kind, form.cleaned_data["upload"], actor=actor)
            if not slips:
                made = open_all(kind=kind, forms=rows, area=home_area(actor), actor=actor, now=timezone.now())
                messages.success(request, f"已登记 {made} {kind.of.unit}{kind.label}")
                return redirect(f"matter-{kind.code}-list")
        except Refusal as refusal:
            words = (refusal.where, refusal.message, refusal.remedy)
            form.add_error("upload", "。".join(part for part in words if part))
    context = {
        "form": form,
        "kind": kind,
        "slips": slips[:200],
        "all": len(slips),
        "heads": sheets.heads(kind, actor=actor),
    }
    return render(request, "matters/import.html", context, status=422 if slips or form.errors else 200)


@require_safe
def matter_template(request: HttpRequest, kind: Kind) -> HttpResponseBase:
    """Hand out the workbook to fill."""
    return FileResponse(
        sheets.template(kind, actor=actor_of(request)), as_attachment=True, filename=f"{kind.label}_登记表.xlsx"
    )
