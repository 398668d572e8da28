"""The registers of this package as declarations: organisations, people, the audit log, background jobs."""

from collections.abc import Sequence
from datetime import date

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from jiugai.accounts.actor import Actor
from jiugai.accounts.codes import Action
from jiugai.accounts.jobs import STATES, JobQuerySet, job_rows, show_progress, show_state, title_of
from jiugai.accounts.models import Area, AuditEvent, Membership, Organisation, OrganisationName, User
from jiugai.accounts.permissions import Permission
from jiugai.accounts.roles import Role
from jiugai.accounts.wording import changes_in_words
from jiugai.web.parts import marks
from jiugai.web.tables.columns import Column
from jiugai.web.tables.filters import Choice, Dates, FilterSet, Option, Text, equals
from jiugai.web.tables.params import Params
from jiugai.web.tables.table import Empty, Link, Table

_AREA_SHAPES = ("area__boundary", "area__parent__boundary", "area__parent__parent__boundary")


def districts(actor: Actor | None, _params: Params) -> Sequence[Option]:
    """Return the districts as options; a place below belongs to its district."""
    rows = Area.objects.filter(level=Area.Level.DISTRICT).values_list("code", "name", "path")
    return [Option(code, name, Q(area_path__startswith=path)) for code, name, path in rows]


def organisation_rows() -> QuerySet[Organisation]:
    """Return the bodies with their place and their other names."""
    rows = Organisation.objects.select_related("area__parent__parent", "parent").defer(*_AREA_SHAPES)
    return rows.prefetch_related("names")


def _called(word: str) -> Q:
    names = OrganisationName.objects.filter(organisation=OuterRef("pk"), name__icontains=word)
    return Q(name__icontains=word) | Q(full_name__icontains=word) | Q(code__iexact=word) | Q(Exists(names))


def place(area: Area) -> str:
    """Return an area's name behind those of the areas above it, without the city."""
    parts, level = [], area
    while level is not None and level.level != Area.Level.CITY:
        parts.append(level.name)
        level = level.parent  # type: ignore[assignment]
    return " ".join(reversed(parts)) or area.name


def _other_names(row: Organisation) -> str:
    return "、".join(n.name for n in row.names.all())


def _with_demo(words: str, provenance: str) -> SafeString:
    return format_html("{} {}", words, marks.demo()) if provenance == "demo" else format_html("{}", words)


ORGANISATIONS = Table(
    key="organisations",
    title="组织",
    unit="个",
    name="organisation",
    rows=organisation_rows,
    filters=FilterSet(
        (
            Text(name="q", label="名称", word=_called),
            Choice(
                name="kind", label="类型", main=True, options=equals("kind", Organisation.Kind.choices)
            ),
            Choice(name="district", label="区", main=True, options=districts),
        )
    ),
    columns=(
        Column(
            key="name", label="简称", value=lambda o: o.name, sort="name", lead=True,
            show=lambda o: _with_demo(o.name, o.provenance),
            second=lambda o: o.full_name if o.full_name != o.name else "",
        ),
        Column(key="full", label="全称", value=lambda o: o.full_name, width=30, blank="", default=False),
        Column(key="kind", label="类型", value=lambda o: o.get_kind_display(), sort="kind", width=16),
        Column(key="place", label="辖区", value=lambda o: place(o.area), width=24),
        Column(key="parent", label="上级", value=lambda o: str(o.parent or ""), blank="", width=20),
        Column(key="names", label="别名、曾用名", value=_other_names, blank="", width=30),
        Column(key="code", label="代码", value=lambda o: o.code, sort="code", default=False),
    ),
    order="kind",  # departments before 7,535 residents' committees
    link=lambda o: reverse("organisation-file", args=[o.pk]),
    search_hint="简称、全称、曾用名、代码",
    empty=Empty(kind="missing", title="还没有组织", text="运行 jiugai load_bodies 装入部门、区、街道和社区"),
    tools=(Link("人员", "/people/", "users", Permission.USER_MANAGE),
           Link("共享", "/sharing/", "share", Permission.SHARING_MANAGE),
           Link("接口令牌", "/tokens/", "key", Permission.TOKEN_MANAGE)),
)  # fmt: skip


def people_rows() -> QuerySet[User]:
    """Return people with all their memberships."""
    held = Membership.objects.select_related("organisation", "area").defer("area__boundary").order_by("-starts")
    return User.objects.get_queryset().prefetch_related(Prefetch("memberships", queryset=held))


def in_force(user: User, on: date) -> list[Membership]:
    """Return the memberships in force on a day, from those already loaded."""
    return [m for m in user.memberships.all() if m.starts <= on and (m.ends is None or m.ends >= on)]


def _roles(user: User) -> str:
    return "；".join(f"{m.get_role_display()}·{m.organisation}" for m in in_force(user, timezone.localdate()))


def _person_state(user: User) -> SafeString:
    if not user.is_active:
        return marks.state("na", "已停用")
    return marks.state("ok", "在用") if in_force(user, timezone.localdate()) else marks.state("unk", "没有任职")


def _in_role(role: str) -> Q:
    return Q(Exists(Membership.objects.filter(user=OuterRef("pk"), role=role)))


def _person_word(word: str) -> Q:
    body = Membership.objects.filter(user=OuterRef("pk"), organisation__name__icontains=word)
    return Q(username__icontains=word) | Q(display_name__icontains=word) | Q(Exists(body))


PEOPLE = Table(
    key="people",
    title="人员",
    unit="人",
    name="person",
    rows=people_rows,
    filters=FilterSet(
        (
            Text(name="q", label="姓名", word=_person_word),
            Choice(
                name="role", label="角色", main=True,
                options=tuple(Option(str(r), r.label, _in_role(r)) for r in Role),
            ),
            Choice(
                name="state", label="状态", main=True,
                options=(Option("on", "在用", Q(is_active=True)), Option("off", "已停用", Q(is_active=False))),
            ),
        )
    ),
    columns=(
        Column(
            key="name", label="姓名", value=lambda u: u.display_name, lead=True,
            show=lambda u: _with_demo(u.display_name, u.provenance),
        ),
        Column(key="username", label="账号", value=lambda u: u.username, sort="username"),
        Column(key="roles", label="任职", value=_roles, blank="", width=40),
        Column(key="state", label="状态", value=lambda u: "在用" if u.is_active else "已停用", show=_person_state),
        Column(
            key="login", label="上次登录", value=lambda u: u.last_login, kind="time", sort="last_login",
            blank="没有登录过",
        ),
    ),
    order="username",
    link=lambda u: reverse("person-file", args=[u.pk]),
    search_hint="姓名、账号、单位",
    empty=Empty(title="还没有人员", text="登记人员和任职后，他们就能登录"),
    tools=(Link("登记人员", "/people/new/", "user-plus", Permission.USER_MANAGE),),
)  # fmt: skip


def _event_word(word: str) -> Q:
    columns = ("actor_name", "organisation", "subject_label", "request_id")
    condition = Q(subject_id=word)
    for column in columns:
        condition |= Q(**{f"{column}__icontains": word})
    return condition


def audit_rows() -> QuerySet[AuditEvent]:
    """Return the log."""
    return AuditEvent.objects.all()


AUDIT = Table(
    key="audit",
    title="操作日志",
    unit="条",
    name="audit",
    rows=audit_rows,
    filters=FilterSet(
        (
            Text(name="q", label="谁、对象", word=_event_word),
            Choice(name="action", label="动作", main=True, options=equals("action", Action.choices)),
            Dates(name="at", label="日期", main=True, column="at"),
        )
    ),
    columns=(
        Column(key="at", label="时间", value=lambda e: e.at, kind="time", sort="id", lead=True, width=18),
        Column(key="who", label="谁", value=lambda e: e.actor_name, second=lambda e: e.organisation),
        Column(key="action", label="动作", value=lambda e: e.get_action_display()),
        Column(key="subject", label="对象", value=lambda e: e.subject_label, width=24),
        Column(
            key="change", label="改动", value=lambda e: changes_in_words(e.before, e.after), blank="", width=40,
            second=lambda e: f"原因：{e.reason}" if e.reason else "",
        ),
        Column(key="reason", label="原因", value=lambda e: e.reason, blank="", width=24, default=False),
        Column(key="request", label="请求编号", value=lambda e: e.request_id, blank="", default=False),
    ),
    order="-at",
    link=lambda e: reverse("audit-event", args=[e.pk]),
    search_hint="姓名、单位、对象、请求编号",
    empty=Empty(title="还没有操作记录", text="登录、更正、导入、导出都会记在这里，写入后不能改"),
)  # fmt: skip


def _job_word(word: str) -> Q:
    return Q(pk=int(word)) if word.isdecimal() and len(word) < 19 else Q(task_name__icontains=word)


JOBS = Table(
    key="jobs",
    title="后台作业",
    unit="件",
    name="job",
    rows=job_rows,
    filters=FilterSet(
        (
            Text(name="q", label="编号", word=_job_word),
            Choice(name="state", label="状态", main=True, options=equals("status", list(STATES.items()))),
        )
    ),
    columns=(
        Column(key="title", label="作业", value=title_of, lead=True, width=36),
        Column(key="state", label="状态", value=lambda j: STATES[j.status], show=show_state),
        Column(key="progress", label="进度", value=lambda j: None, show=show_progress, width=20),
        Column(key="queued", label="提交", value=lambda j: j.queued_at, kind="time", blank=""),
        Column(key="ended", label="最近变化", value=lambda j: j.changed_at, kind="time", blank=""),
        Column(key="attempts", label="次数", value=lambda j: j.attempts, kind="number"),
        Column(key="id", label="编号", value=lambda j: j.pk, kind="year", sort="id"),
    ),
    order="-id",
    link=lambda j: reverse("job-file", args=[j.pk]),
    search_hint="作业编号",
    empty=Empty(title="还没有后台作业", text="导入、定时清理等在后台做的事会出现在这里"),
    exportable=False,
)  # fmt: skip

__all__ = ["AUDIT", "JOBS", "ORGANISATIONS", "PEOPLE", "JobQuerySet"]
