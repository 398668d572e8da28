"""Task 14: pipelines run together with the comprehensive works; overhead lines are one with the public area."""

from datetime import date, timedelta

from jiugai.domain.facts import Facts, PipeFact, PipesFacts
from jiugai.domain.figures import ParameterSet
from jiugai.domain.finding import Used
from jiugai.domain.rules.rule import Rule, Said, exempt, fails, figure, passes, rule, unknown
from jiugai.domain.rules.words import several

OVERHEAD = "overhead"
LIST = "实施主体在项目的“管线”页登记有没有专业管线、架空线"


@rule(name="t14_5_pipes_together", version=1, clauses=("T14-5",), title="管线改造与综合整治同步实施")
def pipes_together(facts: Facts, params: ParameterSet) -> Said:
    """Pass when every pipeline job was accepted and ran within the comprehensive works, give or take the setting."""
    pipes = facts.pipes
    if pipes is None or pipes.has_pipelines is None:
        return unknown("不知道项目有没有专业管线改造", LIST)
    if not pipes.has_pipelines:
        return exempt("项目没有专业管线改造")
    if not pipes.jobs:
        return unknown("写了有专业管线改造，还没有登记是哪几项", "实施主体逐项登记管线改造")
    if pipes.site_from is None or pipes.site_until is None:
        return unknown("没有登记综合整治的施工期，不能核对是否同步", "实施主体登记综合整治的开工、完工日期")
    spans = [(job.title, job.starts, job.ends) for job in pipes.jobs]
    undated = [title for title, starts, ends in spans if not (starts and ends)]
    if undated:
        return unknown(f"没有登记施工日期：{several(undated)}", "专业公司登记管线的开工、完工日期")
    slack = figure(facts, params, "pipe_sync_days")
    give = timedelta(days=slack.whole)
    first, last = pipes.site_from - give, pipes.site_until + give
    apart = [title for title, starts, ends in spans if starts and ends and (starts < first or ends > last)]
    return _in_step(pipes, apart, slack.used)


def _in_step(pipes: PipesFacts, apart: list[str], used: Used) -> Said:
    if apart:
        return fails(f"没有和综合整治同步施工：{several(apart)}", "专业公司调整工期；确不能同步的，按例外批准", used)
    open_ones = [job.title for job in pipes.jobs if job.accepted_on is None]
    if open_ones:
        return fails(f"管线还没有验收合格：{several(open_ones)}", "专业公司完成验收并登记验收编号", used)
    return passes(f"{len(pipes.jobs)} 项管线与综合整治同步，都已验收", used)


@rule(name="t14_13_overhead_tied", version=1, clauses=("T14-13",), title="架空线同设计、同实施、同验收")
def overhead_tied(facts: Facts, params: ParameterSet) -> Said:
    """Pass when the overhead lines share design, works and acceptance with the public-area item."""
    pipes = facts.pipes
    if pipes is None or pipes.has_overhead is None:
        return unknown("不知道项目有没有架空线", LIST)
    if not pipes.has_overhead:
        return exempt("项目内没有架空线")
    lines = [job for job in pipes.jobs if job.trade == OVERHEAD]
    if not lines:
        return unknown("写了有架空线，还没有登记规整（入地）工程", "统筹的通信公司登记架空线规整（入地）")
    if not (pipes.public_design_ref and pipes.public_from and pipes.public_until and pipes.public_acceptance_ref):
        return unknown(
            "公共区域环境整治提升的设计、施工、验收没有登记齐", "实施主体登记公共区域的设计图号、施工期和验收编号"
        )
    steps = int(figure(facts, params, "sync_steps").number)
    wrong = [
        f"{job.title}（{'、'.join(found)}）"
        for job in lines
        if (found := _untied(job, pipes, pipes.public_from, pipes.public_until))
    ]
    used = Used("同步环节", str(steps), "个", "sync_steps")
    if wrong:
        return fails(
            f"架空线没有与公共区域同步：{several(wrong)}", "按公共区域的设计、施工期和验收补办，或按例外批准", used
        )
    return passes(f"{len(lines)} 项架空线与公共区域同设计、同实施、同验收", used)


def _untied(job: PipeFact, pipes: PipesFacts, first: date, last: date) -> list[str]:
    """Name the steps in which an overhead line is not one with the public area."""
    found = []
    if job.design_ref != pipes.public_design_ref:
        found.append("设计不同")
    if job.starts is None or job.ends is None or job.starts > last or job.ends < first:
        found.append("没有同时施工")
    if job.accepted_on is None or job.acceptance_ref != pipes.public_acceptance_ref:
        found.append("没有一起验收")
    return found


RULES: tuple[Rule, ...] = (pipes_together, overhead_tied)
