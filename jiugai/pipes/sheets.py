"""The door board of an application as a workbook, for the round of visits."""

from collections.abc import Sequence
from datetime import datetime
from typing import IO

from jiugai.accounts.actor import Actor
from jiugai.pipes.models import RiserApplication
from jiugai.pipes.queries.risers import Board, Door
from jiugai.web.export import About, write_xlsx
from jiugai.web.tables.columns import Column

COLUMNS: Sequence[Column] = (
    Column(key="entrance", label="单元", value=lambda door: door.said.entrance, width=8),
    Column(key="floor", label="楼层", value=lambda door: door.said.floor, width=8),
    Column(key="door", label="门牌", value=lambda door: door.said.door, width=10),
    Column(key="answer", label="答复", value=lambda door: door.said.answer.label, width=10),
    Column(key="said", label="答复日期", value=lambda door: door.said.said_on, kind="date", width=14),
    Column(key="visits", label="上门次数", value=lambda door: door.said.visits, width=10),
    Column(key="next", label="约定再来", value=lambda door: door.said.next_visit, kind="date", width=14),
    Column(key="note", label="情况", value=lambda door: door.said.note, width=36),
)


def doors_in_order(board: Board) -> list[Door]:
    """Return the doors as one walks: entrance by entrance, from the top floor down."""
    return [door for entrance in board.entrances for doors in entrance.floors.values() for door in doors]


def board_workbook(application: RiserApplication, board: Board, actor: Actor, now: datetime, request: str) -> IO[bytes]:
    """Write the board; whom to visit is told by the columns of answers."""
    doors = doors_in_order(board)
    about = About(
        title="逐户情况", who=actor.name, organisation=actor.organisation, at=now, request=request, count=len(doors),
        conditions=f"{application.title}，{application.round.title}",
    )  # fmt: skip
    return write_xlsx(about, COLUMNS, doors, None)
