"""The one place where planning asks a gate to let it through."""

from datetime import date, datetime

from jiugai.accounts.actor import Actor
from jiugai.domain.errors import Refusal
from jiugai.planning.models import Project


class GateShut(Refusal):
    """The gate's verdict cannot be had."""

    status = 409
    code = "gate_shut"


def pass_gates(*, project: Project, gate: str, actor: Actor, now: datetime, on: date) -> None:
    """Pass a gate for every community that the project covers. Raises the gate's refusal."""
    raise GateShut("关口判定还没有接通，不能放行", where=project.code, remedy="等关口判定接通后再办")
