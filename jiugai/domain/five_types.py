"""The five types of problems that are governed before renovation (T02-1, T02-3)."""

from enum import StrEnum


class Problem(StrEnum):
    """One of the five, in the order of the policy."""

    ILLEGAL_STRUCTURE = "illegal_structure"
    STAKE_LOCK = "stake_lock"
    WALL_OPENING = "wall_opening"
    GROUP_RENTAL = "group_rental"
    BASEMENT_MISUSE = "basement_misuse"

    @property
    def label(self) -> str:
        """Words on screen."""
        return {
            "illegal_structure": "违法建设",
            "stake_lock": "地桩地锁",
            "wall_opening": "开墙打洞",
            "group_rental": "群租房",
            "basement_misuse": "地下空间违规使用",
        }[self.value]
