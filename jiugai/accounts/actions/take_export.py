"""Hand out a list that was written in the background."""

from pathlib import Path

from jiugai.accounts.actor import Actor
from jiugai.accounts.exporting import offered, place_of, write_down
from jiugai.accounts.guard import require
from jiugai.accounts.models import ListExport
from jiugai.accounts.permissions import Permission
from jiugai.domain.errors import Conflict, Refusal


class ExportGone(Refusal):
    """The file is no longer kept."""

    status = 404
    code = "export_gone"


def take_export(*, asked: ListExport, actor: Actor) -> Path:
    """Return the file, and write down who takes it home. The right is asked again: it may have ended since.

    Raises NotAllowed, Conflict while it is written, and ExportGone.
    """
    _, permission = offered(asked.table)
    require(actor, permission)
    require(actor, Permission.EXPORT)
    if asked.finished_at is None:
        raise Conflict("文件还没有生成完", remedy="在“我的导出”里看进度")
    place = place_of(asked.file)
    if not place.is_file():
        raise ExportGone("文件已清理", where=asked.file_name, remedy="回到列表重新导出")
    write_down(
        actor=actor, title=asked.title, rows=asked.rows_total, conditions=asked.conditions, columns=asked.columns,
        kind="xlsx",
    )  # fmt: skip
    return place
