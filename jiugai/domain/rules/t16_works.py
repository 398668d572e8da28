"""Task 16: works of all departments; those on a project's ground are answered for before it enters the plan."""

from jiugai.domain.facts import Facts, OpenOverlap, WorksFacts
from jiugai.domain.figures import ParameterSet
from jiugai.domain.finding import Used
from jiugai.domain.rules.rule import Rule, Said, fails, figure, passes, rule, unknown
from jiugai.domain.rules.words import day_words, months_after, several

REPORT = "区住建部门请各部门报送工程，在“各部门工程”导入"
ASK = "区住建部门在“工程交叉”里请对方协同，或写明不需协同的理由"


@rule(name="t16_4_overlaps_answered", version=1, clauses=("T16-4",), title="与其他工程的交叉已答复")
def overlaps_answered(facts: Facts, params: ParameterSet) -> Said:
    """Pass when every work of others on the project's ground was answered for, and the register of works is fresh."""
    works = facts.works
    if works is None or not works.placed:
        return unknown("项目没有落图，不知道与其他部门工程有没有交叉", "街道补登小区位置或边界，区住建部门提出项目")
    if works.open:
        return _open(works)
    if works.reported_on is None:
        return unknown("本区还没有登记其他部门的工程，不知道有没有交叉", REPORT)
    age = figure(facts, params, "works_register_max_age_months")
    if months_after(works.reported_on, age.whole) < facts.on:
        day = day_words(works.reported_on)
        return unknown(f"其他部门工程资料截至{day}，已超过 {age.text} 个月", REPORT, age.used)
    if works.answered:
        return passes(f"与其他部门工程的 {works.answered} 处交叉都已答复", age.used)
    return passes("与其他部门工程没有交叉", age.used)


def _open(works: WorksFacts) -> Said:
    lapsed = [one for one in works.open if one.state == "lapsed"]
    names = several([f"{one.department}“{one.work}”{_stands(one)}" for one in (*lapsed, *_rest(works))])
    remedy = "对方逾期未答复的，由区住建部门协调后代录答复" if lapsed else ASK
    used = Used("未答复", str(len(works.open)), "处"), Used("已答复", str(works.answered), "处")
    return fails(f"还有 {len(works.open)} 处交叉没有答复：{names}", remedy, *used)


def _rest(works: WorksFacts) -> list[OpenOverlap]:
    return [one for one in works.open if one.state != "lapsed"]


def _stands(one: OpenOverlap) -> str:
    if one.state == "unasked":
        return "（未发请求）"
    due = f"，应于{day_words(one.due_on)}前答复" if one.due_on else ""
    return f"（逾期未答复{due}）" if one.state == "lapsed" else f"（待答复{due}）"


RULES: tuple[Rule, ...] = (overlaps_answered,)
