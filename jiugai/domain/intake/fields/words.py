"""Reading words that stand for one of a closed list."""

from collections.abc import Mapping

from jiugai.domain.geo.districts import district_code
from jiugai.domain.intake.fields.text import NOTHING_SAID, Reading, is_nothing, plain
from jiugai.domain.intake.problems import Problem, warning
from jiugai.domain.intake.rows import Cell
from jiugai.domain.ownership import Ownership, read_words

YES_NO = {
    "有": True, "是": True, "1": True, "Y": True, "YES": True, "TRUE": True, "有电梯": True,
    "没有": False, "否": False, "0": False, "N": False, "NO": False, "FALSE": False, "无电梯": False,
}  # fmt: skip
HEIGHTS = {
    "平房": "bungalow", "低层": "low", "多层": "multi", "小高层": "mid_rise", "中高层": "mid_rise",
    "超高层": "high", "高层": "high",
}  # fmt: skip
HEIGHT_ORDER = ["bungalow", "low", "multi", "mid_rise", "high"]
SHAPES = {"板塔结合": "mixed", "塔板结合": "mixed", "塔楼": "tower", "板楼": "slab", "平房": "bungalow"}
STRUCTURES = {
    "砖木": "brick_wood", "砖混": "brick_concrete", "混合": "mixed", "钢结构": "steel",
    "钢筋混凝土": "steel_concrete", "钢混": "steel_concrete", "框架": "steel_concrete", "剪力墙": "steel_concrete",
}  # fmt: skip


def read_yes_no(cell: Cell) -> Reading:
    """Read yes or no. 无 says no here, though elsewhere it means that nothing is known."""
    if isinstance(cell, bool):
        return Reading(cell)
    text = plain(cell).upper()
    if text == "无":
        return Reading(False)
    if is_nothing(cell):
        return NOTHING_SAID
    if text in YES_NO:
        return Reading(YES_NO[text])
    return Reading(None, Problem("not_yes_no", "只能填“有”或“无”", "不清楚就留空"))


def read_ownership(cell: Cell) -> Reading:
    """Read the property-right classes named in a text, also several run together, as a list of codes (T01-3)."""
    if is_nothing(cell):
        return NOTHING_SAID
    classes = read_words(plain(cell))
    if not classes:
        return Reading(
            None,
            warning(
                "ownership_unknown", "不认识这种产权，按资料不足处理", "改成列表里的产权类别，如 商品房、央企、已购公房"
            ),
        )
    if classes == (Ownership.OTHER,):
        return Reading([Ownership.OTHER.value])
    return Reading([one.value for one in classes if one is not Ownership.OTHER])


def read_height(cell: Cell) -> Reading:
    """Read the class of the highest building named: 多层|高层 gives high."""
    if is_nothing(cell):
        return NOTHING_SAID
    found = _named(plain(cell), HEIGHTS)
    if not found:
        return Reading(
            None, warning("height_unknown", "不认识这种建筑类型，按资料不足处理", "填 平房、低层、多层、小高层 或 高层")
        )
    return Reading(max(found, key=HEIGHT_ORDER.index))


def read_shape(cell: Cell) -> Reading:
    """Read the shape of a building."""
    return _one_of(cell, SHAPES, "填 塔楼、板楼、板塔结合 或 平房")


def read_structure(cell: Cell) -> Reading:
    """Read the load-bearing structure of a building."""
    return _one_of(cell, STRUCTURES, "填 砖木、混合、砖混、钢混 或 钢结构")


def read_district(cell: Cell) -> Reading:
    """Read the district that a text begins with (朝阳 管庄, 朝阳区, chaoyang) as its code."""
    if is_nothing(cell):
        return NOTHING_SAID
    code = district_code(plain(cell))
    if code is None:
        return Reading(None, warning("district_unknown", "不是北京的区", "填区名，如 朝阳区；不在北京的删掉这一行"))
    return Reading(code)


def _one_of(cell: Cell, words: Mapping[str, str], remedy: str) -> Reading:
    if is_nothing(cell):
        return NOTHING_SAID
    found = _named(plain(cell), words)
    if not found:
        return Reading(None, Problem("not_in_list", "不在可选的几项里", remedy))
    return Reading(found[0])


def _named(text: str, words: Mapping[str, str]) -> list[str]:
    """Return the values of the words found in a text, longest words first so that 小高层 is not read as 高层."""
    found = []
    for word in sorted(words, key=len, reverse=True):
        if word in text:
            found.append(words[word])
            text = text.replace(word, "|")
    return found
