"""The window guards of all communities as a list."""

from typing import Any

from django.db.models import Q, QuerySet

from jiugai.accounts.permissions import Permission
from jiugai.governance.models import WindowGuard
from jiugai.registry.filters import IDS, PLACES, PROVENANCE
from jiugai.registry.models import Community
from jiugai.web.parts import marks
from jiugai.web.tables.columns import Column
from jiugai.web.tables.filters import Choice, Dates, Exact, FilterSet, Option, Text, equals
from jiugai.web.tables.table import Empty, Link, Table

JUDGED = {True: "影响", False: "不影响", None: "未判断"}
STATES = (
    Option("left", "待拆", Q(removed_on__isnull=True, affects_works=True)),
    Option("open", "未判断", Q(removed_on__isnull=True, affects_works__isnull=True)),
    Option("aside", "不影响", Q(removed_on__isnull=True, affects_works=False)),
    Option("gone", "已拆", Q(removed_on__isnull=False)),
)
TAGS = {"left": "bad", "open": "unk", "aside": "na", "gone": "ok"}


def state_of(row: WindowGuard) -> tuple[str, str]:
    """Return code and words of where the guards of a flat stand."""
    if row.removed_on is not None:
        return "gone", "已拆"
    code = {True: "left", False: "aside", None: "open"}[row.affects_works]
    return code, next(one.label for one in STATES if one.value == code)


def _word(word: str) -> Q:
    return Q(community__name__icontains=word) | Q(building_label=word) | Q(flat__startswith=word)


def _community(text: str, actor: Any) -> tuple[Q, str]:
    row = Community.objects.visible_to(actor).filter(pk=int(text)).only("name").first()
    if row is None:
        raise ValueError(text)
    return Q(community=row.pk), f"小区：{row.name}"


guard_filters = FilterSet(
    (
        Text(name="q", label="搜索", word=_word, placeholder="小区、楼号、房号"),
        *PLACES,
        Choice(name="state", label="状态", options=STATES, main=True),
        Choice(name="mode", label="拆除方式", options=equals("mode", WindowGuard.Mode.choices), main=True),
        Dates(name="removed", label="拆除日期", column="removed_on", is_time=False),
        PROVENANCE,
        Exact(name="community", label="小区", parse=_community),
        IDS,
    )
)


def guard_rows() -> QuerySet[WindowGuard]:
    """Return guards with their community."""
    return WindowGuard.objects.select_related("community").defer("community__boundary", "community__search_text")


def _state(row: WindowGuard) -> Any:
    code, words = state_of(row)
    return marks.state(TAGS[code], words)


GUARDS = Table(
    key="guards",
    title="外窗护栏",
    unit="户",
    name="guard",
    rows=guard_rows,
    filters=guard_filters,
    columns=(
        Column(key="flat", label="户", value=str, lead=True, width=18,
               tag=lambda g: marks.demo() if g.provenance == "demo" else ""),
        Column(key="community", label="小区", value=lambda g: g.community.name, width=20, sort="area_path"),
        Column(key="windows", label="护栏", value=lambda g: g.windows, unit="扇", kind="number"),
        Column(key="affects", label="影响改造", value=lambda g: JUDGED[g.affects_works]),
        Column(key="state", label="状态", value=lambda g: state_of(g)[1], show=_state),
        Column(key="mode", label="拆除方式", value=lambda g: g.get_mode_display(), blank=""),
        Column(key="removed", label="拆除日期", value=lambda g: g.removed_on, kind="date", blank=""),
        Column(key="found", label="登记日期", value=lambda g: g.found_on, kind="date", default=False),
        Column(key="by", label="登记人", value=lambda g: g.by_name),
        Column(key="note", label="备注", value=lambda g: g.note, blank="", default=False, width=24),
    ),
    order="community",
    link=lambda g: f"/communities/{g.community_id}/governance/",
    search_hint="小区、楼号、房号",
    tools=(
        Link("综合治理", "/governance/", "building-community", Permission.MATTER_VIEW),
        Link("从 Excel 登记", "/governance/guards/import/", "file-import", Permission.INVENTORY_RECORD),
    ),
    empty=Empty(
        title="还没有登记外窗护栏",
        text="在小区档案的“治理”页、手机填报或 Excel 里逐户登记，拆除后选自拆、帮拆或劝拆",
        links=(Link("从 Excel 登记", "/governance/guards/import/", "file-import", Permission.INVENTORY_RECORD),),
    ),
)  # fmt: skip
