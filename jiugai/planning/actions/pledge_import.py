"""Taking in a workbook of pledges: wrong rows are named with their place, and nothing is written until none is left."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from io import BytesIO
from typing import Any

from django.db import transaction
from python_calamine import CalamineError, CalamineWorkbook

from jiugai.accounts import audit
from jiugai.accounts.actor import Actor
from jiugai.accounts.codes import Action
from jiugai.accounts.guard import require
from jiugai.accounts.permissions import Permission
from jiugai.domain.errors import Refusal, TooLarge
from jiugai.domain.pledge import ANSWER_WORDS, M2
from jiugai.planning.actions.pledging import Said, WrongPledge, check, flats_of, tell, write_pledge
from jiugai.registry.models import Community

COLUMNS = ("楼门户", "答复", "日期", "建筑面积（㎡）", "说明")
MOST_ROWS = 20_000
LARGEST_BYTES = 20 * 1024 * 1024
SHOWN = 200


class WrongSheet(Refusal):
    """The file is no workbook, or its head is not ours."""

    code = "wrong_sheet"


@dataclass(frozen=True)
class Wrong:
    """A cell that cannot be taken: where, what was typed, why, how to mend."""

    row: int
    column: str
    typed: str
    why: str
    mend: str


class WrongRows(Refusal):
    """Some rows cannot be taken; nothing was written."""

    code = "wrong_rows"

    def __init__(self, wrong: Sequence[Wrong], total: int) -> None:
        super().__init__(
            f"{total} 行里有 {len({w.row for w in wrong})} 行有错，一行都没有写入",
            where="Excel 文件",
            remedy="照下面改好，再传一次",
            details=[f"第 {w.row} 行 {w.column}：{w.why}。{w.mend}" for w in wrong[:SHOWN]],
        )
        self.wrong = tuple(wrong[:SHOWN])


@transaction.atomic
def import_pledges(*, community: Community, content: bytes, actor: Actor, now: datetime, on: date) -> int:
    """Keep every answer of the first sheet; return how many. Raises NotAllowed, WrongSheet, WrongRows, TooLarge."""
    require(actor, Permission.MOBILISE, community)
    rows = read_sheet(content)
    said, wrong = _understood(rows, on=on)
    if wrong:
        raise WrongRows(wrong, len(rows))
    flats = flats_of(community)
    for number, one in said:
        try:
            write_pledge(community=community, said=one, actor=actor, now=now, on=on, flats=flats)
        except WrongPledge as problem:
            wrong.append(Wrong(number, problem.where, one.door, problem.message, problem.remedy))
    if wrong:
        raise WrongRows(wrong, len(rows))
    audit.record(action=Action.PLEDGES_IMPORTED, actor=actor, subject=community, after={"户数": len(said)})
    tell(community, f"导入 {len(said)} 户", actor, now)
    return len(said)


def read_sheet(content: bytes, needed: Sequence[str] = COLUMNS[:3]) -> list[tuple[int, dict[str, Any]]]:
    """Return the rows below the head with their numbers; `needed` are asked for. Raises WrongSheet, TooLarge."""
    if len(content) > LARGEST_BYTES:
        raise TooLarge("文件超过 20 MB", where="Excel 文件", remedy="拆成几份")
    try:
        sheet = CalamineWorkbook.from_object(BytesIO(content)).get_sheet_by_index(0)
        table = sheet.to_python(skip_empty_area=False)
    except (CalamineError, ValueError, IndexError, OSError) as problem:
        raise WrongSheet("打不开这个文件", where="Excel 文件", remedy="用这里下载的模板填写") from problem
    heads = [str(cell).strip() for cell in table[0]] if table else []
    missing = [name for name in needed if name not in heads]
    if missing:
        raise WrongSheet(f"第 1 行没有这些列：{'、'.join(missing)}", where="表头", remedy="用这里下载的模板填写")
    rows = [
        (number, dict(zip(heads, row, strict=False)))
        for number, row in enumerate(table[1:], 2)
        if any(str(cell).strip() for cell in row)
    ]
    if not rows:
        raise WrongSheet("表头下面没有内容", where="Excel 文件", remedy="填好再传")
    if len(rows) > MOST_ROWS:
        raise TooLarge(f"超过 {MOST_ROWS:,} 行", where="Excel 文件", remedy="拆成几份")
    return rows


def _understood(rows: Sequence[tuple[int, dict[str, Any]]], *, on: date) -> tuple[list[tuple[int, Said]], list[Wrong]]:
    """Turn cells into answers; a flat that stands twice is wrong, because nobody knows which counts."""
    found: list[tuple[int, Said]] = []
    wrong: list[Wrong] = []
    seen: dict[str, int] = {}
    for number, row in rows:
        said = _one(number, row, wrong)
        if said is None:
            continue
        try:
            name = check(said, on=on)
        except WrongPledge as problem:
            wrong.append(Wrong(number, problem.where, said.door, problem.message, problem.remedy))
            continue
        if name in seen:
            wrong.append(Wrong(number, "楼门户", said.door, f"和第 {seen[name]} 行是同一户", "只留一行"))
        seen[name] = number
        found.append((number, said))
    return found, wrong


def _one(number: int, row: dict[str, Any], wrong: list[Wrong]) -> Said | None:
    before = len(wrong)
    answer = ANSWER_WORDS.get(str(row.get("答复", "")).strip())
    if answer is None:
        wrong.append(Wrong(number, "答复", str(row.get("答复", "")), "认不出答复", "填已承诺、不同意或未见到"))
    day = day_of(row.get("日期"))
    if day is None:
        wrong.append(Wrong(number, "日期", str(row.get("日期", "")), "认不出日期", "填真实日期，如 2026-11-23"))
    area, fine = _area(row.get("建筑面积（㎡）"))
    if not fine:
        typed = str(row.get("建筑面积（㎡）"))
        wrong.append(Wrong(number, "建筑面积（㎡）", typed, "认不出面积", "填数字，不带单位"))
    if len(wrong) > before or answer is None or day is None:
        return None
    return Said(text_of(row.get("楼门户")), answer.value, day, area, note=text_of(row.get("说明")))


def text_of(cell: Any) -> str:
    """Return a cell as text; a room number typed as a number has no decimals."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else str(cell).strip()


def day_of(cell: Any) -> date | None:
    """Return a cell as a day, however it was typed; None when it is none."""
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    if isinstance(cell, int | float) and 20_000 < cell < 80_000:
        return date(1899, 12, 30) + timedelta(days=int(cell))
    text = text_of(cell).replace("年", "-").replace("月", "-").replace("日", "").replace("/", "-").replace(".", "-")
    parts = text.split("-")
    if len(parts) != 3 or not all(part.isdigit() and len(part) <= 4 for part in parts):
        return None
    try:
        return date(*map(int, parts))
    except ValueError:
        return None


def _area(cell: Any) -> tuple[int | None, bool]:
    """Return the area in cm² and whether the cell could be read; an empty one says nothing."""
    text = text_of(cell).replace(",", "")
    if not text:
        return None, True
    try:
        value = Decimal(text)
    except InvalidOperation:
        return None, False
    return (int(value * M2), True) if value.is_finite() and abs(value) < 10**6 else (None, False)
