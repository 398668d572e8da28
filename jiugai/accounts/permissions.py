"""All rights of the product: one enum, one table of grants, one question `may`."""

from dataclasses import replace
from enum import StrEnum
from typing import NamedTuple, Protocol

from jiugai.accounts.actor import Actor
from jiugai.accounts.roles import Role


class Permission(StrEnum):
    """A right. The value is the code written to the audit log; `LABELS` has the words for people."""

    REGISTER_VIEW = "register.view"
    REGISTER_EDIT = "register.edit"
    REGISTER_CREATE = "register.create"
    PEOPLE_VIEW = "people.view"
    PEOPLE_REVEAL = "people.reveal"
    DOCUMENT_VIEW = "document.view"
    DOCUMENT_UPLOAD = "document.upload"
    IMPORT_RUN = "import.run"
    IMPORT_UNDO = "import.undo"
    DUPLICATE_MERGE = "duplicate.merge"
    EXPORT = "export"
    ORGANISATION_VIEW = "organisation.view"
    ORGANISATION_MANAGE = "organisation.manage"
    USER_MANAGE = "user.manage"
    SHARING_MANAGE = "sharing.manage"
    TOKEN_MANAGE = "token.manage"  # noqa: S105 - a right, not a secret
    AUDIT_VIEW = "audit.view"
    JOB_VIEW = "job.view"
    JOB_RETRY = "job.retry"
    MATTER_VIEW = "matter.view"
    MATTER_OPEN = "matter.open"
    MATTER_WORK = "matter.work"
    MATTER_ASSIGN = "matter.assign"
    CHECKUP_VIEW = "checkup.view"
    CHECKUP_RECORD = "checkup.record"
    CHECKUP_MANAGE = "checkup.manage"
    INVENTORY_RECORD = "inventory.record"
    STANDARD_MANAGE = "standard.manage"
    POOL_VIEW = "pool.view"
    POOL_PROPOSE = "pool.propose"
    POOL_DECIDE = "pool.decide"
    PLAN_EDIT = "plan.edit"
    PLAN_CONFIRM = "plan.confirm"
    MENU_MANAGE = "menu.manage"
    RANKING_MANAGE = "ranking.manage"
    MOBILISE = "mobilise.record"
    ROSTER_MANAGE = "roster.manage"
    OPINION_GIVE = "opinion.give"
    SCHEME_SUBMIT = "scheme.submit"
    DESIGN_SIGN = "design.sign"
    DRAWING_REVIEW = "drawing.review"
    APPROVAL_RUN = "approval.run"
    APPROVAL_HANDLE = "approval.handle"
    GATE_VIEW = "gate.view"
    GATE_PASS = "gate.pass"  # noqa: S105 - a right, not a secret
    WAIVER_GRANT = "waiver.grant"
    EVIDENCE_RECORD = "evidence.record"
    POLICY_VIEW = "policy.view"
    POLICY_MANAGE = "policy.manage"
    CALENDAR_MANAGE = "calendar.manage"
    TASK_VIEW = "task.view"
    TASK_MANAGE = "task.manage"
    STREETWORKS_VIEW = "streetworks.view"
    STREETWORKS_RECORD = "streetworks.record"
    SYNERGY_ASK = "synergy.ask"
    FUND_RECORD = "fund.record"
    PIPES_VIEW = "pipes.view"
    PIPES_RECORD = "pipes.record"
    RISER_RUN = "riser.run"
    RISER_ASK = "riser.ask"
    LEDGER_VIEW = "ledger.view"
    SCALE_GRANT = "scale.grant"
    SCALE_USE = "scale.use"
    SITE_VIEW = "site.view"
    SITE_CHECK = "site.check"
    SITE_RUN = "site.run"
    SAFETY_GRADE = "safety.grade"
    ACCEPTANCE_RUN = "acceptance.run"
    EFFECT_LEAD = "effect.lead"
    WARRANTY_CLAIM = "warranty.claim"


P = Permission
LABELS: dict[Permission, str] = {
    P.REGISTER_VIEW: "查看基础信息",
    P.REGISTER_EDIT: "更正基础信息",
    P.REGISTER_CREATE: "新增小区和楼栋",
    P.PEOPLE_VIEW: "查看联系人（遮挡）",
    P.PEOPLE_REVEAL: "查看联系人全文",
    P.DOCUMENT_VIEW: "查看材料",
    P.DOCUMENT_UPLOAD: "上传材料",
    P.IMPORT_RUN: "导入数据",
    P.IMPORT_UNDO: "撤回导入",
    P.DUPLICATE_MERGE: "合并重复小区",
    P.EXPORT: "导出",
    P.ORGANISATION_VIEW: "查看组织",
    P.ORGANISATION_MANAGE: "维护组织",
    P.USER_MANAGE: "维护人员",
    P.SHARING_MANAGE: "维护共享规则",
    P.TOKEN_MANAGE: "维护接口令牌",
    P.AUDIT_VIEW: "查看操作日志",
    P.JOB_VIEW: "查看后台作业",
    P.JOB_RETRY: "重试后台作业",
    P.MATTER_VIEW: "查看事项",
    P.MATTER_OPEN: "登记事项",
    P.MATTER_WORK: "办理事项",
    P.MATTER_ASSIGN: "分派和移交事项",
    P.CHECKUP_VIEW: "查看体检",
    P.CHECKUP_RECORD: "填报体检",
    P.CHECKUP_MANAGE: "维护体检指标和目标",
    P.INVENTORY_RECORD: "登记五类问题和护栏",
    P.STANDARD_MANAGE: "维护治理标准",
    P.POOL_VIEW: "查看储备库",
    P.POOL_PROPOSE: "提出改造项目",
    P.POOL_DECIDE: "办理入库和出库",
    P.PLAN_EDIT: "编制和申报计划",
    P.PLAN_CONFIRM: "确认计划批次和调整",
    P.MENU_MANAGE: "维护菜单目录和单价",
    P.RANKING_MANAGE: "维护排序权重、满意度和季节起止",
    P.MOBILISE: "登记群众工作和承诺",
    P.ROSTER_MANAGE: "维护责任规划师名册",
    P.OPINION_GIVE: "出具规划师意见",
    P.SCHEME_SUBMIT: "报送方案和改建登记",
    P.DESIGN_SIGN: "签署设计文件",
    P.DRAWING_REVIEW: "审查施工图",
    P.APPROVAL_RUN: "申报审批和招标",
    P.APPROVAL_HANDLE: "办理审批环节",
    P.GATE_VIEW: "查看关口判定",
    P.GATE_PASS: "办理过关",
    P.WAIVER_GRANT: "批准例外",
    P.EVIDENCE_RECORD: "登记凭证",
    P.POLICY_VIEW: "查看政策库",
    P.POLICY_MANAGE: "维护政策和参数",
    P.CALENDAR_MANAGE: "维护工作日历",
    P.TASK_VIEW: "查看任务清单",
    P.TASK_MANAGE: "维护任务清单和协调事项",
    P.STREETWORKS_VIEW: "查看各部门工程",
    P.STREETWORKS_RECORD: "登记各部门工程",
    P.SYNERGY_ASK: "请其他部门协同施工",
    P.FUND_RECORD: "登记各部门资金",
    P.PIPES_VIEW: "查看管线改造",
    P.PIPES_RECORD: "登记管线改造",
    P.RISER_RUN: "组织楼内上下水管线改造",
    P.RISER_ASK: "申请楼内上下水管线改造和预约",
    P.LEDGER_VIEW: "查看流量池",
    P.SCALE_GRANT: "下达建筑管控规模",
    P.SCALE_USE: "办理流量池预留和备案",
    P.SITE_VIEW: "查看施工和验收",
    P.SITE_CHECK: "现场检查",
    P.SITE_RUN: "登记施工资料",
    P.SAFETY_GRADE: "风险分级和安全测评",
    P.ACCEPTANCE_RUN: "组织验收",
    P.EFFECT_LEAD: "组织效果评价",
    P.WARRANTY_CLAIM: "报修",
}

_READ = frozenset({P.REGISTER_VIEW, P.ORGANISATION_VIEW})
_WORK = {
    P.MATTER_VIEW,
    P.MATTER_WORK,
    P.GATE_VIEW,
    P.POLICY_VIEW,
    P.CHECKUP_VIEW,
    P.TASK_VIEW,
    P.STREETWORKS_VIEW,
    P.PIPES_VIEW,
    P.SITE_VIEW,
}
_OFFICE = _READ | _WORK | {P.PEOPLE_VIEW, P.DOCUMENT_VIEW, P.EXPORT, P.POOL_VIEW}
_FIELD = {
    P.MATTER_OPEN,
    P.CHECKUP_RECORD,
    P.INVENTORY_RECORD,
    P.MOBILISE,
    P.EVIDENCE_RECORD,
    P.SITE_CHECK,
    P.WARRANTY_CLAIM,
}
_EDIT = _OFFICE | _FIELD | {P.REGISTER_EDIT, P.DOCUMENT_UPLOAD, P.PEOPLE_REVEAL}
_DATA = _EDIT | {
    P.REGISTER_CREATE,
    P.IMPORT_RUN,
    P.IMPORT_UNDO,
    P.DUPLICATE_MERGE,
    P.JOB_VIEW,
    P.JOB_RETRY,
}
_OTHERS = {P.STREETWORKS_RECORD, P.PIPES_RECORD}  # what the departments and companies report themselves
_RISERS = {P.RISER_RUN, P.RISER_ASK}
_PIPES = _OTHERS | _RISERS | {P.SYNERGY_ASK, P.FUND_RECORD}
_PLANS = {P.PLAN_EDIT, P.RANKING_MANAGE}
_SCALE = {P.LEDGER_VIEW, P.SCALE_USE}
_APPROVALS = {P.SCHEME_SUBMIT, P.APPROVAL_RUN, P.APPROVAL_HANDLE}
_DECIDE = {P.MATTER_ASSIGN, P.POOL_PROPOSE, P.POOL_DECIDE, P.ROSTER_MANAGE, P.GATE_PASS, P.TASK_MANAGE}
_SITES = {P.SITE_RUN, P.SAFETY_GRADE, P.ACCEPTANCE_RUN, P.EFFECT_LEAD}
_RUN = _PIPES | _PLANS | _SCALE | _APPROVALS | _SITES | _DECIDE
_LEAD = _DATA | _RUN | {P.USER_MANAGE, P.SHARING_MANAGE, P.TOKEN_MANAGE, P.AUDIT_VIEW}
_RULE = {P.PLAN_CONFIRM, P.WAIVER_GRANT, P.POLICY_MANAGE, P.CALENDAR_MANAGE, P.CHECKUP_MANAGE, P.STANDARD_MANAGE}
_RULE |= {P.SCALE_GRANT, P.MENU_MANAGE}
_BUILDS = {P.SITE_CHECK, P.SITE_RUN, P.ACCEPTANCE_RUN, P.WARRANTY_CLAIM}
_SITE = _READ | _WORK | {P.DOCUMENT_VIEW, P.DOCUMENT_UPLOAD}

GRANTS: dict[Role, frozenset[Permission]] = {
    Role.CITY_LEAD: _LEAD | _RULE | {P.ORGANISATION_MANAGE},
    Role.CITY_DEPARTMENT: _OFFICE
    | _OTHERS
    | {P.LEDGER_VIEW, P.DOCUMENT_UPLOAD, P.MATTER_OPEN, P.FUND_RECORD, P.APPROVAL_HANDLE},
    Role.DISTRICT_LEAD: _LEAD | {P.WAIVER_GRANT},
    Role.DISTRICT_DEPARTMENT: _OFFICE
    | _OTHERS
    | {P.LEDGER_VIEW, P.DOCUMENT_UPLOAD, P.MATTER_OPEN, P.EVIDENCE_RECORD, P.FUND_RECORD, P.APPROVAL_HANDLE}
    | {P.SITE_CHECK, P.SAFETY_GRADE},
    Role.STREET: _EDIT | _RISERS | {P.MATTER_ASSIGN, P.POOL_PROPOSE, P.SYNERGY_ASK, P.SCHEME_SUBMIT, P.EFFECT_LEAD},
    Role.COMMUNITY_WORKER: (_EDIT | _RISERS) - {P.EXPORT},
    Role.DATA_OFFICER: _DATA | {P.STREETWORKS_RECORD},
    Role.PLANNER: _SITE | {P.OPINION_GIVE, P.POOL_VIEW},
    Role.ARCHITECT: _SITE | {P.POOL_VIEW, P.DESIGN_SIGN},
    Role.REVIEWER: _SITE | {P.POOL_VIEW, P.DRAWING_REVIEW},
    Role.IMPLEMENTER: _SITE
    | _BUILDS
    | {P.PEOPLE_VIEW, P.POOL_VIEW, P.EVIDENCE_RECORD, P.PIPES_RECORD, P.RISER_RUN, P.SCHEME_SUBMIT, P.APPROVAL_RUN},
    Role.CONTRACTOR: _SITE | {P.POOL_VIEW},
    Role.SUPERVISOR: _SITE | {P.POOL_VIEW, P.SITE_CHECK},
    Role.UTILITY: _SITE | _OTHERS | {P.APPROVAL_HANDLE},
    Role.COMMITTEE: _SITE | {P.RISER_ASK, P.WARRANTY_CLAIM},
    Role.PROPERTY_FIRM: _SITE | {P.WARRANTY_CLAIM},
    Role.TRUST_MANAGER: _SITE,
    Role.AUDITOR: _OFFICE | {P.LEDGER_VIEW, P.AUDIT_VIEW, P.JOB_VIEW, P.PEOPLE_REVEAL},
    Role.DISCIPLINE: _OFFICE | {P.LEDGER_VIEW, P.AUDIT_VIEW},
    Role.RESIDENT: frozenset({P.REGISTER_VIEW, P.RISER_ASK}),
    Role.ADMIN: _READ
    | {
        P.ORGANISATION_MANAGE,
        P.USER_MANAGE,
        P.SHARING_MANAGE,
        P.TOKEN_MANAGE,
        P.AUDIT_VIEW,
        P.JOB_VIEW,
        P.JOB_RETRY,
    },
}


class Answer(NamedTuple):
    """Whether something is allowed, and the sentence that stands beside the greyed button."""

    allowed: bool
    reason: str = ""

    def __bool__(self) -> bool:
        """Let `if may(...)` read naturally."""
        return self.allowed


class InArea(Protocol):
    """Anything that lies in the area tree."""

    @property
    def area_path(self) -> str:
        """Whole-segment path such as `/110000/110105/`."""
        ...


def holders(permission: Permission) -> list[Role]:
    """Return the roles that hold a right, in the order of the enum."""
    return [role for role in Role if permission in GRANTS[role]]


def where_held(actor: Actor, permission: Permission) -> Actor:
    """Return the actor with only the roles that hold a right: what it sees is where it may do this."""
    return replace(actor, grants=tuple(g for g in actor.grants if permission in GRANTS[Role(g.role)]))


def may(actor: Actor, permission: Permission, subject: InArea | None = None) -> Answer:
    """Answer whether `actor` may do this to `subject` (or anywhere, without a subject)."""
    grants = [g for g in actor.grants if permission in GRANTS[Role(g.role)]]
    if not grants:
        names = "、".join(role.label for role in holders(permission)[:3])
        return Answer(False, f"您的角色不能{LABELS[permission]}，可以请{names}办理")
    if subject is None or any(subject.area_path.startswith(g.path) for g in grants):
        return Answer(True)
    return Answer(False, f"这里不在您可以{LABELS[permission]}的辖区内")
