"""The menu and the rate table as workbooks, handed out and read back; wrong cells are named, nothing is half taken."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from io import BytesIO
from typing import Any

from django.db import transaction
from openpyxl import Workbook
from openpyxl.styles import Font

from jiugai.accounts.actor import Actor
from jiugai.domain.district_groups import groups_on
from jiugai.domain.errors import Refusal
from jiugai.domain.menu.catalogue import Class
from jiugai.planning.actions.cataloguing import NewRate, WrongRate, check_rate, import_rates
from jiugai.planning.actions.menu_compiling import tell_menu
from jiugai.planning.actions.menu_editing import Decision, OutsideWork, add_outside, decide, lock_menu
from jiugai.planning.actions.menu_pricing import reprice
from jiugai.planning.actions.pledge_import import Wrong, WrongRows, day_of, read_sheet, text_of
from jiugai.planning.catalogues import catalogue_on
from jiugai.planning.models import MenuLine, ProjectMenu, UnitRate
from jiugai.registry.models import Community
from jiugai.web.export import safe_text

MENU_COLUMNS = (
    "序号", "小区", "代码", "类别", "内容", "选定", "不做的理由", "数量", "单位", "单价（元）", "单列金额（元）",
    "金额（元）", "工期（月）", "出资", "触及底线", "批准文号", "批准日期", "说明",
)  # fmt: skip
RATE_COLUMNS = ("内容", "代码", "区域", "年度", "单位", "单价（元）", "批准文号", "批准日期", "状态")
YES, NO = "是", "否"


def menu_workbook(menu: ProjectMenu, lines: Sequence[MenuLine]) -> bytes:
    """Write the lines of a menu in their order."""
    return workbook("改造菜单", MENU_COLUMNS, (_menu_row(line) for line in lines))


def rate_workbook(rates: Iterable[UnitRate], on: date) -> bytes:
    """Write the rates in force; items without one get an empty row to fill in."""
    groups, catalogue = groups_on(on), catalogue_on(on)
    known = {(rate.item, rate.group) for rate in rates}
    rows: list[list[Any]] = []
    for rate in rates:
        item = catalogue.find(rate.item)
        rows.append([item.label if item else rate.item, rate.item, groups.get(rate.group, rate.group), rate.year,
                     rate.unit, rate.yuan, safe_text(rate.reference), rate.approved_on,
                     "暂定" if rate.provisional else "已批准"])  # fmt: skip
    for item in catalogue.items:
        for code, label in groups.items():
            if (item.code, code) not in known:
                rows.append([item.label, item.code, label, on.year, item.measure.unit, None, None, None, None])
    return workbook("单价", RATE_COLUMNS, rows)


def workbook(title: str, heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """Write one sheet with bold heads."""
    book = Workbook()
    sheet = book.active
    if sheet is None:  # openpyxl's own workbook always has one
        raise RuntimeError("a workbook without a sheet")
    sheet.title = title
    sheet.append(list(heads))
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for row in rows:
        sheet.append(list(row))
    sheet.freeze_panes = "A2"
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _menu_row(line: MenuLine) -> list[Any]:
    own = None if line.own_fen is None else Decimal(line.own_fen) / 100
    return [
        line.position, line.community.name, line.item or None, line.get_cls_display(), safe_text(line.label),
        YES if line.chosen else NO, safe_text(line.why_not), line.quantity, line.unit, line.rate_yuan, own,
        line.amount_yuan, line.months, line.get_payer_display(), line.get_touches_display() or None,
        safe_text(line.authority), line.authority_on, safe_text(line.note),
    ]  # fmt: skip


@transaction.atomic
def import_menu(
    *, menu: ProjectMenu, homes: Sequence[Community], content: bytes, actor: Actor, now: datetime, on: date
) -> int:
    """Take decisions from a workbook: rows without 代码 are works outside the menu. Raises WrongRows, NotAllowed."""
    rows = read_sheet(content, ("小区", "代码", "内容", "选定"))
    locked = lock_menu(menu, actor)
    names, wrong = {home.name: home for home in homes}, list[Wrong]()
    lines = {(line.community_id, line.item or line.label): line for line in locked.lines.select_related("community")}
    for number, row in rows:
        try:
            _take(locked, row, names, lines, actor, now, on=on)
        except Refusal as problem:
            wrong.append(Wrong(number, problem.where, text_of(row.get(problem.where)), problem.message, problem.remedy))
    if wrong:
        raise WrongRows(wrong, len(rows))
    reprice(locked, on=on)
    tell_menu(locked, f"导入改造菜单 {len(rows)} 行", actor, now)
    return len(rows)


def _take(
    menu: ProjectMenu, row: Mapping[str, Any], homes: Mapping[str, Community], lines: Mapping[Any, MenuLine],
    actor: Actor, now: datetime, *, on: date,
) -> None:  # fmt: skip
    home = homes.get(text_of(row.get("小区")))
    if home is None:
        raise WrongRate("项目里没有这个小区", where="小区", remedy=f"填{'、'.join(homes)}")
    code, label = text_of(row.get("代码")), text_of(row.get("内容"))
    decision, line = _decision(row), lines.get((home.pk, code or label))
    if line is not None:
        decide(line, decision, actor, now, on=on)
    elif code:
        raise WrongRate("菜单里没有这一行", where="代码", remedy="先在页面上加入目录里的内容，目录外的不填代码")
    else:
        cls = next((one.value for one in Class if one.label == text_of(row.get("类别"))), "")
        work = OutsideWork(home, label, cls, text_of(row.get("单位")) or "项", decision.months or 1, decision=decision)
        add_outside(menu=menu, work=work, actor=actor, now=now, on=on)


def _decision(row: Mapping[str, Any]) -> Decision:
    own, months, place = (_number(row, name) for name in ("单列金额（元）", "工期（月）", "序号"))
    chosen = text_of(row.get("选定"))
    if chosen not in (YES, NO):
        raise WrongRate("认不出选定", where="选定", remedy="填是或否")
    return Decision(
        chosen=chosen == YES,
        why_not=text_of(row.get("不做的理由")),
        quantity=_number(row, "数量"),
        own_fen=None if own is None else int(own * 100),
        months=None if months is None else int(months),
        payer=_choice(row, "出资", MenuLine.Payer.choices) or MenuLine.Payer.PUBLIC,
        touches=_choice(row, "触及底线", MenuLine.Touches.choices),
        authority=text_of(row.get("批准文号")),
        authority_on=_day(row, "批准日期"),
        note=text_of(row.get("说明")),
        position=None if place is None or not 0 < place < 10**6 else int(place),
    )


def read_rates(content: bytes, on: date) -> list[dict[str, Any]]:
    """Read a workbook of rates; rows without a price are left out. Raises WrongRows, WrongSheet, TooLarge."""
    catalogue, groups = catalogue_on(on), {label: code for code, label in groups_on(on).items()}
    found, wrong, rows = (
        list[dict[str, Any]](),
        list[Wrong](),
        read_sheet(content, ("内容", "区域", "年度", "单价（元）")),
    )
    for number, row in rows:
        try:
            yuan = _number(row, "单价（元）")
            if yuan is None:
                continue
            label, code = text_of(row.get("内容")), text_of(row.get("代码"))
            item = catalogue.find(code) or next((one for one in catalogue.items if one.label == label), None)
            year = _number(row, "年度") or Decimal(0)
            new = NewRate(
                item.code if item else label, groups.get(text_of(row.get("区域")), text_of(row.get("区域"))), int(year),
                yuan, text_of(row.get("批准文号")), _day(row, "批准日期"), text_of(row.get("状态")) == "暂定",
            )  # fmt: skip
            check_rate(new, on=on)
            found.append(vars(new))
        except Refusal as problem:
            wrong.append(Wrong(number, problem.where, text_of(row.get(problem.where)), problem.message, problem.remedy))
    if wrong:
        raise WrongRows(wrong, len(rows))
    return found


def take_rates(*, content: bytes, actor: Actor, now: datetime, on: date) -> int:
    """Set the rates of a workbook, all or none. Raises as `read_rates`, and NotAllowed."""
    return import_rates(rows=read_rates(content, on), actor=actor, now=now, on=on)


def _number(row: Mapping[str, Any], name: str) -> Decimal | None:
    text = text_of(row.get(name)).replace(",", "")
    if not text:
        return None
    try:
        value = Decimal(text)
    except InvalidOperation:
        raise WrongRate("认不出数字", where=name, remedy="填数字，不带单位") from None
    if not value.is_finite() or abs(value) > 10**12:
        raise WrongRate("数字太大", where=name, remedy="核对后再填")
    return value


def _day(row: Mapping[str, Any], name: str) -> date | None:
    if not text_of(row.get(name)):
        return None
    found = day_of(row.get(name))
    if found is None:
        raise WrongRate("认不出日期", where=name, remedy="填真实日期，如 2026-11-23")
    return found


def _choice(row: Mapping[str, Any], name: str, choices: Iterable[tuple[str, Any]]) -> str:
    text = text_of(row.get(name))
    found = next((code for code, label in choices if label == text), None)
    if text and found is None:
        raise WrongRate("没有这个选项", where=name, remedy=f"填{'、'.join(str(label) for _, label in choices)}")
    return found or ""
