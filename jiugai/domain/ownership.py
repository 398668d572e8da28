"""Property-right classes of housing (产权性质) and how they are grouped on the map (T01-3, T32-4).

The list beyond the four classes of task 32 is general knowledge, not a published code list.
"""

from collections.abc import Iterable
from enum import StrEnum


class Ownership(StrEnum):
    """Whose a dwelling is. The value is what the register stores."""

    CENTRAL_STATE = "central_state"
    CENTRAL_INSTITUTION = "central_institution"
    CENTRAL_ENTERPRISE = "central_enterprise"
    MUNICIPAL = "municipal"
    DISTRICT = "district"
    MILITARY = "military"
    SOLD_PUBLIC = "sold_public"
    PUBLIC_DIRECT = "public_direct"
    PUBLIC_OWN = "public_own"
    UNIT_BUILT = "unit_built"
    COMMODITY = "commodity"
    AFFORDABLE = "affordable"
    RELOCATION = "relocation"
    SMALL = "small"
    OTHER = "other"
    UNKNOWN = "unknown"

    @property
    def label(self) -> str:
        """Words on screen."""
        return LABELS[self]

    @property
    def group(self) -> "Group":
        """The colour on the map."""
        return GROUP_OF[self]


class Group(StrEnum):
    """Colours of the map, in the order of its legend."""

    CENTRAL = "central"
    COMMODITY = "commodity"
    UNIT = "unit"
    MIXED = "mixed"
    AFFORDABLE = "affordable"
    SMALL = "small"
    UNKNOWN = "unknown"

    @property
    def label(self) -> str:
        """Words on screen."""
        return GROUP_LABELS[self]


LABELS: dict[Ownership, str] = {
    Ownership.CENTRAL_STATE: "中央和国家机关本级",
    Ownership.CENTRAL_INSTITUTION: "部委下属事业单位",
    Ownership.CENTRAL_ENTERPRISE: "央企",
    Ownership.MUNICIPAL: "本市（市属）",
    Ownership.DISTRICT: "本市（区属）",
    Ownership.MILITARY: "军产",
    Ownership.SOLD_PUBLIC: "已购公房（房改房）",
    Ownership.PUBLIC_DIRECT: "直管公房",
    Ownership.PUBLIC_OWN: "自管公房",
    Ownership.UNIT_BUILT: "单位集体自建房",
    Ownership.COMMODITY: "商品房",
    Ownership.AFFORDABLE: "经济适用房",
    Ownership.RELOCATION: "动迁配套房",
    Ownership.SMALL: "小产权房",
    Ownership.OTHER: "其他",
    Ownership.UNKNOWN: "资料不足",
}

GROUP_LABELS: dict[Group, str] = {
    Group.CENTRAL: "央产",
    Group.COMMODITY: "商品房",
    Group.UNIT: "单位自建和公房",
    Group.MIXED: "混合产权",
    Group.AFFORDABLE: "经适、动迁",
    Group.SMALL: "小产权",
    Group.UNKNOWN: "资料不足",
}

GROUP_OF: dict[Ownership, Group] = {
    Ownership.CENTRAL_STATE: Group.CENTRAL,
    Ownership.CENTRAL_INSTITUTION: Group.CENTRAL,
    Ownership.CENTRAL_ENTERPRISE: Group.CENTRAL,
    Ownership.MUNICIPAL: Group.UNIT,
    Ownership.DISTRICT: Group.UNIT,
    Ownership.MILITARY: Group.UNIT,
    Ownership.SOLD_PUBLIC: Group.UNIT,
    Ownership.PUBLIC_DIRECT: Group.UNIT,
    Ownership.PUBLIC_OWN: Group.UNIT,
    Ownership.UNIT_BUILT: Group.UNIT,
    Ownership.COMMODITY: Group.COMMODITY,
    Ownership.AFFORDABLE: Group.AFFORDABLE,
    Ownership.RELOCATION: Group.AFFORDABLE,
    Ownership.SMALL: Group.SMALL,
    Ownership.OTHER: Group.UNKNOWN,
    Ownership.UNKNOWN: Group.UNKNOWN,
}

# Words of files, longest first where one holds another. Files run several together without a separator.
WORDS: dict[str, Ownership] = {
    "中央和国家机关": Ownership.CENTRAL_STATE,
    "中央国家机关": Ownership.CENTRAL_STATE,
    "国家机关": Ownership.CENTRAL_STATE,
    "部委下属事业单位": Ownership.CENTRAL_INSTITUTION,
    "部委所属事业单位": Ownership.CENTRAL_INSTITUTION,
    "部委直属": Ownership.CENTRAL_INSTITUTION,
    "中央企业": Ownership.CENTRAL_ENTERPRISE,
    "央企": Ownership.CENTRAL_ENTERPRISE,
    "市属": Ownership.MUNICIPAL,
    "区属": Ownership.DISTRICT,
    "军产": Ownership.MILITARY,
    "部队": Ownership.MILITARY,
    "房改房": Ownership.SOLD_PUBLIC,
    "已购公房": Ownership.SOLD_PUBLIC,
    "直管公房": Ownership.PUBLIC_DIRECT,
    "自管公房": Ownership.PUBLIC_OWN,
    "单位集体自建房": Ownership.UNIT_BUILT,
    "单位自建": Ownership.UNIT_BUILT,
    "集体自建": Ownership.UNIT_BUILT,
    "集资房": Ownership.UNIT_BUILT,
    "商品房住宅": Ownership.COMMODITY,
    "商品住宅": Ownership.COMMODITY,
    "商品房": Ownership.COMMODITY,
    "经济适用": Ownership.AFFORDABLE,
    "经适房": Ownership.AFFORDABLE,
    "限价房": Ownership.AFFORDABLE,
    "动迁": Ownership.RELOCATION,
    "回迁": Ownership.RELOCATION,
    "安置房": Ownership.RELOCATION,
    "小产权": Ownership.SMALL,
    "其他": Ownership.OTHER,
    "其它": Ownership.OTHER,
    "办公": Ownership.OTHER,
    "商业": Ownership.OTHER,
    "酒店": Ownership.OTHER,
}

# The four classes of task 32: central organs themselves, institutions of ministries, central enterprises, the city.
FOUR_CLASSES: dict[str, frozenset[Ownership]] = {
    "中央和国家机关本级": frozenset({Ownership.CENTRAL_STATE}),
    "部委下属事业单位": frozenset({Ownership.CENTRAL_INSTITUTION}),
    "央企": frozenset({Ownership.CENTRAL_ENTERPRISE}),
    "本市": frozenset({Ownership.MUNICIPAL, Ownership.DISTRICT}),
}


def read_words(text: str) -> tuple[Ownership, ...]:
    """Return the classes a text names, also run together ("商品房住宅单位集体自建房"), in the order of the text."""
    places: dict[Ownership, int] = {}
    for word in sorted(WORDS, key=len, reverse=True):
        place = text.find(word)
        if place >= 0:
            places[WORDS[word]] = min(place, places.get(WORDS[word], place))
            text = text.replace(word, "＿" * len(word))
    return tuple(sorted(places, key=places.__getitem__))


def known(codes: Iterable[str]) -> tuple[Ownership, ...]:
    """Return the classes named by codes, each once, in the order of the enum, leaving out unknown ones."""
    wanted = set(codes) - {Ownership.UNKNOWN.value}
    return tuple(one for one in Ownership if one.value in wanted)


def group_of(codes: Iterable[str]) -> Group:
    """Return the map group of a set of classes: several groups make it mixed, none leaves it unknown."""
    groups = {one.group for one in known(codes)} - {Group.UNKNOWN}
    if not groups:
        return Group.UNKNOWN
    return groups.pop() if len(groups) == 1 else Group.MIXED


def four_classes(codes: Iterable[str]) -> tuple[str, ...]:
    """Return which of the four classes of task 32 are present, in the order of the document."""
    present = set(known(codes))
    return tuple(name for name, members in FOUR_CLASSES.items() if present & members)


def is_mixed_property(codes: Iterable[str]) -> bool:
    """Tell whether at least two of the four classes of task 32 meet (多类产权混合, T32-4)."""
    return len(four_classes(codes)) >= 2
