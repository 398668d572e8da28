"""Closed lists of the register that the database also checks."""

from django.db.models import TextChoices


class Provenance(TextChoices):
    """Whether a row speaks of the real city or was made up for demonstration."""

    REAL = "real", "真实"
    DEMO = "demo", "演示"


class Need(TextChoices):
    """How urgently a community needs renovation (T01-4); filled by the check-up, until then by estimate."""

    HIGH = "high", "高"
    MID = "mid", "中"
    LOW = "low", "低"
    NONE = "none", "不涉及"
    UNKNOWN = "unknown", "资料不足"


class HeightClass(TextChoices):
    """Height class by the highest building."""

    BUNGALOW = "bungalow", "平房"
    LOW = "low", "低层（1—3层）"
    MULTI = "multi", "多层（4—6层）"
    MID_RISE = "mid_rise", "中高层（7—9层）"
    HIGH = "high", "高层（10层以上）"
    UNKNOWN = "unknown", "资料不足"


class PlanMark(TextChoices):
    """Whether the community needs renovation within the 14th Five-Year period (T01-2)."""

    NEEDED = "needed", "“十四五”需改造"
    NOT_NEEDED = "not_needed", "“十四五”不需改造"
    UNKNOWN = "unknown", "待核实"


class MixedPilot(TextChoices):
    """State of the pilot for communities of mixed property (T32-4)."""

    NONE = "none", "未纳入试点"
    CANDIDATE = "candidate", "拟纳入试点"
    PILOT = "pilot", "试点中"
    DONE = "done", "试点完成"


class PositionState(TextChoices):
    """How far the point can be trusted. Wrong points are flagged and shown, never dropped."""

    GOOD = "good", "位置可信"
    SUSPECT = "suspect", "位置待核实"
    MISSING = "missing", "没有位置"


class BuildingRecord(TextChoices):
    """What a building record stands for."""

    SURVEYED = "surveyed", "楼栋"
    SALES_GROUP = "sales_group", "成交归并（非实测楼栋）"


class BuildingType(TextChoices):
    """Shape of a building, as the sales records class it."""

    TOWER = "tower", "塔楼"
    SLAB = "slab", "板楼"
    MIXED = "mixed", "板塔结合"
    BUNGALOW = "bungalow", "平房"
    UNKNOWN = "unknown", "资料不足"


class Structure(TextChoices):
    """Load-bearing structure."""

    BRICK_WOOD = "brick_wood", "砖木"
    MIXED = "mixed", "混合"
    BRICK_CONCRETE = "brick_concrete", "砖混"
    STEEL_CONCRETE = "steel_concrete", "钢混"
    STEEL = "steel", "钢结构"
    UNKNOWN = "unknown", "资料不足"
