"""What our background jobs are, for the job pages."""

from jiugai.accounts.jobs import Kind, register


def register_jobs() -> None:
    """Tell the job pages."""
    register("matters.redate", Kind("放假通知：重算期限"))
    register("matters.escalate", Kind("逾期事项上报督办"))
