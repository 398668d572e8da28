"""Filters of the register, declared once: lists, exports, map and API take the same conditions from an address.

`community_filters.apply(Community.objects.current(), request.GET, actor)` gives the visible rows that match;
`community_filters.describe(request.GET, actor)` gives the conditions in words.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import combinations
from operator import or_

from django.contrib.gis.gdal import GDALException
from django.contrib.gis.geos import GEOSException, GEOSGeometry, Polygon
from django.db.models import Exists, OuterRef, Q

from jiugai.accounts.actor import Actor
from jiugai.accounts.models import Area
from jiugai.accounts.permissions import Permission, may
from jiugai.domain import built_years
from jiugai.domain.checkup.bands import Band, bands
from jiugai.domain.intake.names import normalise
from jiugai.domain.ownership import FOUR_CLASSES, Group
from jiugai.domain.stages import STAGES
from jiugai.registry.choices import (
    BuildingRecord,
    BuildingType,
    HeightClass,
    MixedPilot,
    Need,
    PlanMark,
    PositionState,
    Provenance,
    Structure,
)
from jiugai.registry.models import BuildingValue, Community, CommunityValue
from jiugai.registry.streets import placed_for_demo, suggested, unplaced
from jiugai.web.tables.filters import Choice, Exact, FilterSet, Option, Range, Text, equals, flag
from jiugai.web.tables.params import Params, split

MAX_CORNERS = 2000
MAX_IDS = 5000
CGCS2000 = 4490
DISTRICT_LEVEL = Area.Level.DISTRICT


@dataclass(frozen=True, kw_only=True)
class InArea(Choice):
    """Rows that lie in one of the areas, addressed by area code; paths are whole segments, so prefixes are exact."""

    level: str = ""

    def chosen(self, params: Params, actor: Actor | None) -> list[Option]:
        """Return the areas of the address, of any level, in its order. Raises BadFilter for an unknown code."""
        codes = split(params.get(self.name, ()))
        found = {area.code: area for area in Area.objects.filter(code__in=codes)} if codes else {}
        for code in codes:
            if code not in found:
                raise self.bad(code)
        return [_area_option(found[code]) for code in codes]

    def _words(self, option: Option) -> str:
        return option.label


def _area_option(area: Area) -> Option:
    return Option(area.code, area.name, Q(area_path__startswith=area.path))


def districts(actor: Actor | None, params: Params) -> Sequence[Option]:
    """Return the districts in which the actor may see rows."""
    rows = Area.objects.filter(level=DISTRICT_LEVEL).order_by("code")
    return [_area_option(area) for area in rows if _meets(area.path, actor)]


def streets(actor: Actor | None, params: Params) -> Sequence[Option]:
    """Return the streets of the chosen districts, or of the actor's own; the whole city's would be too many."""
    chosen = split(params.get("district", ()))
    rows = Area.objects.filter(level=Area.Level.STREET).order_by("name")
    if chosen:
        rows = rows.filter(parent__code__in=chosen)
    elif actor is None or actor.sees_all:
        return []
    return [_area_option(area) for area in rows if _meets(area.path, actor)]


def _meets(path: str, actor: Actor | None) -> bool:
    if actor is None or actor.sees_all:
        return True
    return any(path.startswith(own) or own.startswith(path) for own in actor.paths)


def _built(column: str) -> tuple[Option, ...]:
    """Classes of the year built, and both cut-offs apart (T22-5)."""
    known = [Option(s.code, s.label, _between(column, s.first, s.last), s.hint) for s in built_years.choices()]
    return (*known, Option("unknown", "资料不足", Q(**{f"{column}__isnull": True})))


def _between(column: str, low: int | None, high: int | None) -> Q:
    ends = {f"{column}__gte": low, f"{column}__lte": high}
    return Q(**{name: value for name, value in ends.items() if value is not None})


def _mixed() -> tuple[Option, ...]:
    """Mixed property: at least two of the four classes of task 32 meet (T32-4), and the states of the pilot."""
    present = [Q(ownership_classes__overlap=[c.value for c in members]) for members in FOUR_CLASSES.values()]
    several = reduce(or_, (a & b for a, b in combinations(present, 2)))
    return (Option("several", "含两类以上", several), *equals("mixed_pilot", MixedPilot.choices))


def checkup_bands(actor: Actor | None, params: Params) -> Sequence[Option]:
    """Return the bands of the check-up's score, and none to those who may not see check-ups."""
    if actor is not None and not may(actor, Permission.CHECKUP_VIEW):
        return []
    known = [Option(b.code, b.label, _score(b)) for b in bands()]
    return (
        *known,
        Option("no_score", "已体检，没有得分", Q(checkup_year__isnull=False, checkup_score__isnull=True)),
        Option("unknown", "未体检", Q(checkup_year__isnull=True)),
    )


def _score(band: Band) -> Q:
    ends = {"checkup_score__gte": band.least, "checkup_score__lt": band.below}
    return Q(**{name: value for name, value in ends.items() if value is not None})


def _lift() -> tuple[Option, ...]:
    return (
        Option("none", "都没有电梯", Q(share_no_lift=1)),
        Option("some", "部分有电梯", Q(share_no_lift__gt=0, share_no_lift__lt=1)),
        Option("all", "都有电梯", Q(share_no_lift=0)),
        Option("unknown", "资料不足", Q(share_no_lift__isnull=True)),
    )


def _box(text: str, _actor: Actor | None) -> tuple[Q, str]:
    """Read `west,south,east,north` in degrees of CGCS2000."""
    west, south, east, north = (float(part) for part in text.split(","))
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
        raise ValueError(text)
    box = Polygon.from_bbox((west, south, east, north))
    box.srid = CGCS2000
    return Q(point__bboverlaps=box), "地图范围内"


def _shape(text: str, _actor: Actor | None) -> tuple[Q, str]:
    """Read a drawn shape: `lon,lat;lon,lat;…` or WKT of a (multi)polygon, degrees of CGCS2000.

    The box comes first because row level security keeps ST_Intersects from the index.
    """
    shape = _polygon(text)
    if shape.num_coords > MAX_CORNERS or not shape.valid:
        raise ValueError(text)
    return Q(point__bboverlaps=shape) & Q(point__intersects=shape), "圈选范围内"


def _polygon(text: str) -> GEOSGeometry:
    try:
        shape = GEOSGeometry(text, srid=CGCS2000) if text[:1].isalpha() else _ring(text)
    except (GEOSException, GDALException, TypeError) as problem:
        raise ValueError(text) from problem
    if shape.geom_type not in {"Polygon", "MultiPolygon"} or shape.empty:
        raise ValueError(text)
    return shape


def _ring(text: str) -> Polygon:
    corners = [(float(lon), float(lat)) for lon, lat in (pair.split(",") for pair in text.strip(";").split(";"))]
    if corners[0] != corners[-1]:
        corners.append(corners[0])
    return Polygon(corners, srid=CGCS2000)


def _ids(text: str, _actor: Actor | None) -> tuple[Q, str]:
    numbers = [int(part) for part in text.split(",") if part]
    if not numbers or len(numbers) > MAX_IDS or max(numbers) >= 2**63:
        raise ValueError(text)
    return Q(pk__in=numbers), f"选中的 {len(numbers)} 个"


def _batch(model: type[CommunityValue | BuildingValue], home: str) -> Exact:
    def parse(text: str, _actor: Actor | None) -> tuple[Q, str]:
        values = model._default_manager.filter(**{home: OuterRef("pk"), "batch": int(text)})  # noqa: SLF001
        return Q(Exists(values)), f"导入批次 {int(text)}"

    return Exact(name="batch", label="导入批次", parse=parse)


def community_word(word: str) -> Q:
    """Return 'name, alias, pinyin, initials, address or code contains the word', also in its normal spelling.

    `search_text` is lower case and holds the normal spellings of the names.
    """
    spelled = normalise(word).lower()
    found = _contains(word)
    return found if spelled == word or len(spelled) < 2 else found | _contains(spelled)


def _contains(word: str) -> Q:
    """Return the condition in the form that the trigram index answers, which needs three characters or a blank.

    Every pair of Chinese characters stands in `search_text` as a word of its own; two letters ask for the start of
    a word.
    """
    if len(word) == 2 and not word.isascii():
        return Q(search_text__contains=f" {word} ")
    if len(word) == 2 and word.isalpha():
        return Q(search_text__contains=f" {word}")
    return Q(search_text__contains=word)


def building_word(word: str) -> Q:
    """Return the condition for one word: a building number or code, else something of the community."""
    if re.fullmatch(r"[0-9a-z甲乙丙丁-]{1,6}(号楼|栋|号|座|#|楼|单元)", word):
        return Q(label__contains=word)
    by_community = Q(community__in=Community.objects.filter(community_word(word)))
    return by_community | Q(code=word.upper()) if re.fullmatch(r"[0-9a-z-]+", word) else by_community


def _placing() -> tuple[Option, ...]:
    """Whether the street is known: sources know districts only, a person has to say the rest."""
    return (
        Option("open", "街道待核实", unplaced(), "来源只到区，还没有划归街道"),
        Option("suggested", "有建议街道", suggested(), "按商圈、地址、名称推出，待核实"),
        Option("placed", "已划归", ~unplaced()),
        Option("demo", "演示划归", placed_for_demo(), "演示时假定的街道，不是真实划归"),
    )


PLACES = (
    InArea(name="district", label="区", options=districts, main=True),
    InArea(name="area", label="街道", options=streets, main=True),
)
SHAPES = (
    Exact(name="bbox", label="地图范围", parse=_box),
    Exact(name="polygon", label="圈选范围", parse=_shape),
)
IDS = Exact(name="ids", label="选中", parse=_ids, joined=True)
PROVENANCE = Choice(name="provenance", label="数据", options=equals("provenance", Provenance.choices))

community_filters = FilterSet(
    (
        Text(name="q", label="搜索", word=community_word, placeholder="名称、别名、拼音首字母、地址、编号"),
        *PLACES,
        Choice(name="street", label="街道划归", options=_placing()),
        Choice(name="built", label="建成", options=_built("built_year"), main=True),
        Choice(
            name="ownership",
            label="产权",
            options=equals("ownership_group", [(g.value, g.label) for g in Group]),
            main=True,
        ),
        Choice(name="need", label="改造需求", options=equals("need", Need.choices), main=True),
        Choice(name="checkup", label="体检得分", options=checkup_bands),
        Choice(name="plan", label="“十四五”", options=equals("plan_mark", PlanMark.choices)),
        Choice(name="height", label="高度", options=equals("height_class", HeightClass.choices)),
        Choice(name="has_lift", label="电梯", options=_lift()),
        Choice(name="mixed", label="多类产权混合", options=_mixed()),
        Choice(name="stage", label="阶段", options=equals("stage", [(s.code, s.label) for s in STAGES])),
        Choice(name="position", label="位置", options=equals("position_state", PositionState.choices)),
        PROVENANCE,
        Range(name="built_years", prefix="built", label="建成年份", column="built_year", unit="年", plain=True),
        Range(name="households", label="户数", column="households", unit="户"),
        Range(name="floors", label="最高层数", column="floors_max", unit="层"),
        *SHAPES,
        IDS,
        _batch(CommunityValue, "community"),
    )
)


def _community(text: str, actor: Actor | None) -> tuple[Q, str]:
    number = int(text)
    rows = Community.objects.filter(pk=number)
    name = (rows.visible_to(actor) if actor else rows.none()).values_list("name", flat=True).first()
    return Q(community_id=number), f"小区：{name or number}"


building_filters = FilterSet(
    (
        Text(name="q", label="搜索", word=building_word, placeholder="小区、楼号、地址、编号"),
        *PLACES,
        Choice(name="built", label="建成", options=_built("built_year"), main=True),
        Choice(name="type", label="楼型", options=equals("building_type", BuildingType.choices), main=True),
        Choice(name="has_lift", label="电梯", options=flag("has_lift", "有电梯", "没有电梯"), main=True),
        Choice(name="structure", label="结构", options=equals("structure", Structure.choices)),
        Choice(name="record", label="记录类型", options=equals("record", BuildingRecord.choices)),
        PROVENANCE,
        Range(name="built_years", prefix="built", label="建成年份", column="built_year", unit="年", plain=True),
        Range(name="storeys", label="地上层数", column="storeys", unit="层"),
        Exact(name="community", label="小区", parse=_community),
        *SHAPES,
        IDS,
        _batch(BuildingValue, "building"),
    )
)
