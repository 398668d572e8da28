"""The floor-area flow pool (流量池): who may draw on it, and what each step posts (T18-1…4).

A district is granted a scale; a project reserves from what is available; when the works are measured, the built area is
counted and what was reserved too much comes back. Areas are integer cm².
"""

from collections.abc import Mapping
from enum import StrEnum

from jiugai.domain.errors import Refusal
from jiugai.domain.ledger import Leg, balanced, transfer

CM2_PER_M2 = 10_000


class Work(StrEnum):
    """The four kinds of works whose added area belongs to the pool (T18-2)."""

    MUNICIPAL = "municipal"
    PUBLIC_SERVICE = "public_service"
    PUBLIC_SAFETY = "public_safety"
    SELF_CONTAINED = "self_contained"

    @property
    def label(self) -> str:
        """Words of the policy."""
        return _LABELS[self.value]


_LABELS: Mapping[str, str] = {
    "municipal": "市政基础设施改造",
    "public_service": "公共服务设施改造",
    "public_safety": "公共安全设施改造",
    "self_contained": "危旧楼房成套化改造",
}


class Account(StrEnum):
    """Accounts of a district's pool; only the source may fall below zero."""

    GRANTED = "granted"
    AVAILABLE = "available"
    RESERVED = "reserved"
    COUNTED = "counted"

    @property
    def label(self) -> str:
        """Words on screen."""
        return {"granted": "规模来源", "available": "可用规模", "reserved": "已预留", "counted": "已备案计入"}[
            self.value
        ]


class NotOfThePool(Refusal):
    """The works are none of the four kinds."""

    status = 422
    code = "not_of_the_pool"


def admitted(kind: str) -> Work:
    """Return the kind of works if it belongs to the pool. Raises NotOfThePool (T18-2)."""
    try:
        return Work(kind)
    except ValueError:
        words = "、".join(work.label for work in Work)
        raise NotOfThePool(
            "这类工程增加的面积不进流量池", where="改造类别", clause="T18-2", remedy=f"只有四类：{words}"
        ) from None


def grant(cm2: int) -> tuple[Leg, ...]:
    """Post a scale granted to a district; below zero takes some back."""
    return balanced((Leg(Account.GRANTED, -cm2), Leg(Account.AVAILABLE, cm2)))


def reserve(cm2: int) -> tuple[Leg, ...]:
    """Post what a project will add."""
    return transfer(Account.AVAILABLE, Account.RESERVED, cm2)


def release(cm2: int) -> tuple[Leg, ...]:
    """Post a reservation that is given up."""
    return transfer(Account.RESERVED, Account.AVAILABLE, cm2)


def count(reserved: int, built: int) -> tuple[Leg, ...]:
    """Post what was built, filed apart (T18-3): the rest of the reservation comes back, an excess is drawn as well."""
    return balanced(
        (Leg(Account.RESERVED, -reserved), Leg(Account.COUNTED, built), Leg(Account.AVAILABLE, reserved - built))
    )


def uncount(reserved: int, built: int) -> tuple[Leg, ...]:
    """Post that a filing is taken back for correction: the reservation stands again."""
    return tuple(Leg(leg.account, -leg.amount) for leg in count(reserved, built))
