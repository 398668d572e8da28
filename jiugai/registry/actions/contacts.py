"""People with a duty in a community. Numbers are sealed; showing one in full is logged (design section 10)."""

import re
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from jiugai.accounts import audit
from jiugai.accounts.actor import Actor
from jiugai.accounts.codes import Action
from jiugai.accounts.crypto import BrokenSeal, masked_phone, seal, unseal
from jiugai.accounts.guard import require, require_answer
from jiugai.accounts.models import Organisation
from jiugai.accounts.permissions import Permission
from jiugai.accounts.sharing import is_foreign
from jiugai.domain.errors import Refusal
from jiugai.registry.models import Community, CommunityContact
from jiugai.registry.queries.people import may_reveal

PLACE = "communitycontact.phone"
_PHONE = re.compile(r"(?:1\d{10}|0\d{2,3}-?\d{7,8}(?:-\d{1,6})?|\d{5,8})")


class WrongPhone(Refusal):
    """The telephone number cannot be one."""

    code = "wrong_phone"


class NoBody(Refusal):
    """A telephone number needs a body: whose it is decides who may see it in full (T01-7)."""

    code = "no_body"


class PhoneLost(Refusal):
    """The number cannot be unsealed: the key is missing or the field was changed."""

    code = "phone_lost"


@dataclass(frozen=True)
class Person:
    """What the form asks for. An empty `phone` keeps the one on record."""

    duty: str
    name: str
    organisation: Organisation | None = None
    phone: str = ""


@transaction.atomic
def save_contact(
    *, community: Community, person: Person, actor: Actor, contact: CommunityContact | None = None
) -> CommunityContact:
    """Add a person, or correct one. The log holds no number. Raises NotAllowed, WrongPhone, NoBody, Refusal."""
    require(actor, Permission.REGISTER_EDIT, community)
    if not person.name.strip() or not person.duty.strip():
        raise Refusal("联系人要有姓名和职责", where="联系人", remedy="补全后再保存")
    row = contact or CommunityContact(community=community)
    before = {"duty": row.duty, "name": row.name} if contact else None
    row.duty, row.name, row.organisation = person.duty.strip(), person.name.strip(), person.organisation
    if person.phone:
        row.phone = seal(_checked(person.phone), place=PLACE)
    if row.phone and row.organisation is None:
        raise NoBody("有电话的联系人要写明单位", where="单位", remedy="选他所在的单位；居民代表选社区居委会")
    row.save()
    row.refresh_from_db()
    audit.record(
        action=Action.CONTACT_SAVED,
        actor=actor,
        subject=row,
        before=before,
        after={"duty": row.duty, "name": row.name, "电话": "已改" if person.phone else "未改"},
    )
    return row


def _checked(phone: str) -> str:
    plain = re.sub(r"\s", "", phone.translate(str.maketrans("０１２３４５６７８９－", "0123456789-")))
    if not _PHONE.fullmatch(plain):
        raise WrongPhone("电话号码不对", where="电话", remedy="填 11 位手机号，或区号加座机号，如 010-12345678")
    return plain


@transaction.atomic
def end_contact(*, contact: CommunityContact, actor: Actor, on: date) -> None:
    """Write down that a person no longer has the duty; `on` is the last day. Raises NotAllowed."""
    require(actor, Permission.REGISTER_EDIT, contact)
    contact.ended_on = on
    contact.save(update_fields=["ended_on"])
    audit.record(action=Action.CONTACT_SAVED, actor=actor, subject=contact, after={"卸任": on})


def masked(contact: CommunityContact) -> str:
    """Return the number with its middle hidden, for everybody who may see people; empty without a number."""
    return masked_phone(_open(contact)) if contact.phone else ""


def reveal_phone(*, contact: CommunityContact, actor: Actor, reason: str, on: date) -> str:
    """Return the full number and write down who asked and why; another body's as shared access (T01-7).

    Raises NotAllowed, PhoneLost.
    """
    require_answer(may_reveal(contact, actor, on=on))
    if not contact.phone:
        raise Refusal("没有登记电话", where=str(contact), remedy="请社区补登")
    phone = _open(contact)
    audit.record(
        action=Action.SHARED_ACCESS if is_foreign(contact.organisation, actor) else Action.PEOPLE_REVEALED,
        actor=actor,
        subject=contact,
        after={"项目": "电话", "单位": str(contact.organisation or "")},
        reason=reason,
    )
    return phone


def _open(contact: CommunityContact) -> str:
    try:
        return unseal(bytes(contact.phone or b""), place=PLACE)
    except BrokenSeal as problem:
        raise PhoneLost(
            "电话读不出来", where=str(contact), remedy="告诉平台管理员核对字段密钥，或重新登记"
        ) from problem
