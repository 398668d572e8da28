"""Read the responsible planners' opinions."""

from datetime import date

from jiugai.domain.facts import Facts, Opinion
from jiugai.domain.figures import ParameterSet
from jiugai.domain.rules.rule import Said, fails, figure, passes, unknown
from jiugai.domain.rules.words import day_words

GIVEN = ("agreed", "objected")


def at(facts: Facts, step: str) -> list[Opinion]:
    """Return the opinions of one step, in an order that does not depend on how they were loaded."""
    opinions = facts.project.opinions if facts.project else ()
    return sorted((one for one in opinions if one.at == step), key=lambda one: (one.ref, one.by, one.state))


def answer(facts: Facts, params: ParameterSet, step: str, where: str) -> Said | None:
    """Answer by the last opinion given at a step; None when none was given or asked for there.

    Of two given on one day the objection counts.
    """
    found = at(facts, step)
    given = [one for one in found if one.state in GIVEN]
    if not given:
        return _outstanding(found, where)
    dated = [(one.on, one.state == "objected", one.by) for one in given if one.on is not None and one.on <= facts.on]
    if len(dated) < len(given):
        return unknown(f"责任规划师{where}的意见没有可信的日期", "责任规划师在意见单上补正出具日期")
    return _by_consent(facts, params, max(dated), where)


def _by_consent(facts: Facts, params: ParameterSet, last: tuple[date, bool, str], where: str) -> Said:
    day, objected, by = last
    when = day_words(day)
    if not objected:
        return passes(f"责任规划师{by}{when}{where}出具同意意见")
    needed = figure(facts, params, "planner_consent_required")
    if not needed.whole:
        return passes(f"责任规划师{by}{when}{where}出具意见（不同意），现行参数下不拦", needed.used)
    return fails(
        f"责任规划师{by}{when}{where}不同意",
        "街道和实施主体按意见修改后，再请责任规划师出具意见",
        needed.used,
    )


def _outstanding(found: list[Opinion], where: str) -> Said | None:
    if any(one.state == "asked" for one in found):
        return fails(f"已送请责任规划师{where}出具意见，还没有答复", "责任规划师在待办中出具意见")
    if found:
        return fails(f"责任规划师{where}逾期没有出具意见", "街道重新送请责任规划师出具意见，并向区规划部门反映")
    return None
