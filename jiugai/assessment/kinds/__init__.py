"""The kinds of matters of this part."""

from jiugai.assessment.kinds import hard_problem, policy_study


def declare_all() -> None:
    """Make them known."""
    hard_problem.declare()
    policy_study.declare()
