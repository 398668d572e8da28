"""The weekly report as parts: headings, sentences and tables, which each writer only has to set."""

from dataclasses import dataclass, field

from jiugai.assessment.queries.progress import AreaRow, Progress
from jiugai.assessment.queries.week import Report
from jiugai.domain.projects import State
from jiugai.web.parts.dates import cn_full_date

Cell = str | int
MOST_RULES = 12
MOST_KINDS = 12


@dataclass(frozen=True)
class Sheet:
    """A table: its head, rows, whether the last row is a sum, and the unit above it. Numbers are set right.

    `shares` are the widths of the columns against each other; alike without any.
    """

    head: tuple[str, ...]
    rows: list[tuple[Cell, ...]]
    summed: bool = False
    unit: str = ""
    shares: tuple[float, ...] = ()

    @property
    def widths(self) -> list[float]:
        """The share of each column in the whole width, in percent."""
        shares = self.shares or (1.0,) * len(self.head)
        return [round(100 * share / sum(shares), 2) for share in shares]

    @property
    def wide(self) -> bool:
        """Whether it has too many columns for letters of the usual size."""
        return len(self.head) > 8

    @property
    def heads(self) -> list[tuple[str, bool]]:
        """The words of each column, and whether it holds numbers, which are set right."""
        numeric = [bool(self.rows) and all(isinstance(row[n], int) for row in self.rows) for n in range(len(self.head))]
        return list(zip(self.head, numeric, strict=True))

    @property
    def lines(self) -> list[list[tuple[str, bool]]]:
        """The cells in words, each with whether its column holds numbers."""
        return [
            [(f"{cell:,}" if isinstance(cell, int) else cell, numeric) for cell, (_, numeric) in
             zip(row, self.heads, strict=True)]
            for row in self.rows
        ]  # fmt: skip


@dataclass(frozen=True)
class Part:
    """A numbered part with its sentences and perhaps a table."""

    title: str
    text: list[str] = field(default_factory=list)
    sheet: Sheet | None = None


def title_of(report: Report) -> str:
    """Return the title of the report."""
    return f"{report.place}老旧小区改造工作进展周报"


def signed(report: Report) -> tuple[str, str]:
    """Return the lines at the end: the body that sends it out, and the day."""
    return report.body or report.by, cn_full_date(report.on)


def subtitle_of(report: Report) -> str:
    """Return which week, and until when it is counted."""
    first, last = cn_full_date(report.week.starts), cn_full_date(report.week.ends)
    return f"{first if first == last else f'{first}—{last}'}（{report.week.number}）"


def parts_of(report: Report) -> list[Part]:
    """Return the parts of the report in their order."""
    return [_happened(report), _stages(report.standing), _late(report), _blocked(report.standing), _notes(report)]


def _happened(report: Report) -> Part:
    moved = [f"{words} {now} 个" for words, now, _ in report.steps if now]
    text = f"本周{'、'.join(moved)}" if moved else "本周没有新的进展记录"
    rows: list[tuple[Cell, ...]] = [(words, now, before, _change(now - before)) for words, now, before in report.steps]
    sentence = f"{text}。新提出事项 {report.opened:,} 件，办结 {report.closed:,} 件。"
    return Part(
        "一、本周进展",
        [sentence],
        Sheet(("事项", "本周", "上周", "比上周"), rows, unit="单位：次", shares=(3, 1, 1, 1.4)),
    )


def _change(difference: int) -> str:
    return "持平" if difference == 0 else f"{'增加' if difference > 0 else '减少'} {abs(difference):,}"


def _stages(standing: Progress) -> Part:
    whole = standing.whole
    there = [f"{label} {whole.by_state[code]:,} 个" for code, label in standing.states if whole.by_state[code]]
    if not there:
        return Part("二、项目总体情况", ["辖区里还没有改造项目。"])
    words = "，".join(there)
    head = (standing.of, *(label for _, label in standing.states), "合计", "逾期事项")
    rows: list[tuple[Cell, ...]] = [_area(row, standing) for row in standing.rows]
    if len(rows) > 1:
        rows.append(_area(whole, standing))
    shares = (1.6, *(1.0 for _ in standing.states), 1.0, 1.25)
    sheet = Sheet(head, rows, summed=len(rows) > 1, unit="单位：项目（个），逾期事项（件）", shares=shares)
    return Part("二、项目总体情况", [f"在册项目 {whole.total:,} 个，其中{words}。"], sheet)


def _area(row: AreaRow, standing: Progress) -> tuple[Cell, ...]:
    return (row.name, *(row.by_state[code] for code, _ in standing.states), row.total, row.late)


def _late(report: Report) -> Part:
    standing = report.standing
    if not standing.late:
        return Part("三、逾期事项", ["没有逾期事项。"])
    first = standing.late[0]
    text = f"逾期事项 {standing.whole.late:,} 件，最多的是{first.label}，{first.number:,} 件。"
    rows: list[tuple[Cell, ...]] = [(k.label, k.number, cn_full_date(k.oldest)) for k in standing.late[:MOST_KINDS]]
    return Part("三、逾期事项", [text], Sheet(("类型", "逾期", "最早到期"), rows, unit="单位：件", shares=(3, 1, 2)))


def _blocked(standing: Progress) -> Part:
    if not standing.blocked:
        return Part("四、卡在哪里", ["没有项目被下一道关口拦住。"])
    first = standing.blocked[0]
    text = f"拦住项目最多的是{first.gate_label}关口的“{first.title}”，涉及 {first.all:,} 个小区。"
    rows: list[tuple[Cell, ...]] = [
        (b.gate_label, b.title, b.clause, b.failed, b.unknown) for b in standing.blocked[:MOST_RULES]
    ]
    head = ("关口", "规则", "条款", "不符合", "资料不足")
    more = len(standing.blocked) - MOST_RULES
    tail = [f"另有 {more} 条规则未列出，见平台“进展”页。"] if more > 0 else []
    return Part("四、卡在哪里", [text, *tail], Sheet(head, rows, unit="单位：个小区", shares=(1.6, 4.2, 1, 0.9, 1.1)))


def _notes(report: Report) -> Part:
    text = [f"编制：{report.by}。项目、逾期和关口是 {cn_full_date(report.on)} 的情况；本周进展按平台登记时间统计。"]
    if report.standing.whole.by_state[State.PROPOSED.value]:
        text.append("还没有进入储备库的项目只是提出，不计入改造任务。")
    if report.demo:
        text.append(f"含演示数据：事项 {report.demo:,} 件为演示，不作为工作依据。")
    return Part("说明", text)
