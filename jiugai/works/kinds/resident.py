"""The kind 居民监督: plain words from the public page, answered by a named person."""

from collections.abc import Mapping
from typing import Any

from jiugai.accounts.permissions import Permission
from jiugai.domain.process import Clock, Move, Process, Stage, filled
from jiugai.matters.kinds import KindOf, register
from jiugai.web.tables.columns import Column
from jiugai.works.kinds._shared import PROJECT, owned_by, page_of, prepared
from jiugai.works.models import ResidentReport

ANSWER = (filled("confirmed", "是否属实"), filled("answer", "答复"), filled("answered_by", "答复人"))
PROCESS = Process(
    kind="resident_report",
    label="居民监督",
    stages=(
        Stage("received", "待核实答复", Clock(5, clause="T20-1"), tag="soon"),
        Stage("answered", "已答复", end=True, tag="ok"),
    ),
    moves=(
        Move("answer", "答复居民", ("received",), "answered", needs=ANSWER, announces="resident_answered",
             result="已答复", icon="message-reply"),
    ),
    opens="resident_reported",
)  # fmt: skip


def _title(values: Mapping[str, Any], community: Any) -> str:
    return f"居民说：{values.get('words', '')[:40]}"


def declare() -> None:
    """Make the kind known."""
    register(
        ResidentReport,
        KindOf(
            process=PROCESS,
            form_fields=("project", "words", "place"),
            edit_fields=("field", "confirmed", "answer", "answered_by"),
            list_columns=(
                PROJECT,
                Column(key="words", label="居民说的", value=lambda r: r.words, width=28),
                Column(key="confirmed", label="属实", value=lambda r: {True: "属实", False: "不属实"}.get(r.confirmed),
                       blank="没有核实"),
                Column(key="by", label="答复人", value=lambda r: r.answered_by, blank="没有答复"),
            ),
            clauses=("T20-1",),
            line="renovation",
            icon="message-circle",
            opens=Permission.SITE_CHECK,
            title=_title,
            owner=owned_by("organiser"),
            remarks="居民在小区公开页上提的会自动进来；电话、当面提的在这里登记",
            page=page_of("site", "项目的现场"),
            prepare=prepared(built=None),
        ),
    )  # fmt: skip
