"""The form of a holiday notice: typed, or as a file in YAML or Excel."""

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import yaml
from django import forms
from django.core.exceptions import ValidationError
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from jiugai.domain.calendar import BadYear, YearNotice, year_of
from jiugai.web.fields import day_field

LARGEST = 1024 * 1024
HEADS = ("日期", "安排", "节日")
_RANGE = re.compile(r"^(\d{4}-\d{1,2}-\d{1,2})(?:\s*(?:至|—|-{2}|~)\s*(\d{4}-\d{1,2}-\d{1,2}))?$")


class NoticeForm(forms.Form):
    """Year, days off and make-up days, one per line; or a file with the same."""

    upload = forms.FileField(
        label="YAML 或 Excel 文件", required=False,
        help_text="Excel 第一行写“日期、安排、节日”，安排填“放假”或“上班”；选了文件就不用填下面",
    )  # fmt: skip
    year = forms.IntegerField(label="年份", min_value=2004, max_value=2056, required=False)
    title = forms.CharField(label="标题", max_length=160, required=False)
    number = forms.CharField(label="文号", max_length=60, required=False)
    issued = day_field("印发日期", required=False)
    holidays = forms.CharField(
        label="放假", required=False, widget=forms.Textarea(attrs={"rows": 7}),
        help_text="每行一个日期或一段，后面写节日，例如：2027-01-01 至 2027-01-03 元旦",
    )  # fmt: skip
    workdays = forms.CharField(
        label="周末上班", required=False, widget=forms.Textarea(attrs={"rows": 4}), help_text="例如：2027-02-14 春节"
    )

    def clean(self) -> dict[str, Any]:
        """Build the notice from the file, or from what was typed."""
        values = super().clean() or {}
        if self.errors:
            return values
        try:
            values["notice"] = self._from_file(values) if values.get("upload") else self._typed(values)
        except BadYear as problem:
            raise ValidationError(f"没有录入：{problem}") from None
        return values

    def _typed(self, values: dict[str, Any]) -> YearNotice:
        if not values.get("year") or not values.get("holidays"):
            raise BadYear("要填年份和放假日期，或者选文件")
        return YearNotice(
            values["year"], dict(_lines(values["holidays"])), dict(_lines(values["workdays"])), values["title"],
            values["number"], values["issued"],
        )  # fmt: skip

    def _from_file(self, values: dict[str, Any]) -> YearNotice:
        file = values["upload"]
        if file.size > LARGEST:
            raise BadYear("文件超过 1 MB，放假通知没有这么大")
        if file.name.lower().endswith((".yaml", ".yml")):
            return _yaml(file.read())
        return _workbook(file, values)


def _lines(text: str) -> Iterator[tuple[date, str]]:
    for line in filter(None, (one.strip() for one in text.splitlines())):
        days, _, name = line.rpartition(" ")
        if not days:
            raise BadYear(f"看不懂“{line[:40]}”，写成 2027-01-01 元旦")
        yield from ((day, name) for day in _span(days.strip(), line))


def _span(text: str, line: str) -> Iterator[date]:
    found = _RANGE.match(text)
    try:
        first = _day(found[1]) if found else None
        last = _day(found[2]) if found and found[2] else first
    except ValueError:
        first = last = None
    if first is None or last is None or not 0 <= (last - first).days <= 30:
        raise BadYear(f"看不懂“{line[:40]}”，写成 2027-01-01 至 2027-01-03 元旦")
    for offset in range((last - first).days + 1):
        yield first + timedelta(days=offset)


def _day(text: str) -> date:
    year, month, day = text.split("-")
    return date(int(year), int(month), int(day))


def _yaml(content: bytes) -> YearNotice:
    try:
        return year_of(yaml.safe_load(content.decode("utf-8")))
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as problem:
        raise BadYear("不是 UTF-8 的 YAML 文件") from problem


def _workbook(file: Any, values: dict[str, Any]) -> YearNotice:
    try:
        sheet = load_workbook(file, read_only=True, data_only=True).worksheets[0]
        rows = list(sheet.iter_rows(max_row=400, max_col=3, values_only=True))
    except (InvalidFileException, OSError, KeyError, ValueError, IndexError) as problem:
        raise BadYear("打不开这个文件，要 xlsx 或 yaml") from problem
    if not rows or tuple(str(cell or "").strip() for cell in rows[0]) != HEADS:
        raise BadYear(f"第一行要是：{'、'.join(HEADS)}")
    off: dict[date, str] = {}
    worked: dict[date, str] = {}
    for number, (day, what, name) in enumerate(rows[1:], 2):
        if day is None and what is None:
            continue
        if not isinstance(day, datetime) or what not in {"放假", "上班"}:
            raise BadYear(f"第 {number} 行：日期要是日期格式，安排填“放假”或“上班”")
        (off if what == "放假" else worked)[day.date()] = str(name or "")
    years = {day.year for day in off}
    year = values.get("year") or max(years, default=0)
    return YearNotice(year, off, worked, values["title"], values["number"], values["issued"])
