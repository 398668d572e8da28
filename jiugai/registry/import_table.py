"""The list of imports."""

from typing import Any

from django.db.models import Q
from django.urls import reverse

from jiugai.accounts.permissions import Permission
from jiugai.registry.intake.batches import State
from jiugai.registry.models import ImportBatch
from jiugai.registry.models.imports import Target
from jiugai.web.parts import marks
from jiugai.web.tables.columns import Column
from jiugai.web.tables.filters import Choice, FilterSet, Option, Text
from jiugai.web.tables.table import Empty, Link, Table

KINDS = {
    State.UPLOADED: "na", State.MAPPED: "na", State.CHECKING: "run", State.CHECKED: "unk", State.WRITING: "run",
    State.WRITTEN: "ok", State.UNDOING: "run", State.UNDONE: "na", State.FAILED: "bad", State.STOPPED: "sus",
}  # fmt: skip


GIVEN_UP = Q(state=State.UNDONE, summary__has_key="given_up")


def _states() -> list[Option]:
    """Return the states, those put aside before anything was written apart from those taken back."""
    found = [Option(s.value, s.label, Q(state=s) & ~GIVEN_UP) for s in State]
    return [*found, Option("given_up", "已放弃", GIVEN_UP)]


def _state(row: ImportBatch) -> Any:
    if row.state == State.CHECKED:
        return marks.state("bad", f"{row.errors:,} 处要改") if row.errors else marks.state("unk", "等待确认写入")
    return marks.state(KINDS[State(row.state)], row.state_words)


def _came_of_it(row: ImportBatch) -> str:
    counts = row.summary.get("written") or {}
    said = [f"新增 {counts.get('new', 0):,}", f"更改 {counts.get('change', 0):,}"]
    return "，".join(said) if counts else ""


def _source(row: ImportBatch) -> str:
    return row.source.name if row.source else "多个，见各项事实" if row.file_kind == "shipped" else ""


def _word(word: str) -> Q:
    return Q(file_name__icontains=word) | Q(number__icontains=word) | Q(uploaded_by_name__icontains=word)


IMPORTS = Table(
    key="imports",
    title="导入",
    unit="批",
    name="import",
    rows=lambda: ImportBatch.objects.select_related("source"),
    filters=FilterSet(
        (
            Text(name="q", label="搜索", word=_word, placeholder="文件名、批次号、上传人"),
            Choice(
                name="state",
                label="状态",
                main=True,
                options=_states(),
            ),
            Choice(
                name="target",
                label="导入为",
                main=True,
                options=[Option(t.value, t.label, Q(target=t)) for t in Target],
            ),
        )
    ),
    columns=(
        Column(
            key="file",
            label="文件",
            value=lambda row: row.file_name,
            lead=True,
            width=34,
            second=lambda row: row.number,
        ),
        Column(key="target", label="导入为", value=lambda row: row.get_target_display()),
        Column(key="source", label="来源", value=_source, blank="还没有填"),
        Column(key="rows", label="行数", value=lambda row: row.rows_total or None, kind="number", blank="还没有读"),
        Column(key="state", label="状态", value=lambda row: row.state_words, show=_state),
        Column(key="came", label="写入", value=_came_of_it, blank=""),
        Column(key="who", label="上传人", value=lambda row: row.uploaded_by_name),
        Column(key="at", label="上传时间", value=lambda row: row.uploaded_at, kind="time", sort="id"),
    ),
    order="-at",
    link=lambda row: reverse("import-batch", args=[row.pk]),
    empty=Empty(
        title="还没有导入过数据",
        text="把小区或楼栋的表格传上来，先查错、看清会改什么，确认后才写入；写错了可以整批撤回",
    ),
    tools=(Link("导入文件", "/imports/new/", "upload", Permission.IMPORT_RUN),),
    search_hint="文件名、批次号、上传人",
    exportable=False,
)
