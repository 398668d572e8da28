"""Beijing's districts: their codes, the ways files name them, and which one a point lies in."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import ArrayLike
from shapely.geometry.base import BaseGeometry

CITY = "110000"
BDA = "BDA"
"""北京经济技术开发区 is no district and has a key of its own (domain facts 8)."""
NAMES = {
    "110101": "东城区", "110102": "西城区", "110105": "朝阳区", "110106": "丰台区", "110107": "石景山区",
    "110108": "海淀区", "110109": "门头沟区", "110111": "房山区", "110112": "通州区", "110113": "顺义区",
    "110114": "昌平区", "110115": "大兴区", "110116": "怀柔区", "110117": "平谷区", "110118": "密云区",
    "110119": "延庆区", BDA: "北京经济技术开发区",
}  # fmt: skip
PINYIN = {
    "dongcheng": "110101", "xicheng": "110102", "chaoyang": "110105", "fengtai": "110106", "shijingshan": "110107",
    "haidian": "110108", "mentougou": "110109", "fangshan": "110111", "tongzhou": "110112", "shunyi": "110113",
    "changping": "110114", "daxing": "110115", "huairou": "110116", "pinggu": "110117", "miyun": "110118",
    "yanqing": "110119", "yizhuang": BDA, "yizhuangkaifaqu": BDA,
}  # fmt: skip
OTHER_NAMES = {"亦庄": BDA, "经开区": BDA, "经济技术开发区": BDA, "开发区": BDA, "崇文": "110101", "宣武": "110102"}
# The development area has no published polygon; its ground lies in these two districts.
BDA_GROUND = frozenset({"110115", "110112"})
WEST, EAST, SOUTH, NORTH = 115.41, 117.52, 39.43, 41.07
"""Bounds of the city in degrees."""


class District(NamedTuple):
    """A district's code and outline in CGCS2000."""

    code: str
    outline: BaseGeometry


class DistrictIndex:
    """Finds the district of many points at once."""

    def __init__(self, districts: Iterable[District]) -> None:
        self._districts: Sequence[District] = tuple(districts)
        self._tree = shapely.STRtree([d.outline for d in self._districts])

    def locate(self, lon: ArrayLike, lat: ArrayLike) -> list[str | None]:
        """Return the code of the district each point lies in, None outside the city or without a point."""
        x, y = np.atleast_1d(np.asarray(lon, dtype=np.float64)), np.atleast_1d(np.asarray(lat, dtype=np.float64))
        points = np.asarray(shapely.points(x, y), dtype=object)
        found: list[str | None] = [None] * points.size
        which, where = self._tree.query(points, predicate="intersects")
        for point, district in sorted(zip(which.tolist(), where.tolist(), strict=True), reverse=True):
            found[point] = self._districts[district].code
        return found


def district_code(text: str) -> str | None:
    """Return the code of the district that a text begins with: a code, 朝阳区, 朝阳 管庄, 北京市朝阳区, chaoyang."""
    return _parted(text)[0]


def below_district(text: str) -> str:
    """Return what a text says behind its district: 管庄地区 of 朝阳区 管庄地区."""
    return _parted(text)[1]


def _parted(text: str) -> tuple[str | None, str]:
    words = text.strip().removeprefix("北京市").removeprefix("北京").strip()
    if words in NAMES:
        return words, ""
    if words.lower() in PINYIN:
        return PINYIN[words.lower()], ""
    for code, name in NAMES.items():
        short = name.removesuffix("区")
        for start in (name, f"{short} "):
            if f"{words} ".startswith(start):
                return code, words.removeprefix(start.strip()).strip()
    first, _, rest = words.partition(" ")
    other = OTHER_NAMES.get(first) or OTHER_NAMES.get(first.removesuffix("区"))
    return other, rest.strip() if other else ""


def same_ground(stated: str, found: str) -> bool:
    """Tell whether a stated district fits the one a point lies in."""
    return stated == found or (stated == BDA and found in BDA_GROUND)


def in_bounds(lon: float, lat: float) -> bool:
    """Tell whether a point can lie in Beijing at all."""
    return WEST <= lon <= EAST and SOUTH <= lat <= NORTH
