"""Filters of the entries."""

from django.db.models import Q

from jiugai.domain.floor_area import Account
from jiugai.registry.filters import IDS, PROVENANCE
from jiugai.registry.filters import PLACES as DISTRICT_AND_STREET
from jiugai.web.tables.filters import Choice, Dates, FilterSet, Option, Text

DISTRICT = DISTRICT_AND_STREET[0]
ACCOUNTS = tuple(Option(one.value, one.label, Q(legs__account__code=one.value)) for one in Account)
ORIGINS = (
    Option("filing", "备案事项", Q(matter__isnull=False)),
    Option("grant", "下达规模", Q(matter__isnull=True, reverses__isnull=True)),
    Option("reversal", "冲正", Q(reverses__isnull=False)),
)


def entry_word(word: str) -> Q:
    """Return 'what it is for or its reference contains the word'."""
    return Q(what__icontains=word) | Q(reference__icontains=word)


entry_filters = FilterSet(
    (
        Text(name="q", label="搜索", word=entry_word, placeholder="事由、文号"),
        DISTRICT,
        Choice(name="origin", label="来源", options=ORIGINS, main=True),
        Choice(name="account", label="科目", options=ACCOUNTS),
        Dates(name="on", label="记账日期", column="on", is_time=False),
        PROVENANCE,
        IDS,
    )
)
