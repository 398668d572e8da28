"""Task 3: plan management; what the pool asks of a check-up."""

from datetime import date

from jiugai.domain.facts import CheckupFacts, Facts
from jiugai.domain.figures import ParameterSet
from jiugai.domain.finding import Used
from jiugai.domain.rules.rule import Rule, Said, fails, figure, passes, rule, unknown
from jiugai.domain.rules.words import day_words, months_after

CHECK_UP = "街道组织社区体检，逐栋提交后生成体检结论"


@rule(name="t03_1_checkup_on_file", version=1, clauses=("T03-1",), title="体检在档")
def checkup_on_file(facts: Facts, params: ParameterSet) -> Said:
    """Pass when the last finished check-up covers enough buildings and is not too old."""
    checkup = facts.checkup
    if checkup is None:
        return unknown("没有体检资料", CHECK_UP)
    if checkup.finished_on is None and not checkup.ref:
        return fails("还没有完成的体检", CHECK_UP)
    if checkup.finished_on is None or checkup.finished_on > facts.on:
        return unknown("体检没有可信的完成日期", "街道核对体检的完成日期")
    return _covered(facts, params, checkup) or _fresh(facts, params, checkup.finished_on, checkup.buildings_done)


def _covered(facts: Facts, params: ParameterSet, checkup: CheckupFacts) -> Said | None:
    if not checkup.buildings_all:
        return unknown("小区楼栋没有登记，不知道体检是否覆盖全部楼栋", "街道补登小区楼栋")
    share = figure(facts, params, "checkup_buildings_min_share")
    if share.reached(checkup.buildings_done, checkup.buildings_all):
        return None
    return fails(
        f"体检只做了 {checkup.buildings_done} 栋，小区共 {checkup.buildings_all} 栋",
        "社区补做其余楼栋的体检",
        Used("已体检", str(checkup.buildings_done), "栋"),
        Used("全部", str(checkup.buildings_all), "栋"),
        share.used,
    )


def _fresh(facts: Facts, params: ParameterSet, finished: date, buildings: int) -> Said:
    age = figure(facts, params, "checkup_max_age_months")
    day, numbers = day_words(finished), (Used("体检完成", str(finished)), age.used)
    if months_after(finished, age.whole) < facts.on:
        return fails(f"最近的体检{day}完成，已超过 {age.text} 个月", "街道重新组织体检", *numbers)
    return passes(f"体检{day}完成，覆盖 {buildings} 栋", *numbers)


RULES: tuple[Rule, ...] = (checkup_on_file,)
