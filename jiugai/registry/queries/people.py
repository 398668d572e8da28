"""Whose telephone number a person may see in full: by right, and another body's by its rule (T01-7)."""

from datetime import date

from jiugai.accounts.actor import Actor
from jiugai.accounts.models.sharing import Dataset
from jiugai.accounts.permissions import Answer, Permission, may
from jiugai.accounts.sharing import is_foreign, owners_for
from jiugai.registry.models import CommunityContact


def may_reveal(contact: CommunityContact, actor: Actor, *, on: date) -> Answer:
    """Answer whether the actor may see the number in full. A number of nobody's is shown to nobody."""
    answer = may(actor, Permission.PEOPLE_REVEAL, contact)
    if answer and contact.organisation is None:
        return Answer(False, "没有登记他的单位，不知道电话归谁；先更正联系人，补上单位")
    if not answer or not is_foreign(contact.organisation, actor):
        return answer
    if contact.organisation_id in owners_for(actor, Dataset.CONTACTS, on=on):
        return answer
    return Answer(False, f"电话是{contact.organisation}的，没有共享给您的单位，可以请它登记共享规则")
