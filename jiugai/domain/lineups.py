"""What happens to a community, in one list, and which work an event opens elsewhere (T01-9).

`EVENTS` names every event that may stand on a community's timeline; an unknown one cannot be announced. `LINE_UPS` says
which handler runs after which event, and why. Handlers live in the parts that own the work (`policy.lineups.handle`);
this table is all of the wiring, so it can be read in one go.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from jiugai.domain.stages import Line

GOVERNANCE, RENOVATION, MANAGEMENT = Line.GOVERNANCE, Line.RENOVATION, Line.MANAGEMENT
MAX_DEPTH = 8


@dataclass(frozen=True)
class Event:
    """A kind of occurrence.

    `blocks` draws it red. `facts` means that a rule may now answer differently. `stage` is the stage of life that a
    community reaches by it (never backwards, unless `back`).
    """

    code: str
    label: str
    line: Line
    facts: bool = False
    blocks: bool = False
    stage: str = ""
    back: bool = False


@dataclass(frozen=True)
class LineUp:
    """After event `on`, handler `run` acts; `opens` are the events it may announce in turn."""

    on: str
    run: str
    clause: str
    words: str
    opens: tuple[str, ...] = ()


def _by_code(events: tuple[Event, ...]) -> dict[str, Event]:
    """Index events, refusing two of one code: each would start the other's work."""
    found: dict[str, Event] = {}
    for event in events:
        if event.code in found:
            raise ValueError(f"event {event.code} is declared twice")
        found[event.code] = event
    return found


EVENTS: dict[str, Event] = _by_code(
    (
        Event("checkup_finished", "体检完成", GOVERNANCE, facts=True, stage="checked"),
        Event("checkup_corrected", "体检结果更正", GOVERNANCE, facts=True),
        Event("checkup_withdrawn", "体检撤回", GOVERNANCE, facts=True),
        Event("checkup_gone", "体检撤回，没有其他体检", GOVERNANCE, facts=True, stage="registered", back=True),
        Event("inventory_done", "五类问题摸排完成", GOVERNANCE, facts=True),
        Event("problem_found", "登记五类问题", GOVERNANCE, facts=True),
        Event("problem_changed", "五类问题有变化", GOVERNANCE, facts=True),
        Event("problem_closed", "五类问题销号", GOVERNANCE, facts=True),
        Event("guards_counted", "外窗护栏登记", GOVERNANCE, facts=True),
        Event("works_blocked", "影响改造工程，先治理后改造", GOVERNANCE, blocks=True),
        Event("street_informed", "告知街道", GOVERNANCE),
        Event("project_proposed", "提出改造项目", RENOVATION, facts=True),
        Event("project_changed", "改造项目有变化", RENOVATION, facts=True),
        Event("entered_pool", "进入储备库", RENOVATION, facts=True, stage="in_pool"),
        Event("entered_plan", "列入实施计划", RENOVATION, facts=True, stage="in_plan"),
        Event("plan_changed", "实施计划调整", RENOVATION, facts=True),
        Event("left_plan", "调出实施计划", RENOVATION, facts=True, stage="in_pool", back=True),
        Event("batch_applied", "申报列入计划", RENOVATION, facts=True),
        Event("batch_answered", "批次答复", RENOVATION, facts=True),
        Event("left_pool", "退出储备库", RENOVATION, facts=True, stage="checked", back=True),
        Event("works_started", "开工", RENOVATION, facts=True, stage="on_site"),
        Event("site_checked", "现场检查", RENOVATION),
        Event("finding_raised", "现场问题", RENOVATION),
        Event("finding_rectified", "现场问题整改完成", RENOVATION),
        Event("finding_closed", "现场问题闭合", RENOVATION),
        Event("resident_reported", "居民监督", RENOVATION),
        Event("resident_answered", "居民监督已答复", RENOVATION),
        Event("special_opened", "开始专项验收", RENOVATION, facts=True),
        Event("special_marked", "专项验收记录", RENOVATION, facts=True),
        Event("special_accepted", "专项验收合格", RENOVATION, facts=True, stage="special_accepted"),
        Event("fire_recorded", "登记消防技术标准", RENOVATION, facts=True),
        Event("facade_accepted", "外立面验收合格", RENOVATION),
        Event("works_completed", "竣工验收", RENOVATION, facts=True, stage="completed"),
        Event("filing_opened", "办理竣工验收备案", RENOVATION),
        Event("filing_sent", "报送竣工验收备案", RENOVATION),
        Event("filing_returned", "竣工验收备案退回", RENOVATION),
        Event("filing_done", "竣工验收已备案", RENOVATION),
        Event("review_opened", "组织改造效果评价", RENOVATION),
        Event("effect_answered", "五方评价到齐", RENOVATION),
        Event("handover_done", "移交清单办结", MANAGEMENT),
        Event("effect_reviewed", "改造效果评价完成", RENOVATION, facts=True, stage="effect_reviewed"),
        Event("opinion_taken_up", "评价意见交办", RENOVATION),
        Event("opinion_answered", "评价意见已答复", RENOVATION),
        Event("followed_up", "评价意见办结", RENOVATION),
        Event("works_handed_over", "移交管理", MANAGEMENT, facts=True, stage="handed_over"),
        Event("claim_opened", "保修报修", MANAGEMENT),
        Event("claim_repaired", "保修维修完成", MANAGEMENT),
        Event("claim_closed", "保修办结", MANAGEMENT),
        Event("visit_recorded", "群众工作记录", RENOVATION, facts=True),
        Event("objection_raised", "居民提出意见", RENOVATION, facts=True),
        Event("objection_closed", "居民意见办结", RENOVATION, facts=True),
        Event("pledge_recorded", "维修资金承诺", RENOVATION, facts=True),
        Event("pledge_withdrawn", "撤回维修资金承诺", RENOVATION, facts=True),
        Event("scheme_submitted", "报送设计方案", RENOVATION, facts=True),
        Event("review_asked", "送施工图审查", RENOVATION, facts=True),
        Event("review_done", "施工图审查结论", RENOVATION, facts=True),
        Event("approvals_started", "申报审批", RENOVATION, facts=True),
        Event("approval_opened", "审批环节受理", RENOVATION, facts=True),
        Event("approval_moved", "审批环节办结", RENOVATION, facts=True),
        Event("approvals_done", "审批全部办完", RENOVATION, facts=True),
        Event("supervision_assigned", "落实属地监管", RENOVATION, facts=True),
        Event("tender_planned", "发布招标计划", RENOVATION, facts=True),
        Event("tender_prepared", "登记招标", RENOVATION, facts=True),
        Event("tender_noticed", "发布招标公告", RENOVATION, facts=True),
        Event("tender_done", "招标办结", RENOVATION, facts=True),
        Event("scheme_fixed", "规划设计方案已定", RENOVATION, stage="designed"),
        Event("approvals_passed", "审批手续办结", RENOVATION, stage="approved"),
        Event("tender_passed", "完成招标", RENOVATION, stage="tendered"),
        Event("rebuild_recorded", "改建登记有变化", RENOVATION, facts=True),
        Event("opinion_asked", "请责任规划师出具意见", RENOVATION, facts=True),
        Event("opinion_given", "责任规划师出具意见", RENOVATION, facts=True),
        Event("opinion_lapsed", "责任规划师逾期未出具意见", RENOVATION, facts=True),
        Event("evidence_recorded", "登记凭证", RENOVATION, facts=True),
        Event("evidence_withdrawn", "作废凭证", RENOVATION, facts=True),
        Event("evidence_lapsed", "凭证到期", RENOVATION, facts=True),
        Event("committee_lapsed", "业委会（物管会）任期届满", MANAGEMENT, facts=True),
        Event("overlap_found", "发现与其他部门工程交叉", RENOVATION, facts=True),
        Event("synergy_asked", "请其他部门协同施工", RENOVATION, facts=True),
        Event("synergy_answered", "其他部门答复协同请求", RENOVATION, facts=True),
        Event("synergy_lapsed", "协同请求逾期未答复", RENOVATION, facts=True, blocks=True),
        Event("pipes_changed", "管线改造有变化", RENOVATION, facts=True),
        Event("pipe_handed", "管线移交专业公司", RENOVATION, facts=True),
        Event("riser_published", "公示上下水改造计划", RENOVATION),
        Event("riser_applied", "申请上下水改造", RENOVATION, facts=True),
        Event("riser_agreed", "上下水改造达成共识", RENOVATION, facts=True),
        Event("riser_water", "安排临时供水、排水", RENOVATION, facts=True),
        Event("riser_started", "上下水改造开工", RENOVATION, facts=True),
        Event("riser_done", "上下水改造通水", RENOVATION, facts=True),
        Event("waiver_granted", "批准例外", RENOVATION, facts=True),
        Event("waiver_ended", "例外终止", RENOVATION, facts=True),
        Event("gate_opened", "关口打开", RENOVATION),
        Event("gate_closed", "关口关闭", RENOVATION, blocks=True),
        Event("gate_refused", "被关口拦下", RENOVATION, blocks=True),
        Event("gate_passed", "过关", RENOVATION),
        Event("matter_opened", "立项办理", GOVERNANCE),
        Event("matter_moved", "事项流转", GOVERNANCE),
        Event("matter_closed", "事项办结", GOVERNANCE),
        Event("matter_overdue", "事项逾期", GOVERNANCE),
    )
)

_GATES = ("gate_opened", "gate_closed")

# Work that an event opens. Add a line here together with the handler that does it; a test walks the table.
LINE_UPS: tuple[LineUp, ...] = (
    LineUp("checkup_finished", "propose_project", "T01-9", "体检有改造需求，提出改造项目", ("project_proposed",)),
    LineUp(
        "problem_found",
        "inform_street",
        "T01-9",
        "发现问题，转属地街道办理，影响工程的先治理后改造",
        ("street_informed", "works_blocked"),
    ),
    LineUp(
        "scheme_submitted",
        "ask_about_scheme",
        "T19-10",
        "报送方案，送请区总责任规划师和街道责任规划师出具意见",
        ("opinion_asked",),
    ),
    *(
        LineUp(
            on,
            "follow_preparation",
            "T01-9",
            "列入计划的项目方案已定、审批办结、完成招标的，小区进入相应阶段",
            ("scheme_fixed", "approvals_passed", "tender_passed"),
        )
        for on in ("opinion_given", "approvals_done", "tender_done", "entered_plan")
    ),
    LineUp("finding_rectified", "send_to_recheck", "T20-1", "整改完成，送监理或监管单位复查"),
    LineUp("effect_answered", "mark_reviewed", "T22-1", "五方意见到齐，项目记为已评价", ("effect_reviewed",)),
    LineUp("handover_done", "mark_handed_over", "T20-9", "移交办结，项目记为已移交", ("works_handed_over",)),
    LineUp("finding_raised", "send_to_rectify", "T20-1", "现场问题交施工单位整改"),
    LineUp("claim_opened", "send_to_repair", "T20-9", "报修和复验不合格的，交实施主体维修"),
    LineUp("claim_repaired", "send_to_reinspection", "T20-9", "维修完成，交街道组织复验"),
    LineUp("opinion_taken_up", "send_to_follow_up", "T22-2", "评价意见交实施主体办理"),
    LineUp("opinion_answered", "send_to_confirm", "T22-2", "评价意见已答复，交街道确认"),
    LineUp("filing_sent", "send_to_receipt", "T22-6", "竣工验收备案已报送，交区住建部门出具回执"),
    LineUp("filing_returned", "send_to_file_again", "T22-6", "备案材料不齐，交实施主体补齐"),
    LineUp("claim_closed", "restart_warranty", "T20-9", "修好的部位重新计算保修期"),
    LineUp("site_checked", "plan_next_check", "T20-2", "按风险等级安排下一次检查"),
    LineUp("works_started", "plan_first_check", "T20-2", "开工后安排第一次现场检查"),
    LineUp("special_accepted", "sign_papers", "T11-5", "签认的材料记下版次"),
    LineUp("facade_accepted", "sign_papers", "T02-7", "签认的材料记下版次"),
    LineUp("works_completed", "open_filing", "T22-6", "竣工验收合格，限期办理备案", ("filing_opened",)),
    LineUp("works_completed", "open_review", "T22-1", "竣工验收后，街道牵头组织五方评价", ("review_opened",)),
    LineUp("project_proposed", "ask_planner", "T09-3", "项目生成，送请责任规划师出具意见", ("opinion_asked",)),
    LineUp("project_proposed", "place_footprint", "T16-4", "项目生成，落图查找与其他部门工程的交叉"),
)

# Every event that changes facts has its gates looked at again, after all other line-ups.
REASSESS = LineUp("", "reassess_gates", "T01-9", "事实变了，关口重新核对", _GATES)


class UnknownEvent(LookupError):
    """The code is not in the table of events."""


def event(code: str) -> Event:
    """Return a kind of event. Raises UnknownEvent."""
    try:
        return EVENTS[code]
    except KeyError:
        raise UnknownEvent(code) from None


def after(code: str) -> Iterator[LineUp]:
    """Name what an event sets off, in order. Raises UnknownEvent."""
    kind = event(code)
    yield from (line_up for line_up in LINE_UPS if line_up.on == code)
    if kind.facts:
        yield REASSESS


def endless() -> tuple[str, ...]:
    """Return the codes of a circle in the table, or nothing; a chain must end by itself."""
    done: set[str] = set()
    for code in EVENTS:
        circle = _walk(code, (), done)
        if circle:
            return circle
    return ()


def _walk(code: str, path: tuple[str, ...], done: set[str]) -> tuple[str, ...]:
    if code in path:
        return (*path[path.index(code) :], code)
    if code in done:
        return ()
    for line_up in after(code):
        for opened in line_up.opens:
            circle = _walk(opened, (*path, code), done)
            if circle:
                return circle
    done.add(code)
    return ()
