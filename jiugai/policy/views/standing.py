"""The district table: all gates at a glance, and one gate by rule and by area."""

from io import BytesIO

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe
from openpyxl import Workbook

from jiugai.accounts import audit
from jiugai.accounts.codes import Action
from jiugai.accounts.guard import actor_of, needs
from jiugai.accounts.models import Area
from jiugai.accounts.permissions import Permission, may
from jiugai.domain.errors import Refusal
from jiugai.domain.gates import GATE_RULES
from jiugai.domain.stages import GATES
from jiugai.policy.queries.standing import Standing, standing
from jiugai.policy.views.gates import gate_named
from jiugai.web.downloads import disposition


@require_safe
@needs(Permission.GATE_VIEW)
def gate_list(request: HttpRequest) -> HttpResponse:
    """Show the gates of a community's life and how many rules each has."""
    gates = [{"gate": gate, "rules": len(GATE_RULES[gate.code])} for gate in GATES]
    return render(request, "policy/gates.html", {"gates": gates})


@require_safe
@needs(Permission.GATE_VIEW)
def gate_table(request: HttpRequest, gate: str) -> HttpResponse:
    """Show which rule keeps how many communities out."""
    actor, area = actor_of(request), area_asked(request)
    context = {
        "s": standing(gate=gate_named(gate), actor=actor, area=area),
        "gates": GATES,
        "may_export": may(actor, Permission.EXPORT),
        "trail": _trail(area),
    }
    return render(request, "policy/gate_table.html", context)


@require_safe
@needs(Permission.GATE_VIEW, Permission.EXPORT)
def gate_export(request: HttpRequest, gate: str) -> FileResponse:
    """Hand out the district table as a workbook."""
    actor, area = actor_of(request), area_asked(request)
    table = standing(gate=gate_named(gate), actor=actor, area=area)
    name = f"{table.gate.label}关口_{area.name if area else '全部辖区'}_{timezone.localdate():%Y%m%d}.xlsx"
    audit.record(action=Action.EXPORTED, actor=actor, subject=name, after={"关口": table.gate.label})
    return FileResponse(
        _workbook(table, actor.name), as_attachment=False,
        headers={
            "Content-Type": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "Content-Disposition": disposition(name),
        },
    )  # fmt: skip


def area_asked(request: HttpRequest) -> Area | None:
    """Return the area of the address. Raises Refusal for a code that does not exist."""
    code = request.GET.get("area", "")
    if not code:
        return None
    found = Area.objects.filter(code=code).defer("boundary").first() if len(code) <= 12 else None
    if found is None:
        raise Refusal("没有这个辖区", where="area", remedy="从上一级的表里点进来")
    return found


def _trail(area: Area | None) -> list[Area]:
    """Return the areas above and the area itself, without the city."""
    codes = [code for code in area.path.split("/") if code][1:] if area else []
    return list(Area.objects.filter(code__in=codes).defer("boundary").order_by("path")) if codes else []


def _workbook(table: Standing, who: str) -> BytesIO:
    book = Workbook()
    sheet = book.active
    assert sheet is not None  # noqa: S101 - a new workbook has a sheet
    sheet.title = "按规则"
    sheet.append(["规则", "条款", "不符合（个）", "待核实（个）", "例外（个）", "拦住（个）"])
    for row in table.rules:
        sheet.append([row.title, row.clause, row.failed, row.unknown, row.waived, row.blocked])
    areas = book.create_sheet("按辖区")
    areas.append(["辖区", "小区（个）", "放行（个）", "其中例外（个）", "拦住（个）"])
    for one in table.areas:
        areas.append([one.name, one.total, one.open, one.waived, one.shut])
    about = book.create_sheet("说明")
    about.append(["关口", table.gate.label])
    about.append(["辖区", table.area.name if table.area else "全部可见辖区"])
    about.append(
        ["核对时间", f"{timezone.localtime(table.judged_at):%Y-%m-%d %H:%M}" if table.judged_at else "没有核对过"]
    )
    about.append(["没有核对（个）", table.not_judged])
    about.append(["导出人", who])
    about.append(["说明", "含演示小区时，数字不得用于统计上报；待核实不等于符合"])
    made = BytesIO()
    book.save(made)
    made.seek(0)
    return made
