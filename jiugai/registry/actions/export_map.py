"""Hand out what the map shows as a file, and write down that it was done."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from jiugai.accounts import audit
from jiugai.accounts.actor import Actor
from jiugai.accounts.codes import Action
from jiugai.accounts.guard import require
from jiugai.accounts.permissions import Permission, where_held
from jiugai.domain.errors import Refusal, TooLarge
from jiugai.registry import map_files
from jiugai.registry.filters import community_filters
from jiugai.registry.models import Community
from jiugai.web.parts.dates import cn_full_date

MOST_ROWS = 20_000


class NothingToExport(Refusal):
    """No community meets the conditions."""

    code = "nothing_to_export"


class UnknownFileKind(Refusal):
    """The file format is not one we write."""

    code = "unknown_file_kind"


class Exported(NamedTuple):
    """A file with its name and media type."""

    content: bytes
    name: str
    media_type: str


def export_map(*, kind: str, params: Mapping[str, Any], actor: Actor, now: datetime) -> Exported:
    """Return the communities that meet the conditions as xlsx, GeoJSON or GeoPackage.

    Raises NotAllowed, BadFilter, NothingToExport, UnknownFileKind, and TooLarge above 20,000 rows.
    """
    require(actor, Permission.EXPORT)
    actor = where_held(actor, Permission.EXPORT)
    if kind not in map_files.TYPES:
        raise UnknownFileKind("不能导出这种格式", remedy="可以导出 xlsx、geojson、gpkg")
    rows = community_filters.apply(Community.objects.current(), params, actor)
    count = rows.count()
    _check(count)
    words = community_filters.in_words(params, actor)
    content = map_files.make(kind, rows, heading=_heading(actor, now, words, count))
    audit.record(
        action=Action.EXPORTED,
        actor=actor,
        subject=f"一张图 {count} 个小区",
        after={"条件": words, "格式": kind, "行数": count},
    )
    return Exported(content, f"小区_{now:%Y-%m-%d}_{count}个.{kind}", map_files.TYPES[kind])


def _check(count: int) -> None:
    if count == 0:
        raise NothingToExport("没有可以导出的小区", remedy="去掉一些条件，或扩大圈选范围")
    if count > MOST_ROWS:
        raise TooLarge(f"有 {count:,} 个小区，一次最多导出 {MOST_ROWS:,} 个", remedy="按区分次导出，或从小区列表导出")


def _heading(actor: Actor, now: datetime, words: str, count: int) -> list[str]:
    return [
        f"北京市老旧小区改造工作平台，一张图导出，{cn_full_date(now)}",
        f"导出人：{actor.name}　{actor.organisation}",
        f"条件：{words}",
        f"共 {count:,} 个小区。来源、标注见各行；标注“公开抓取，非官方”的不能当作官方名单",
    ]
