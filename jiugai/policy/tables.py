"""The lists of policy as declarations: how gates stand for communities, exceptions, policy documents."""

from collections.abc import Sequence
from datetime import date

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from jiugai.accounts.actor import Actor
from jiugai.accounts.permissions import Permission
from jiugai.domain.gates import GATE_RULES
from jiugai.domain.stages import GATES
from jiugai.policy.models import LatestVerdict, PolicyDocument, PolicyVersion, Waiver
from jiugai.policy.showing import gate_url, title_of
from jiugai.registry.filters import InArea, districts, streets
from jiugai.registry.models import Community
from jiugai.web.parts import marks
from jiugai.web.tables.columns import Column
from jiugai.web.tables.filters import Choice, FilterSet, Option, Text, equals
from jiugai.web.tables.params import Params, split
from jiugai.web.tables.table import Empty, Link, Table

GATES_WITH_RULES = [(gate.code, gate.label) for gate in GATES if GATE_RULES[gate.code]]


def verdict_rows() -> QuerySet[LatestVerdict]:
    """Return how gates stand, without merged and withdrawn communities."""
    rows = LatestVerdict.objects.select_related("community__area")
    rows = rows.filter(community__merged_into__isnull=True, community__withdrawn_at__isnull=True)
    return rows.defer("community__boundary", "community__area__boundary", "community__search_text")


def _rules(_actor: Actor | None, params: Params) -> Sequence[Option]:
    """Return the rules of the chosen gates as options: what each keeps out, for whatever reason."""
    chosen = split(params.get("gate", ())) or [code for code, _ in GATES_WITH_RULES]
    names = dict.fromkeys(rule for gate in chosen for rule in GATE_RULES.get(gate, ()))
    return [Option(name, title_of(name), Q(failed__contains=[name]) | Q(unknown__contains=[name])) for name in names]


def _because() -> tuple[Option, ...]:
    return (
        Option("failed", "有不符合项", ~Q(failed=[])),
        Option("unknown", "只有待核实项", Q(failed=[]) & ~Q(unknown=[])),
        Option("waived", "按例外放行", Q(lets_through=True, is_open=False)),
        Option("open", "各条都符合", Q(is_open=True)),
    )


def _rule_words(row: LatestVerdict) -> str:
    return "、".join(title_of(rule) for rule in [*row.failed, *row.unknown])


def _state(row: LatestVerdict) -> SafeString:
    if row.is_open:
        return marks.state("ok", "打开")
    if row.lets_through:
        return marks.state("sus", "按例外放行")
    return marks.state("bad", "关闭") if row.failed else marks.state("unk", "待核实")


def _state_words(row: LatestVerdict) -> str:
    return "打开" if row.is_open else "按例外放行" if row.lets_through else "关闭" if row.failed else "待核实"


def _name(community: Community) -> SafeString:
    mark = marks.demo() if community.provenance == "demo" else ""
    return format_html("{} {}", community.name, mark)


VERDICTS = Table(
    key="verdicts",
    title="小区关口现状",
    unit="条",
    name="verdict",
    rows=verdict_rows,
    filters=FilterSet(
        (
            Text(name="q", label="小区", word=lambda word: Q(community__name__icontains=word)),
            Choice(name="gate", label="关口", main=True, options=equals("gate", GATES_WITH_RULES)),
            Choice(name="rule", label="拦在哪条", main=True, options=_rules),
            Choice(name="why", label="现状", main=True, options=_because()),
            InArea(name="district", label="区", options=districts, main=True),
            InArea(name="area", label="街道", options=streets),
        )
    ),
    columns=(
        Column(key="community", label="小区", value=lambda v: v.community.name, lead=True, width=24,
               show=lambda v: _name(v.community)),
        Column(key="code", label="编号", value=lambda v: v.community.code, default=False, width=18),
        Column(key="area", label="街道（区）", value=lambda v: v.community.area.name, sort="area_path", width=16),
        Column(key="gate", label="关口", value=lambda v: v.get_gate_display(), width=12),
        Column(key="state", label="现状", value=_state_words, show=_state, width=12),
        Column(key="rules", label="拦在", value=_rule_words, blank="", width=60),
        Column(key="count", label="拦住的条数", value=lambda v: len(v.failed) + len(v.unknown), kind="number"),
        Column(key="waived", label="例外", value=lambda v: "、".join(title_of(r) for r in v.waived), blank="",
               default=False, width=30),
        Column(key="judged", label="核对时间", value=lambda v: v.judged_at, kind="time", default=False, width=18),
    ),
    order="area",
    link=lambda v: gate_url(v.community, v.gate),
    search_hint="小区名称",
    empty=Empty(kind="first", title="还没有核对过", text="每天夜里核对一次；也可以运行 jiugai judge"),
    tools=(Link("按规则汇总", "/gates/", "table", Permission.GATE_VIEW),),
)  # fmt: skip


def _waiver_states() -> Sequence[Option]:
    today = timezone.localdate()
    return [
        Option("held", "有效", Q(ended_at__isnull=True, since__lte=today, until__gte=today)),
        Option("run_out", "已到期", Q(ended_at__isnull=True, until__lt=today)),
        Option("ended", "提前终止", Q(ended_at__isnull=False)),
    ]


def _waiver_state(row: Waiver) -> str:
    if row.ended_at:
        return "提前终止"
    return "有效" if row.since <= timezone.localdate() <= row.until else "不在期内"


WAIVERS = Table(
    key="waivers",
    title="例外",
    unit="条",
    name="waivers",
    rows=lambda: Waiver.objects.select_related("community", "organisation").defer("community__boundary"),
    filters=FilterSet(
        (
            Text(name="q", label="小区", word=lambda w: Q(community__name__icontains=w) | Q(authority__icontains=w)),
            Choice(name="state", label="状态", main=True, options=lambda _a, _p: _waiver_states()),
            InArea(name="district", label="区", options=districts, main=True),
        )
    ),
    columns=(
        Column(key="community", label="小区", value=lambda w: w.community.name, lead=True, width=24,
               show=lambda w: _name(w.community)),
        Column(key="rule", label="规则", value=lambda w: title_of(w.rule), width=24),
        Column(key="authority", label="批准依据", value=lambda w: w.authority, width=36),
        Column(key="reason", label="理由", value=lambda w: w.reason, width=40, default=False),
        Column(key="since", label="起", value=lambda w: w.since, kind="date"),
        Column(key="until", label="止", value=lambda w: w.until, kind="date"),
        Column(key="state", label="状态", value=_waiver_state),
        Column(key="who", label="批准人", value=lambda w: w.granted_by_name),
        Column(key="granted", label="批准时间", value=lambda w: w.granted_at, kind="time", sort="granted_at"),
    ),
    order="-granted",
    link=lambda w: reverse("waiver", args=[w.pk]),
    search_hint="小区、批准依据",
    empty=Empty(kind="first", title="没有批准过例外", text="例外从小区的关口页批准，写明依据、理由和期限"),
)  # fmt: skip


def policy_rows() -> QuerySet[PolicyDocument]:
    """Return the documents with their versions and how much they are linked to."""
    return PolicyDocument.objects.prefetch_related("versions").annotate(n_links=Count("links"))


def _version(row: PolicyDocument) -> PolicyVersion | None:
    return next(iter(row.versions.all()), None)


def _in_force(row: PolicyDocument) -> date | None:
    version = _version(row)
    return (version.since or version.issued_on) if version else None


POLICIES = Table(
    key="policies",
    title="政策库",
    unit="份",
    name="policy",
    rows=policy_rows,
    filters=FilterSet(
        (
            Text(name="q", label="名称", word=lambda word: Q(search_text__icontains=word)),
            Choice(name="level", label="类别", main=True, options=equals("level", PolicyDocument.Level.choices)),
        )
    ),
    columns=(
        Column(key="title", label="名称", value=lambda d: d.title, lead=True, sort="title", width=50,
               second=lambda d: d.number),
        Column(key="number", label="文号", value=lambda d: d.number, blank="", default=False, width=24),
        Column(key="issuer", label="发文机关", value=lambda d: d.issuer, blank="", width=24),
        Column(key="level", label="类别", value=lambda d: d.get_level_display(), sort="level"),
        Column(key="since", label="施行（发布）", kind="date", blank="",
               value=_in_force),
        Column(key="versions", label="版次", value=lambda d: len(d.versions.all()), kind="number"),
        Column(key="links", label="关联", value=lambda d: d.n_links, kind="number"),
    ),
    order="level",
    link=lambda d: reverse("policy", args=[d.pk]),
    search_hint="名称、文号、发文机关",
    empty=Empty(kind="missing", title="政策库还是空的", text="运行 jiugai load_policies 装入随产品文件"),
    tools=(Link("收录文件", "/policies/new/", "plus", Permission.POLICY_MANAGE),
           Link("规则", "/rules/", "scale", Permission.POLICY_VIEW),
           Link("参数", "/figures/", "adjustments", Permission.POLICY_VIEW),
           Link("草案比较", "/drafts/", "git-compare", Permission.POLICY_VIEW)),
)  # fmt: skip
