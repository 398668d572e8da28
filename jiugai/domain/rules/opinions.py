"""Read the responsible planners' opinions."""

from datetime import date

from jiugai.domain.facts import Facts, Opinion
from jiugai.domain.figures import ParameterSet
from jiugai.domain.finding import Outcome
from jiugai.domain.rules.rule import Said, fails, figure, passes, unknown
from jiugai.domain.rules.words import day_words

GIVEN = ("agreed", "objected")
ROLES = {"street": "街道责任规划师", "district": "区总责任规划师"}


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
    return _by_last(facts, params, given, where)


def _by_last(facts: Facts, params: ParameterSet, given: list[Opinion], where: str) -> Said:
    """Answer by the last of the opinions given; one without a credible day leaves it open."""
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


def on_edition(facts: Facts, step: str, edition: int) -> list[Opinion]:
    """Return the opinions on one edition of a scheme; those on an edition that was replaced count no more."""
    return [one for one in at(facts, step) if one.edition == edition]


def of_both(facts: Facts, params: ParameterSet, step: str, edition: int, where: str) -> Said:
    """Answer by the opinions of the street's planner and the district's chief planner on the current edition.

    Whether the chief planner's is needed is a figure. The first that keeps the gate shut answers.
    """
    asked = on_edition(facts, step, edition)
    needed = figure(facts, params, "chief_planner_required")
    roles = list(ROLES) if needed.whole else ["street"]
    said = [_of_role(facts, params, [one for one in asked if one.role == role], role, where) for role in roles]
    shut = next((one for one in said if one.outcome is not Outcome.PASS), None)
    return shut or passes("；".join(one.says for one in said), needed.used)


def _of_role(facts: Facts, params: ParameterSet, found: list[Opinion], role: str, where: str) -> Said:
    given = [one for one in found if one.state in GIVEN]
    if given:
        return _by_last(facts, params, given, where)
    name = ROLES[role]
    if not found:
        return fails(f"没有送请{name}{where}出具意见", f"实施主体报送方案时送请{name}；名册里没有的，区里先登记任期")
    if any(one.state == "asked" for one in found):
        return fails(f"已送请{name}{where}出具意见，还没有答复", f"{name}在待办中出具意见")
    return fails(f"{name}{where}逾期没有出具意见", f"{name}补出意见，并由区规划部门督办")
